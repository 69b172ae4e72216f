"""Runs the app until it is told to stop: channels in, inbox, outbox, the clock; none of them stops another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.app import App
from bot.channels.contract import Channel, Incoming
from bot.process.clock import Ticker

log = logging.getLogger(__name__)
DRAINS = 8  # drains at once: a lane that hangs holds up one of them
FAREWELL = 25.0  # seconds for what is under way to end by itself
RESTART, RESTART_MOST = 2.0, 300.0  # seconds before a channel that failed is run again


@dataclass(slots=True)
class Server:
    """One serving process. `stop` is set by a signal, or by whoever owns the server."""

    app: App
    alone: bool
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _plan: asyncio.Event = field(default_factory=asyncio.Event)
    _drains: set[asyncio.Task[None]] = field(default_factory=set)
    ticker: Ticker = field(init=False)

    def __post_init__(self) -> None:
        self.ticker = Ticker(self._plan.set, self._wake)

    async def run(self) -> None:
        """Serve until `stop`; then take nothing more, end what is under way, and leave the rest to the next start."""
        await self.app.start(alone=self.alone)
        self.ticker.start()
        outer = [asyncio.create_task(self._channel(channel)) for channel in self.app.channels.values()]
        outer.append(asyncio.create_task(self.ticker.watch()))
        inner = [
            asyncio.create_task(self._loop("inbox", self.app.inbox_filled, self._dispatch)),
            asyncio.create_task(self._loop("outbox", self.app.outbox_filled, self._drain)),
            asyncio.create_task(self._loop("clock", self._plan, self._tick)),
        ]
        try:
            await self.stop.wait()
        finally:
            log.info("stopping")
            self.ticker.stop()
            await _end(outer)
            self._wake()
            self._plan.set()
            _, late = await asyncio.wait([*inner, *self._drains], timeout=FAREWELL)
            await _end(list(late))
            await self.app.leader.close()

    def _wake(self) -> None:
        self.app.inbox_filled.set()
        self.app.outbox_filled.set()

    async def _loop(self, name: str, wanted: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
        """Work whenever it is wanted; an error is logged, and the next wake tries again."""
        while not self.stop.is_set():
            await wanted.wait()
            wanted.clear()
            try:
                await work()
            except Exception:
                log.exception("%s: left for the next wake", name)

    async def _dispatch(self) -> None:
        while await self.app.dispatch.work():
            pass

    async def _drain(self) -> None:
        """Start a drain beside those that are under way: their lanes are theirs, the others must not wait."""
        if len(self._drains) < DRAINS:
            task = asyncio.create_task(self._empty_lanes())
            self._drains.add(task)
            task.add_done_callback(self._drains.discard)

    async def _empty_lanes(self) -> None:
        try:
            while await self.app.delivery.drain():
                pass
        except Exception:
            log.exception("outbox: left for the next wake")

    async def _tick(self) -> None:
        await self.app.ticks.beat()
        await self.app.delivery.recover()
        if await self.app.leader.leads():
            await self.app.ticks.run()
        self._wake()
        await self.app.keep_copy()

    async def _channel(self, channel: Channel) -> None:
        """Run a channel, and again if it fails; the others never notice."""

        async def receive(incoming: Incoming) -> None:
            await self.app.receive(channel, incoming)

        wait = RESTART
        while True:
            try:
                await channel.run(receive)
                log.error("channel %s ended", channel.name)
            except Exception:
                log.exception("channel %s failed", channel.name)
            await self.sleep(wait)
            wait = min(wait * 2, RESTART_MOST)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
