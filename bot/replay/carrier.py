"""How a transcript's events reach the app and its messages come back: by the console, or by a platform in the tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.app import App
from bot.channels.console import ConsoleChannel
from bot.channels.contract import Channel, Incoming, Outgoing
from bot.seed import Names

Show = Callable[[Outgoing, str], None]
"""Takes a message as people see it: `chat` by its name in the transcript, `text` plain; and its id there."""


class Carrier(Protocol):
    """One platform. `names` says how it calls the transcript's chats and people."""

    names: Names

    def channel(self, show: Show, now: Callable[[], datetime], start: int) -> Channel:
        """A channel for the start-th life of the process."""

    async def run(self, app: App) -> None:
        """The process lives: its channel may hand over what arrives."""

    async def arrive(self, app: App, incoming: Incoming) -> None:
        """Somebody said this, with chats and people by their names; returns when it is stored."""

    async def close(self) -> None:
        """The process is gone."""


class ConsoleCarrier:
    """Hands events to the app itself."""

    names = Names()

    def channel(self, show: Show, now: Callable[[], datetime], start: int) -> Channel:
        """The console; ids of different lives differ."""
        self._channel = ConsoleChannel(show, prefix=f"bot{start}")
        return self._channel

    async def run(self, app: App) -> None:
        """Nothing arrives by itself."""

    async def arrive(self, app: App, incoming: Incoming) -> None:
        """Straight to intake."""
        await app.receive(self._channel, incoming)

    async def close(self) -> None:
        """Nothing is open."""
