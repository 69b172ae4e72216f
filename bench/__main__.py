"""`python -m bench [NAME…] [--OPTION…]`: some benchmarks, or all of them; each knows its own options."""

import sys
from importlib import import_module

NAMES = ("reading", "start", "path", "scale")

for name in [word for word in sys.argv[1:] if not word.startswith("--")] or NAMES:
    import_module(f"bench.{name}").main(*(word for word in sys.argv[1:] if word.startswith("--")))
