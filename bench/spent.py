"""Where the processor's time goes: samples by part of the program and by function of ours, then a profile's longest lists."""

import cProfile
import pstats
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from bench.tracing import ours_of, stack

TOP = 30
EVERY = 0.001  # seconds of processor time between two samples; the system may give fewer
OTHER, ELSEWHERE = "everything else (standard library)", "other threads (SQLite), and waiting for them"
PARTS = (  # the first with a piece that is in the innermost frame's file
    (ELSEWHERE, ("/selectors",)),
    ("the benchmark", ("/bench/", "/tests/")),
    ("SQLAlchemy: cache keys", ("/sql/cache_key", "/sql/traversals", "/sql/visitors")),
    ("SQLAlchemy: compiling", ("/sql/compiler", "/sql/crud")),
    ("SQLAlchemy: building statements", ("/sqlalchemy/sql/", "/sqlalchemy/dialects/", "/sqlmodel/")),
    ("SQLAlchemy: sessions and ORM", ("/sqlalchemy/orm/", "/sqlalchemy/ext/")),
    ("SQLAlchemy: executing, rows, pool, greenlets", ("/sqlalchemy/",)),
    ("to a thread and back (asyncio)", ("/asyncio/", "/asyncpg/")),
    ("reading", ("/messages/reading/",)),
    ("writing", ("/messages/writing/", "/jinja2/", "/markupsafe/", "<template>")),
    ("Telegram's library", ("/telegram/",)),
    ("our own code", ("/bot/", "/handlers/", "/storage/")),
)


@dataclass(slots=True)
class Samples:
    """Which part was at work, and which functions of ours it worked for, at each sample."""

    parts: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)

    def take(self, _number: int, frame: FrameType | None) -> None:
        """A sample of the loop's thread."""
        frames = list(stack(frame))
        name = frames[0].f_code.co_filename
        self.parts[next((part for part, pieces in PARTS if any(piece in name for piece in pieces)), OTHER)] += 1
        self.functions.update({ours for one in frames if (ours := ours_of(one))})

    def show(self) -> None:
        """Both lists in shares of the processor's time."""
        whole = self.parts.total()
        print(f"by part, {whole} samples:")
        for part, count in self.parts.most_common():
            print(f"  {count / whole:6.1%}  {part}")
        print("by function of ours, with all that it causes on the loop's thread:")
        for function, count in self.functions.most_common(TOP):
            print(f"  {count / whole:6.1%}  {function}")


@contextmanager
def sampled() -> Iterator[Samples]:
    """Sample by processor time while the block runs."""
    samples = Samples()
    before = signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield samples
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


async def profiled(name: str, count: int, play: Callable[[int], Awaitable[None]]) -> None:
    """Play so many messages three times, plainly, sampled and under the profiler (which slows calls down); print all."""
    process, thread = time.process_time(), time.thread_time()
    await play(count)
    process, thread = (time.process_time() - process) * 1000 / count, (time.thread_time() - thread) * 1000 / count
    print(f"\n{name}: {process:.2f} ms CPU a message; {thread:.2f} on the loop's thread, {process - thread:.2f} on others")
    with sampled() as samples:
        await play(count)
    samples.show()
    profile = cProfile.Profile(time.thread_time)
    profile.enable()
    await play(count)
    profile.disable()
    stats = pstats.Stats(profile)
    stats.sort_stats("cumulative").print_stats(TOP)
    stats.sort_stats("tottime").print_stats(TOP)
