"""What starting costs: processor time and memory of `--help` and of `serve`, beside that of the libraries alone."""

import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
LIBRARIES = (
    "typer",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlalchemy.dialects.postgresql",  # the tables' partial indexes name it
    "sqlmodel",
    "apscheduler.schedulers.asyncio",
    "apscheduler.executors.asyncio",
    "apscheduler.triggers.interval",
    "jinja2.sandbox",
    "holidays.countries",  # one country loads them all
    "sqlite3",
    "concurrent.futures.thread",
    "html.parser",
    "rapidfuzz.fuzz",
    "portalocker",
    "cryptography.hazmat.primitives.ciphers.aead",
    "telegram.request",
    "httpcore",  # what it speaks through
    "anyio._backends._asyncio",  # what that opens its first connection by
)
"""What `serve` with Telegram on SQLite uses. That each is loaded by it is a test (tests/bot/test_loading.py)."""
ROUNDS = 5
SETTLED = 2.0  # seconds after "serving" by which the first tick is long over


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took from its first to its last moment."""

    seconds: float
    """Of processor time, in the program and in the kernel."""
    mebibytes: float
    """Of memory, at its most."""


def ended(process: subprocess.Popen[bytes]) -> Cost:
    """Wait for its end. Raises RuntimeError when it ended badly."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
    kibibytes = used.ru_maxrss / 1024 if sys.platform == "darwin" else used.ru_maxrss  # bytes on macOS
    return Cost(used.ru_utime + used.ru_stime, kibibytes / 1024)


def once(words: list[str], environ: dict[str, str]) -> Cost:
    """A command that ends by itself."""
    return ended(subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL))


def serve(environ: dict[str, str]) -> Cost:
    """`brandbot serve` until its first tick is over: nobody writes to it, and its platform does not answer."""
    words = [sys.executable, "-m", "bot", "serve"]
    process = subprocess.Popen(words, cwd=ROOT, env=environ, stderr=subprocess.PIPE)
    if process.stderr is None:
        raise RuntimeError("it has no log")
    with process.stderr as log:
        while (line := log.readline()) and b"serving" not in line:
            pass
        time.sleep(SETTLED)
        process.send_signal(signal.SIGTERM)
        log.read()
        return ended(process)


def median(costs: list[Cost]) -> Cost:
    """The middle one of each figure."""
    return Cost(statistics.median(c.seconds for c in costs), statistics.median(c.mebibytes for c in costs))


def main(*_options: str) -> None:
    """Print the table."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRANDBOT_")}
    with TemporaryDirectory(prefix="brandbot-bench-") as folder:
        environ = kept | {
            "BRANDBOT_DATA": folder,
            "BRANDBOT_TELEGRAM_TOKEN": "1:" + "x" * 30,
            "BRANDBOT_TELEGRAM_API": "http://127.0.0.1:9",  # refused at once
        }
        for words in (["plan", "load", "default"], ["roster", "import", "bot/data/roster_anlan.csv"]):
            once(["-m", "bot", *words], environ)  # also what is compiled on the first run
        costs: dict[str, list[Cost]] = {"help": [], "libraries": [], "serve": []}
        for _ in range(ROUNDS):
            costs["help"].append(once(["-m", "bot", "--help"], environ))
            costs["libraries"].append(once(["-c", f"import {', '.join(LIBRARIES)}"], environ))
            costs["serve"].append(serve(environ))
    print(f"start    median of {ROUNDS}        cpu s  peak MiB")
    for name, measured in costs.items():
        print(f"         {name:<20} {median(measured).seconds:7.2f}  {median(measured).mebibytes:8.1f}")
    ours, theirs = median(costs["serve"]), median(costs["libraries"])
    print(f"         {'serve beyond them':<20} {ours.seconds - theirs.seconds:7.2f}  {ours.mebibytes - theirs.mebibytes:8.1f}")
