"""`python -m bench [NAME]`: one benchmark, or all of them."""

import sys
from importlib import import_module

NAMES = ("reading", "start")

for name in sys.argv[1:] or NAMES:
    import_module(f"bench.{name}").main()
