"""The app in a test: on a test's database, with a clock that stands still and a platform that does as it is told."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import App
from bot.channels.contract import Incoming, IncomingFile, NotSent, Outgoing, Pace, Receive, Sent, Settled
from bot.config import Settings
from bot.process.clock import SimulatedClock
from bot.seed import ChatSet, PersonSet, Stage, furnish
from messages.writing.reply import Limits

START = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)  # 10:05 in Shanghai, a Monday


@dataclass
class FakeChannel:
    """A platform that keeps what it accepted; `fail` raises what should go wrong, before or after the message counts."""

    name: str = "console"
    account: str = "one"
    limits: Limits = field(default_factory=lambda: Limits(4096, "utf16", "html"))
    pace: Pace = field(default_factory=Pace)
    arrived: list[Outgoing] = field(default_factory=list)
    tries: int = 0
    before: Callable[[Outgoing], None] | None = None
    after: Callable[[Outgoing], None] | None = None
    toasts: list[Settled] = field(default_factory=list)

    async def run(self, receive: Receive) -> None:
        raise NotImplementedError

    async def send(self, message: Outgoing) -> Sent:
        self.tries += 1
        if self.before is not None:
            self.before(message)
        self.arrived.append(message)
        if self.after is not None:
            self.after(message)
        return Sent(f"m{self.tries}")

    async def fetch(self, file: IncomingFile, limit: int) -> bytes:
        raise NotSent("no files here")

    async def settled(self, incoming: Settled) -> None:
        self.toasts.append(incoming)

    def describe(self) -> Mapping[str, Any]:
        return {}

    def texts(self, chat: str) -> list[str]:
        return [message.text for message in self.arrived if message.chat == chat]


@dataclass
class House:
    """An app, its platform and its clock."""

    app: App
    channel: FakeChannel
    clock: SimulatedClock
    engine: AsyncEngine
    number: int = 0
    others: list["House"] = field(default_factory=list)

    def said(self, words: str, chat: str = "committee", who: str = "admin", **more: Any) -> Incoming:
        self.number += 1
        event = f"{chat}:{self.number}"
        plain: dict[str, Any] = {"private": chat.startswith("private"), "addressed": True, "message": event}
        plain |= {"at": self.clock.now()} | more
        return Incoming(event, chat, sender=who, text=words, **plain)

    async def say(self, words: str, chat: str = "committee", who: str = "admin", **more: Any) -> list[str]:
        """Say something; what the same chat was told then."""
        before = len(self.channel.texts(chat))
        await self.app.receive(self.channel, self.said(words, chat, who, **more))
        await self.app.settle()
        return self.channel.texts(chat)[before:]

    async def rows(self, query: str) -> list[Any]:
        """Look into the database."""
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(query))).all())

    async def pass_by(self, **time: float) -> None:
        """Let time pass, then a tick."""
        self.clock.set(self.clock.now() + timedelta(**time))
        await self.app.tick()

    def another(self) -> "House":
        """A second process on the same database, with a platform connection of its own."""
        self.others.append(house_on(self.engine, self.clock, FakeChannel()))
        return self.others[-1]


def house_on(engine: AsyncEngine, clock: SimulatedClock, channel: FakeChannel) -> House:
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    settings = Settings(data=Path(file).parent if file else Path(), database_url=str(engine.url))
    return House(App(settings, engine, [channel], now=clock.now, sleep=clock.sleep), channel, clock, engine)


@asynccontextmanager
async def built(engine: AsyncEngine, channel: FakeChannel | None = None) -> AsyncIterator[House]:
    """A house with an admin, a committee chat, a unit's chat and its secretary, on the demo's roster, in an empty database."""
    clock = SimulatedClock(START)
    stage = Stage(Path())
    stage.people = [PersonSet("admin", "admin"), PersonSet("secretary", "secretary", "14"), PersonSet("stranger", "none")]
    stage.chats = [
        ChatSet("committee", "committee"),
        ChatSet("unit", "unit", "14"),
        ChatSet("private", "private", "secretary"),
    ]
    await furnish(engine, stage, START)
    house = house_on(engine, clock, channel or FakeChannel())
    try:
        yield house
    finally:
        for one in (house, *house.others):
            await one.app.leader.close()
