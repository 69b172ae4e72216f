"""Runs the app until it is told to stop: channels in, inbox, outbox, the clock; none of them stops another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from bot.app import App
from bot.channels.contract import Channel, Incoming
from bot.process import copies
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
    _beside: set[asyncio.Task[None]] = field(default_factory=set)
    _drains: set[asyncio.Task[None]] = field(default_factory=set)
    ticker: Ticker = field(init=False)

    def __post_init__(self) -> None:
        self.ticker = Ticker(self._plan.set, self.app.wake)

    async def run(self) -> None:
        """Serve until `stop`; then take nothing more, end what is under way, and leave the rest to the next start."""
        await self.app.start(alone=self.alone)
        self.ticker.start()
        outer = [asyncio.create_task(self._channel(channel)) for channel in self.app.channels.values()]
        outer.append(asyncio.create_task(self.ticker.watch()))
        outer.append(asyncio.create_task(copies.keep(self.app.settings, self.app.now)))
        inner = [
            asyncio.create_task(self._loop("inbox", self.app.inbox_filled, self._dispatch)),
            asyncio.create_task(self._loop("at hand", self.app.delivery.handed, self._send)),
            asyncio.create_task(self._loop("outbox", self.app.outbox_filled, self._drain)),
            asyncio.create_task(self._loop("clock", self._plan, self.app.on_clock)),
        ]
        try:
            await self.stop.wait()
        finally:
            log.info("stopping")
            self.ticker.stop()
            await _end(outer)
            for wanted in (self.app.inbox_filled, self.app.delivery.handed, self.app.outbox_filled, self._plan):
                wanted.set()
            await self._farewell(inner)
            await self.app.leader.close()

    async def _farewell(self, inner: Iterable[asyncio.Task[None]]) -> None:
        """Let what is under way end by itself, within its time: what was answered meanwhile is sent, too."""
        waited = {*inner, *self._beside}
        try:
            async with asyncio.timeout(FAREWELL):
                while waited:
                    await asyncio.wait(waited)
                    await self._send()
                    waited = {*self._beside}
        except TimeoutError:
            await _end([*waited, *self._beside])

    async def _loop(self, name: str, wanted: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
        """Work whenever it is wanted; an error is logged, and the next wake tries again."""
        while not self.stop.is_set():
            await wanted.wait()
            wanted.clear()
            try:
                await work()
            except Exception:
                log.exception("%s: left for the next wake", name)

    def _start(self, name: str, work: Callable[[], Awaitable[object]]) -> asyncio.Task[None]:
        """Work beside all else that is under way: a chat that hangs must hold up no other."""

        async def logged() -> None:
            try:
                await work()
            except Exception:
                log.exception("%s: left for the next wake", name)

        task = asyncio.create_task(logged())
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task

    async def _dispatch(self) -> None:
        self._start("inbox", self._answer)

    async def _answer(self) -> None:
        while await self.app.dispatch.work():
            pass

    async def _send(self) -> None:
        for batch in self.app.delivery.taken():
            self._start("at hand", partial(self.app.delivery.send, batch))

    async def _drain(self) -> None:
        """Start a drain beside those that are under way: their lanes are theirs, the others must not wait."""
        if len(self._drains) < DRAINS:
            task = self._start("outbox", self._empty_lanes)
            self._drains.add(task)
            task.add_done_callback(self._drains.discard)

    async def _empty_lanes(self) -> None:
        while await self.app.delivery.drain():
            pass

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
