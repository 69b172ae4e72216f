"""What the WeCom tests share: the fake platform with our channel on it, timings, a clock to move."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import seed
from bot.app import App, engine_for
from bot.channels.contract import Incoming, Outgoing, OutgoingButton, OutgoingFile
from bot.channels.wecom.channel import WeComChannel
from bot.channels.wecom.keys import StoredWebhooks
from bot.channels.wecom.socket import Timing
from bot.config import load
from bot.seed import ChatSet, PersonSet, Stage
from storage.database.engine import sessions
from tests.carriers.wecom import WeComNames
from tests.fakes.wecom import FakeWeCom
from tests.waiting import until

QUICK = Timing(acknowledged=60, connected=60, heartbeat=3600, backoff=0.01, longest_backoff=0.05)
"""Quick to come back, and patient with a machine that is busy; what is about patience running out has less of it."""
BEATING = replace(QUICK, heartbeat=0.1, missed=10)
GROUP = "wrAbCdEf"


@dataclass(slots=True)
class Clock:
    """A clock that only moves when it is told to; seconds for the fake, aware times for the channel."""

    at: datetime = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Rig:
    """A fake platform and our channel connected to it."""

    fake: FakeWeCom
    channel: WeComChannel
    clock: Clock
    arrived: list[Incoming] = field(default_factory=list)
    running: "asyncio.Task[None] | None" = None
    webhooks: dict[str, str] = field(default_factory=dict)
    _ids: int = 0

    then: Callable[[Incoming], Awaitable[None]] | None = None

    async def receive(self, incoming: Incoming) -> None:
        if self.then is not None:
            await self.then(incoming)
        self.arrived.append(incoming)

    def start(self) -> None:
        self.running = asyncio.create_task(self.channel.run(self.receive))

    async def connected(self) -> None:
        await self.until(lambda: self.channel.describe()["connected"])

    async def until(self, done: Callable[[], Any]) -> None:
        await until(done)

    async def heard(self, count: int) -> Incoming:
        await self.until(lambda: len(self.arrived) >= count)
        return self.arrived[count - 1]

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Within the block an acknowledgement is waited for no longer than a second."""
        socket = self.channel._socket
        usual, socket.timing = socket.timing, replace(socket.timing, acknowledged=1)
        try:
            yield
        finally:
            socket.timing = usual

    def message(
        self,
        text: str,
        *,
        chat: str = GROUP,
        private: bool = False,
        buttons: tuple[tuple[str, str], ...] = (),
        files: tuple[OutgoingFile, ...] = (),
        **more: Any,
    ) -> Outgoing:
        self._ids += 1
        shown = tuple(OutgoingButton(label, token) for label, token in buttons)
        return Outgoing(self._ids, chat, private, text, buttons=shown, files=files, **({"plain": text} | more))

    @property
    def texts(self) -> list[str]:
        return [said.text for said in self.fake.tenant.said]


@asynccontextmanager
async def rig(*, secret: str = "SECRET", timing: Timing = QUICK, start: bool = True) -> AsyncIterator[Rig]:
    """A running rig; everything is ended afterwards."""
    clock = Clock()
    async with FakeWeCom(clock=clock.seconds) as fake:
        made: list[Rig] = []

        async def webhook_of(chat: str) -> str | None:
            return made[0].webhooks.get(chat)

        channel = WeComChannel(
            fake.bot_id, secret, "品牌助手", clock.now, url=fake.url, webhook_api=fake.http.base,
            webhook_of=webhook_of, timing=timing, chance=random.Random(1),
        )  # fmt: skip
        made.append(Rig(fake, channel, clock))
        if start:
            made[0].start()
        try:
            yield made[0]
        finally:
            if made[0].running is not None:
                made[0].running.cancel()
                await asyncio.gather(made[0].running, return_exceptions=True)
            await channel.close()


@asynccontextmanager
async def app_on_wecom(folder: Path, chats: list[ChatSet], people: list[PersonSet]) -> AsyncIterator[tuple[Rig, App]]:
    """The demo city's app on the fake platform; what arrives is stored, and answered by `app.settle()`."""
    settings = replace(load({}), data=folder, database_url=f"sqlite:///{folder}/app.db")
    async with rig(start=False) as made:
        engine = engine_for(settings)
        await seed.prepare(engine, Stage(folder, "anlan", "default", chats, people), made.clock.now(), WeComNames())
        made.channel.webhook_of = StoredWebhooks(sessions(engine), settings)
        app = App(settings, engine, [made.channel], now=made.clock.now)

        async def receive(incoming: Incoming) -> None:
            await app.receive(made.channel, incoming)

        made.then = receive
        made.start()
        await made.connected()
        yield made, app
        await engine.dispose()
