"""The house that the tests of the running process live in."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.bot.house import House, built


@pytest.fixture
async def house(database: AsyncEngine) -> AsyncIterator[House]:
    """The app on the test's own database, on SQLite and on PostgreSQL."""
    async with built(database) as house:
        yield house
