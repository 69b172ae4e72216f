"""The composition root: builds the running process from settings, a database, channels and a clock."""

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cache import Cache
from bot.channels.contract import Channel, Incoming, IncomingFile, NotSent, Settled
from bot.channels.wecom.sealing import seal
from bot.config import Settings, token_key
from bot.failpoints import Failpoints
from bot.inbound.dispatch import Dispatch
from bot.inbound.files import Files, Receiving
from bot.inbound.intake import Intake
from bot.inbound.router import Router
from bot.outbound.delivery import Delivery
from bot.outbound.writer import Writer
from bot.process.clock import SimulatedClock, system
from bot.process.leader import Leader
from bot.process.ticks import Ticks
from handlers import ROUTES
from storage import heartbeat
from storage.database.engine import make_engine, sessions
from storage.mail import lanes, leaving, outbox
from storage.mail.inbox import Stored


class App:
    """One process of the bot. Nothing runs by itself until `serve` (bot/server.py) or a player drives it."""

    def __init__(
        self,
        settings: Settings,
        engine: AsyncEngine,
        channels: Sequence[Channel],
        *,
        now: Callable[[], datetime] = system,
        points: Failpoints | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.now = now
        self.sessions = sessions(engine)
        self.channels = {channel.name: channel for channel in channels}
        self.points = points or Failpoints()
        self.process = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.inbox_filled = asyncio.Event()
        self.outbox_filled = asyncio.Event()
        name = settings.bot_name
        known = Cache(settings.timezone)
        writer = Writer({channel.name: channel.limits for channel in channels}, name)
        self.leader = Leader(engine)
        self.delivery = Delivery(
            self.sessions, now, self.channels, writer, self.process, self.points, self.outbox_filled.set, sleep
        )
        self.dispatch = Dispatch(
            self.sessions,
            now,
            known,
            Router(ROUTES),
            writer,
            name,
            self.points,
            self.delivery,
            self.outbox_filled.set,
            self._settled,
            Files(self.sessions, Receiving(settings.data / "files", self._fetch)),
            lambda secret, about: seal(token_key(settings), secret, about),
        )
        self.intake = Intake(self.sessions, now, name, self.points, self._arrived, sleep=sleep)
        self.ticks = Ticks(self.sessions, now, known, writer, name, self.process, now())
        self._known = known

    async def receive(self, channel: Channel, incoming: Incoming) -> None:
        """An event of a platform: returns once it is stored."""
        await self.intake.receive(channel.name, channel.account, incoming)

    async def start(self, *, alone: bool) -> None:
        """Take up what an earlier process left; `alone`: no other process works on this database.

        What every message and tick needs is read now, so that the first of them does not wait for it.
        """
        await self.delivery.recover(alone=alone)
        async with self.sessions() as session:
            await self._known.facts(session)
            self.intake.silent_since = await heartbeat.silent_since(session, self.process, self.now())

    async def close(self) -> None:
        """Let go of the database; what is under way is lost, as with a process that ends."""
        await self.leader.close()
        await self.engine.dispose()

    def wake(self) -> None:
        """Something may wait in the database of which nobody has told this process."""
        self.dispatch.unsure = True
        self.inbox_filled.set()
        self.outbox_filled.set()

    async def settle(self) -> None:
        """Answer and send everything that waits, for a driver with a simulated clock.

        The database is searched for it only where nothing is at hand, or where something was left there.
        """
        if not (self.dispatch.at_hand or self.delivery.handed.is_set()):
            self.wake()
        while await self.dispatch.work() or await self.delivery.work() or await self._drained():
            pass

    async def _drained(self) -> bool:
        filled = self.outbox_filled.is_set()
        self.outbox_filled.clear()
        if filled and await self.delivery.drain():
            self.outbox_filled.set()
        return self.outbox_filled.is_set()

    async def on_clock(self, *, undisturbed: bool = False) -> None:
        """Let the clock's duties run once; what they say waits in the outbox then.

        `undisturbed`: nobody has done anything since the last time.
        """
        await self.ticks.beat()
        await self.delivery.recover()
        if await self.leader.leads():
            await self.ticks.run(undisturbed=undisturbed)
        self.wake()

    async def tick(self, *, undisturbed: bool = False) -> None:
        """The same, and everything is answered and sent, for a driver with a simulated clock."""
        await self.on_clock(undisturbed=undisturbed)
        await self.settle()

    async def next_instant(self) -> datetime | None:
        """The next instant at which a tick could change something (aware UTC); None: nothing is planned."""
        async with self.sessions() as session:
            duty = await self.ticks.next_instant(session)
            instants = [duty, await lanes.next_due(session), await leaving.next_lease(session)]
        return min((instant for instant in instants if instant is not None), default=None)

    async def pass_time(self, clock: SimulatedClock, to: datetime) -> None:
        """Move a simulated clock, stopping only at the instants at which something can change."""
        last: datetime | None = None
        while (at := await self.next_instant()) is not None and at < to:
            if last is not None and at <= last:
                raise RuntimeError(f"the clock stands still at {at}: something is due and is never settled")
            last = max(at, clock.now())
            clock.set(last)
            await self.tick(undisturbed=True)
        clock.set(max(to, clock.now()))
        await self.tick()

    async def local(self, instant: datetime) -> datetime:
        """An instant in the plan's time zone."""
        async with self.sessions() as session:
            return (await self._known.facts(session)).local(instant)

    async def outcome(self, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """(template, state) of messages of the outbox."""
        async with self.sessions() as session:
            return {row.id: (row.template, row.state) for row in (await outbox.facts(session, ids)).values()}

    def _arrived(self, event: Stored) -> None:
        self.dispatch.hand(event)
        self.inbox_filled.set()

    async def _fetch(self, platform: str, file: IncomingFile, limit: int) -> bytes:
        channel = self.channels.get(platform)
        if channel is None:
            raise NotSent(f"{platform} is not configured here")
        return await channel.fetch(file, limit)

    async def _settled(self, platform: str, settled: Settled) -> None:
        channel = self.channels.get(platform)
        if channel is not None:
            await channel.settled(settled)


def engine_for(settings: Settings, *, durable: bool = True) -> AsyncEngine:
    """The engine on the settings' database; nothing is opened before its first use.

    `durable=False`: for a database that nobody keeps.
    """
    return make_engine(settings.database_url, durable=durable)
