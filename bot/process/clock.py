"""The clock: the real one with its ticker and watchdog, and a simulated one for replay and demo."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)
PLAN_EVERY, DRAIN_EVERY = 30.0, 1.0  # seconds
MISSED = 3  # intervals without a tick, then the scheduler is started again


def system() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock's time must be aware")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The time, aware UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move to an instant that is not in the past."""
        if at < self._at:
            raise ValueError("the clock goes forward only")
        self._at = at.astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        """Waiting is moving."""
        self._at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Ticker:
    """Two APScheduler jobs that do nothing but wake the planner and the drainer, and a watchdog over them.

    The scheduler is known to stop for good after an error or a backward jump of the wall clock; the watchdog goes by the
    monotonic clock, starts it again and counts it in `restarts`.
    """

    def __init__(
        self,
        plan: Callable[[], None],
        drain: Callable[[], None],
        *,
        plan_every: float = PLAN_EVERY,
        drain_every: float = DRAIN_EVERY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = {"plan": (plan, plan_every), "drain": (drain, drain_every)}
        self._monotonic = monotonic
        self._last: dict[str, float] = {}
        self._scheduler: AsyncIOScheduler | None = None
        self.restarts = 0

    def start(self) -> None:
        """Begin to tick; both jobs tick at once."""
        from apscheduler.jobstores.memory import MemoryJobStore  # the clock is everybody's, ticking a serving process's
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        from apscheduler.triggers.interval import IntervalTrigger  # by its name it is looked for in every installed package

        scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        for name, (_, every) in self._jobs.items():
            self._last[name] = self._monotonic()
            scheduler.add_job(
                self._tick, IntervalTrigger(seconds=every, timezone=UTC), args=[name], id=name, next_run_time=system()
            )
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Tick no more."""
        if self._scheduler is not None and self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._scheduler = None

    async def watch(self) -> None:
        """Look after the scheduler until cancelled."""
        every = min(every for _, every in self._jobs.values())
        while True:
            await asyncio.sleep(every)
            self.look()

    def look(self) -> None:
        """Start the scheduler again if a job has been silent for three intervals."""
        if silent := self.silent():
            log.error("no tick of %s for %s intervals: the scheduler is started again", "、".join(silent), MISSED)
            self.restarts += 1
            self.stop()
            self.start()

    async def _tick(self, name: str) -> None:
        """A coroutine, so that it runs on the loop and not in a thread."""
        self._last[name] = self._monotonic()
        self._jobs[name][0]()

    def silent(self) -> list[str]:
        """The jobs that have not ticked for three intervals."""
        now = self._monotonic()
        return [name for name, (_, every) in self._jobs.items() if now - self._last.get(name, now) > MISSED * every]
