"""The clock: simulated time goes forward only, and a silent scheduler is started again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.process.clock import SimulatedClock, Ticker
from tests.waiting import until

AT = datetime(2026, 11, 23, tzinfo=UTC)


async def test_a_simulated_clock_stands_still_until_it_is_moved() -> None:
    clock = SimulatedClock(AT)
    assert clock.now() == clock.now() == AT
    clock.set(AT + timedelta(days=1))
    await clock.sleep(5)
    assert clock.now() == AT + timedelta(days=1, seconds=5)
    with pytest.raises(ValueError, match="forward"):
        clock.set(AT)


def test_a_naive_time_is_no_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        SimulatedClock(datetime(2026, 11, 23))  # noqa: DTZ001  # that it is refused is the test


async def test_both_jobs_tick_at_once_and_again() -> None:
    ticks: list[str] = []
    ticker = Ticker(lambda: ticks.append("plan"), lambda: ticks.append("drain"), plan_every=0.05, drain_every=0.02)
    ticker.start()
    await until(lambda: ticks.count("plan") >= 2 and ticks.count("drain") >= 4)
    ticker.stop()


async def test_the_watchdog_starts_a_dead_scheduler_again() -> None:
    time, ticks = [0.0], [0]

    def tick() -> None:
        ticks[0] += 1

    ticker = Ticker(tick, tick, plan_every=30, drain_every=1, monotonic=lambda: time[0])
    ticker.start()
    await until(lambda: ticks[0] >= 2)
    assert not ticker.silent()
    ticker.stop()  # as after an error that APScheduler does not survive
    time[0] = 3.5
    assert ticker.silent() == ["drain"]
    before = ticks[0]
    ticker.look()
    await until(lambda: ticks[0] > before)
    ticker.stop()
    assert ticker.restarts == 1
