"""A channel for the tests, listening while a block runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from bot.channels.contract import Channel, Incoming, Outgoing
from bot.channels.telegram import TelegramChannel
from tests.fakes.telegram import TOKEN

GROUP = -100123
PERSON = 7


def channel(api: str, **more: Any) -> TelegramChannel:
    """A channel whose long polls are short."""
    return TelegramChannel(TOKEN, bot_name="品牌助手", now=lambda: datetime.now(UTC), api=api, wait=1, **more)


@asynccontextmanager
async def running(ours: Channel) -> AsyncIterator[list[Incoming]]:
    """The channel listens while the block runs; what it received."""
    received: list[Incoming] = []

    async def receive(incoming: Incoming) -> None:
        received.append(incoming)

    task = asyncio.create_task(ours.run(receive))
    try:
        yield received
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def outgoing(text: str = "已登记", **more: Any) -> Outgoing:
    """A message to the group."""
    return Outgoing(1, str(GROUP), False, text, **more)
