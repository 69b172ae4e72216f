"""The bot as a process of its own on both fakes, with a clock that runs eight times as fast."""

import asyncio
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.app import App, engine_for
from bot.channels import build
from bot.channels.contract import Pace
from bot.channels.wecom.socket import Timing
from bot.config import load
from bot.server import Server
from tests.fakes.telegram import TOKEN

SPEED = 8.0
START = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["bot.server", "bot.channels.telegram", "bot.channels.wecom.channel", __name__])


@dataclass(frozen=True, slots=True)
class Place:
    """What the process has to know; `began` is the wall time at which the fast clock showed START."""

    folder: Path
    telegram: str
    wecom: str
    webhooks: str
    began: float

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder}/bot.db"

    def now(self) -> datetime:
        return START + timedelta(seconds=(time.time() - self.began) * SPEED)


@dataclass(slots=True)
class Process:
    """Starts and kills it."""

    place: Place
    running: ForkServerProcess | None = None
    kills: int = 0

    async def start(self) -> None:
        self.running = FORKS.Process(target=_live, args=(self.place,), daemon=True)
        await asyncio.to_thread(self.running.start)

    async def kill(self) -> None:
        """-9, and nothing else."""
        assert self.running is not None
        assert self.running.pid is not None
        os.kill(self.running.pid, signal.SIGKILL)
        await asyncio.to_thread(self.running.join, 60)
        self.kills += 1


def _live(place: Place) -> None:
    log = (place.folder / "log").open("ab")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    asyncio.run(_serve(place))


async def _serve(place: Place) -> None:
    settings = replace(
        load({}),
        data=place.folder,
        database_url=place.database,
        telegram_token=TOKEN,
        telegram_api=place.telegram,
        wecom_bot_id="aibBOT",
        wecom_secret="SECRET",
        wecom_url=place.wecom,
        wecom_webhook_api=place.webhooks,
    )
    telegram = build.telegram(settings, place.now, timeout=0.7, wait=1)
    telegram.pace = Pace(overall=1 / 30, windows=telegram.pace.windows)
    timing = Timing(acknowledged=0.7, connected=5, heartbeat=2, backoff=0.05, longest_backoff=0.5)
    wecom = build.wecom(settings, place.now, timing=timing)

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)

    engine = engine_for(settings)
    app = App(settings, engine, [telegram, wecom], now=place.now, sleep=sleep)
    server = Server(app, alone=True, sleep=sleep)
    ticking = asyncio.create_task(_tick(app))  # the drain's second, as fast as the clock
    await server.run()
    ticking.cancel()


async def _tick(app: App) -> None:
    nth = 0
    while True:
        await asyncio.sleep(1 / SPEED)
        app.outbox_filled.set()
        nth += 1
        if nth % 20 == 0:
            await app.delivery.recover()
