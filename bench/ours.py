"""The bot as it is, on the demo's roster, with the Bot API replaced by the cheapest one: what `path` measures."""

import asyncio
import csv
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.bot_api import TOKEN, BotApi, said
from bot.app import App
from bot.channels.contract import Incoming
from bot.channels.telegram import TelegramChannel
from bot.config import Settings
from bot.process.clock import SimulatedClock
from bot.seed import DEMO_ROSTER, ChatSet, Names, PersonSet, Stage, prepare
from storage.database.engine import make_engine

START = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)  # 10:05 in Shanghai, a Monday
APART = timedelta(seconds=60)  # between two messages: no pace of Telegram's ever holds an answer back
GROUP, PERSON = -1000, 100  # the first group and the first secretary, as Telegram numbers them
REPORT = "报 11月20日召开品牌推进会，修订了实施方案，下一步设计标识，12月10日前完成"


def direct() -> list[str]:
    """The codes of the demo city's direct organisations."""
    with DEMO_ROSTER.open(encoding="utf-8-sig") as file:
        return [row["id"] for row in csv.DictReader(file) if row["上级id(00=工委)"] == "00"]


def update(number: int, groups: int) -> bytes:
    """A report by a unit's secretary in its group; the groups take turns."""
    nth = number % groups
    return said(10_000 + number, GROUP - nth, PERSON + nth, REPORT, int(START.timestamp()) + number)


@dataclass(slots=True)
class Ours:
    """The bot, serving. In a burst it answers beside what still arrives; else each message to its end."""

    app: App
    clock: SimulatedClock
    api: BotApi
    at_once: bool = False
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def play(self, updates: Sequence[bytes], at_once: bool) -> None:
        """Until the last answer is accepted and recorded."""
        self.at_once = at_once
        await self.api.play(updates, at_once)
        async with self.busy:
            pass

    async def serve(self, channel: TelegramChannel) -> None:
        """Receive and answer until cancelled."""

        async def receive(incoming: Incoming) -> None:
            await self.app.receive(channel, incoming)
            if not self.at_once:
                await self.app.settle()
                self.clock.set(self.clock.now() + APART)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(channel.run(receive))
            tasks.create_task(self._answer())

    async def _answer(self) -> None:
        """Work off a burst beside what still arrives, moving the clock on where Telegram's pace holds an answer back."""
        while True:
            await self.app.inbox_filled.wait()
            self.app.inbox_filled.clear()
            async with self.busy:
                while self.at_once and self.api.owed:
                    await self.app.settle()
                    self.clock.set(self.clock.now() + timedelta(seconds=1))


@asynccontextmanager
async def ours(url: str, folder: Path) -> AsyncIterator[Ours]:
    """The bot on an empty database, with the demo's plan and roster, every direct organisation with its group and secretary."""
    engine = make_engine(url)
    codes = direct()
    stage = Stage(folder)
    stage.people = [PersonSet(str(PERSON + nth), "secretary", code) for nth, code in enumerate(codes)]
    stage.chats = [ChatSet(str(GROUP - nth), "unit", code) for nth, code in enumerate(codes)]
    await prepare(engine, stage, START, Names("telegram"))
    clock, api = SimulatedClock(START), BotApi()
    channel = TelegramChannel(TOKEN, bot_name="品牌助手", now=clock.now, sleep=clock.sleep)
    channel._api._request = (api, api)  # the one place where the cheap platform takes the real one's
    app = App(Settings(folder, url), engine, [channel], now=clock.now, sleep=clock.sleep)
    bot = Ours(app, clock, api)
    serving = asyncio.create_task(bot.serve(channel))
    try:
        yield bot
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await channel.close()
        await app.close()
