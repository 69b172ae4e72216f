"""What a day costs on which every organisation is reminded: first tick, later tick, release and drain, and the memory.

`--postgres`: on PostgreSQL; `--sizes=300,3000`: other sizes. Each size runs in a process of its own, and so does a first tick
that finds the window open.
"""

import asyncio
import gc
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.channels.contract import IncomingFile, NotSent, Outgoing, Pace, Receive, Sent, Settled
from bot.config import Settings
from bot.process.clock import SimulatedClock
from bot.seed import ChatSet, Stage, prepare, switch_on
from messages.writing.reply import Limits
from storage.database.engine import make_engine, sessions
from tests.duties.town import crowd
from tests.postgres import server

SIZES = "300,3000,20000"
BEFORE = datetime(2026, 12, 1, 0, 50, tzinfo=UTC)  # 08:50 in Shanghai, 30 days before declarations are due: the first rung
OPEN = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # the sending window opens
LIMITS, PACE = Limits(4096, "utf16", "html"), Pace()
MIB = 1024 if sys.platform != "darwin" else 1024 * 1024  # what a unit of ru_maxrss is


@dataclass(slots=True)
class Accepting:
    """A platform without a pace that accepts everything at once and keeps nothing."""

    name: str = "console"
    account: str = "bench"
    limits: Limits = LIMITS
    pace: Pace = PACE
    accepted: int = 0

    async def run(self, receive: Receive) -> None:
        """Nobody says anything."""

    async def send(self, message: Outgoing) -> Sent:
        """Accepted."""
        self.accepted += 1
        return Sent(str(self.accepted))

    async def fetch(self, file: IncomingFile, limit: int) -> bytes:
        """There are no files."""
        raise NotSent("no files here")

    async def settled(self, incoming: Settled) -> None:
        """Nothing is shown."""

    def describe(self) -> Mapping[str, Any]:
        """Nothing to tell."""
        return {}


@asynccontextmanager
async def town(size: int, url: str, folder: Path, channel: Accepting, clock: SimulatedClock) -> AsyncIterator[App]:
    """The bot in a town of so many direct organisations, none of which has declared, each with its group."""
    stage = Stage(folder, roster="empty", chats=[ChatSet("committee", "committee")])
    long_ago = BEFORE - timedelta(days=60)
    engine = make_engine(url)
    await prepare(engine, stage, long_ago)
    async with sessions(engine).begin() as session:
        await crowd(session, size)
    await switch_on(engine, long_ago)
    app = App(Settings(folder, url), engine, [channel], now=clock.now, sleep=clock.sleep)
    await app.start(alone=True)
    yield app
    await app.close()


def peak() -> float:
    """The most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of processor time in all threads, and on the wall."""

    cpu: float
    wall: float

    def show(self, name: str, done: int = 0) -> None:
        """Print the line; `done`: how many messages it is divided by, 0 where it is not."""
        each = f"{self.cpu / done:12.2f}{self.wall / done:12.2f}" if done else f"{'':24}"
        print(f"       {name:15}{self.cpu:9.0f}{self.wall:10.0f}{each}{peak():10.0f}", flush=True)


async def spent(work: Callable[[], Awaitable[object]]) -> Spent:
    """Do it and measure."""
    cpu, wall = time.process_time(), time.perf_counter()
    await work()
    return Spent((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000)


async def day(size: int, url: str, folder: Path) -> None:
    """08:50, once more 30 seconds later, then 09:00."""
    channel, clock = Accepting(), SimulatedClock(BEFORE)
    async with town(size, url, folder, channel, clock) as app:
        gc.freeze()  # as `serve` does with all that it has loaded
        print(f"scale  {size:<15,}{'CPU ms':>9}{'wall ms':>10}{'CPU each':>12}{'wall each':>12}{'peak MiB':>10}", flush=True)
        (await spent(app.tick)).show("first tick")
        clock.set(BEFORE + timedelta(seconds=30))
        (await spent(app.tick)).show("later tick")
        if channel.accepted:
            raise RuntimeError("something was said before the window opened")
        clock.set(OPEN)
        (await spent(app.ticks.run)).show("release", size)
        drain = await spent(app.settle)
        drain.show("drain", channel.accepted)
        if channel.accepted < size:
            raise RuntimeError(f"only {channel.accepted} of {size} were reminded")


async def late(size: int, url: str, folder: Path) -> None:
    """09:00 at once: the first tick plans and releases everything."""
    channel, clock = Accepting(), SimulatedClock(OPEN)
    async with town(size, url, folder, channel, clock) as app:
        gc.freeze()
        (await spent(app.on_clock)).show("first, open", size)


def main(*options: str) -> None:
    """Print a table for each size."""
    chosen = next((option.partition("=")[2] for option in options if option.startswith("--sizes=")), SIZES)
    with ExitStack() as stack:
        postgres = stack.enter_context(server(durable=True)) if "--postgres" in options else None
        for size in chosen.split(","):
            for play in (day, late):
                url = postgres.url(asyncio.run(postgres.create())) if postgres is not None else ""
                subprocess.run([sys.executable, "-m", "bench.scale", play.__name__, size, url], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        chosen = day if sys.argv[1] == day.__name__ else late
        asyncio.run(chosen(int(sys.argv[2]), sys.argv[3] or f"sqlite:///{name}/town.db", Path(name)))
