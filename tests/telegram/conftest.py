"""The fake platform, and a channel on it."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import TelegramChannel
from tests.fakes.telegram import FakeTelegram
from tests.telegram.channels import channel


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """A Bot API that keeps the truth."""
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    """A channel on it."""
    ours = channel(telegram.api)
    yield ours
    await ours.close()
