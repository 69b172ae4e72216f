"""The console as a platform: what is sent is shown, what is typed arrives; also the channel of replay and demo."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from bot.channels.contract import IncomingFile, Outgoing, Pace, Receive, Sent, Settled
from messages.writing.reply import Limits


class ConsoleChannel:
    """Shows each message through `show`, which may refuse it by raising NotSent, Unsure or Gone."""

    name = "console"
    account = "console"
    limits = Limits(20_000, "chars", "plain")
    pace = Pace()

    def __init__(self, show: Callable[[Outgoing, str], None], *, prefix: str = "bot") -> None:
        self._show = show
        self._ids = (f"{prefix}:{number}" for number in count(1))

    async def run(self, receive: Receive) -> None:
        """Nothing arrives by itself: who owns the console hands events to the app."""
        await asyncio.Event().wait()

    async def send(self, message: Outgoing) -> Sent:
        """Show a message."""
        external = next(self._ids)
        self._show(message, external)
        return Sent(external)

    async def fetch(self, file: IncomingFile, limit: int) -> bytes:
        """A console's files are names only: the name stands for the content."""
        return file.name.encode()

    async def settled(self, incoming: Settled) -> None:
        """Nothing waits for it."""

    def describe(self) -> Mapping[str, Any]:
        """Always there."""
        return {"connected": True}
