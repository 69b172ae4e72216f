"""What a report costs from Telegram's bytes to the accepted answer, beside a plain handler that stores two rows and answers.

`--postgres`: on PostgreSQL; `--profile`: where the processor's time goes; `--statements`: what the database is asked, by whom.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, make_url

from bench import spent
from bench.ours import direct, ours, update
from bench.plain import plain
from bench.tracing import traced
from tests.counting import counted
from tests.postgres import server

WARM, MESSAGES, ROUNDS, COUNTED, PROFILED = 50, 300, 3, 44, 200


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a message: of processor time in all threads, and on the wall."""

    cpu: float
    wall: float


@dataclass(slots=True)
class Side:
    """One of the two bots: how it is spoken to, and the engine to count on."""

    name: str
    say: Callable[[Sequence[bytes], bool], Awaitable[None]]
    engine: Engine
    groups: int
    said: int = 0

    async def play(self, count: int, *, at_once: bool = False) -> None:
        """The next messages, each after the answer to the one before, or all at once."""
        first, self.said = self.said, self.said + count
        await self.say([update(number, self.groups) for number in range(first, first + count)], at_once)

    async def cost(self, *, at_once: bool) -> Cost:
        """Play a round and measure."""
        cpu, wall = time.process_time(), time.perf_counter()
        await self.play(MESSAGES, at_once=at_once)
        return Cost((time.process_time() - cpu) * 1000 / MESSAGES, (time.perf_counter() - wall) * 1000 / MESSAGES)

    async def counts(self, *, at_once: bool) -> str:
        """Executions (statements and BEGIN), transactions begun, and those committed, a message."""
        with counted(self.engine) as counts:
            await self.play(COUNTED, at_once=at_once)
        numbers = (counts.executions, counts.begun, counts.committed)
        return "".join(f"{number / COUNTED:13.1f}" for number in numbers)


@asynccontextmanager
async def sides(our_url: str, plain_url: str, folder: Path) -> AsyncIterator[tuple[Side, Side]]:
    """Both bots, warm."""
    groups = len(direct())
    async with ours(our_url, folder) as bot, plain(make_url(plain_url)) as (api, engine):
        both = Side("ours", bot.play, bot.app.engine.sync_engine, groups), Side("plain", api.play, engine, groups)
        for side in both:
            await side.play(WARM)
        yield both


async def compare(both: tuple[Side, Side]) -> float:
    """Print the table; the ratio of processor time, one by one."""
    costs: dict[tuple[bool, str], list[Cost]] = {}
    for _ in range(ROUNDS):
        for at_once in (False, True):
            for side in both:
                costs.setdefault((at_once, side.name), []).append(await side.cost(at_once=at_once))
    print(f"{'':18}{'CPU ms':>9}{'wall ms':>9}{'executions':>13}{'transactions':>13}{'commits':>13}")
    medians: dict[tuple[bool, str], float] = {}
    for at_once in (False, True):
        for side in both:
            found = costs[at_once, side.name]
            medians[at_once, side.name] = cpu = statistics.median(cost.cpu for cost in found)
            wall = statistics.median(cost.wall for cost in found)
            how = f"{MESSAGES} at once" if at_once else "one by one"
            print(f"{how:>11} {side.name:6}{cpu:9.2f}{wall:9.2f}{await side.counts(at_once=at_once)}")
    return medians[False, "ours"] / medians[False, "plain"]


async def run(options: Sequence[str], our_url: str, plain_url: str, folder: Path) -> None:
    """Measure, or look closer."""
    async with sides(our_url, plain_url, folder) as both:
        if "--statements" in options:
            with traced(both[0].engine) as lines:
                await both[0].play(1)
            print("\n".join(lines))
        elif "--profile" in options:
            for side in both:
                await spent.profiled(side.name, PROFILED, side.play)
        else:
            print(f"path {both[0].engine.dialect.name}: {MESSAGES} reports a round after {WARM}, median of {ROUNDS} rounds")
            print(f"ratio {await compare(both):.1f}")


def main(*options: str) -> None:
    """Print the table, closing with `ratio N.N`."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        if "--postgres" not in options:
            asyncio.run(run(options, f"sqlite:///{folder}/ours.db", f"sqlite:///{folder}/plain.db", folder))
            return
        with server(durable=True) as postgres:
            ours_at, plain_at = (postgres.url(asyncio.run(postgres.create())) for _ in range(2))
            asyncio.run(run(options, ours_at, plain_at, folder))
