"""What the carriers of both platforms share: a running channel, and events that are waited for."""

import asyncio
import contextlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.app import App
from bot.channels.contract import Channel, Incoming, IncomingFile, Outgoing, Pace, Receive, Sent, Settled
from bot.replay.carrier import Show
from messages.writing.reply import Limits

WAIT = 15.0
CODE = re.compile(r"\b[0-9A-Z]{26}\b")


class Silence(Exception):
    """What was said never arrived at the bot."""


@dataclass(slots=True)
class Watched:
    """A channel whose messages are shown as the platform's people see them; the pace has tests of its own."""

    inner: Channel
    show: Callable[[Outgoing], None]
    name: str = field(init=False)
    account: str = field(init=False)
    limits: Limits = field(init=False)
    pace: Pace = field(default=Pace(), init=False)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)  # so that each is seen by itself, in one order

    def __post_init__(self) -> None:
        self.name, self.account, self.limits = self.inner.name, self.inner.account, self.inner.limits

    async def run(self, receive: Receive) -> None:
        await self.inner.run(receive)

    async def send(self, message: Outgoing) -> Sent:
        async with self._one:
            sent = await self.inner.send(message)
            self.show(message)
        return sent

    async def fetch(self, file: IncomingFile, limit: int) -> bytes:
        return await self.inner.fetch(file, limit)

    async def settled(self, incoming: Settled) -> None:
        await self.inner.settled(incoming)

    def describe(self) -> Mapping[str, Any]:
        return self.inner.describe()


@dataclass(slots=True)
class Running:
    """A channel at work for one life of the process; `arrived` gets None or the error of each event's intake."""

    channel: Channel
    show: Show
    task: "asyncio.Task[None] | None" = None
    arrived: "asyncio.Queue[BaseException | None]" = field(default_factory=asyncio.Queue)

    def run(self, app: App) -> None:
        async def receive(incoming: Incoming) -> None:
            try:
                await app.receive(self.channel, incoming)
            except BaseException as error:  # a staged crash, too: the player ends this life
                self.arrived.put_nowait(error)
            else:
                self.arrived.put_nowait(None)

        self.task = asyncio.create_task(self.channel.run(receive))

    async def heard(self) -> None:
        """Until the next event has been taken in; raises what its intake raised."""
        try:
            error = await asyncio.wait_for(self.arrived.get(), WAIT)
        except TimeoutError:
            raise Silence from None
        if error is not None:
            raise error

    async def close(self) -> None:
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task


def same(text: str) -> str:
    """A text without what differs by platform or chance: full-width twins, spaces at ends of lines, codes and tokens."""
    lines = CODE.sub("CODE", unicodedata.normalize("NFKC", text)).split("\n")
    return "\n".join(line.strip() for line in lines).strip()
