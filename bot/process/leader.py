"""Which process plans: one at a time, by an advisory lock of PostgreSQL; correctness never depends on it."""

import logging

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = logging.getLogger(__name__)
KEY = 0x6272616E64  # any number that nobody else on the server uses


class Leader:
    """Holds the lock on a connection of its own for as long as the process lives. On SQLite the one process leads."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def leads(self) -> bool:
        """True when this process plans; asked before each plan, so that a lost connection hands over."""
        if self._engine.dialect.name != "postgresql":
            return True
        try:
            if self._connection is not None:
                await self._connection.execute(text("SELECT 1"))
                await self._connection.rollback()
                return True
            return await self._take()
        except (DBAPIError, OSError) as error:
            log.warning("the leader's connection is lost (%s)", type(error).__name__)
            await self.close()
            return False

    async def _take(self) -> bool:
        connection = await self._engine.connect()
        taken = (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY})).scalar_one()
        await connection.rollback()  # a session lock outlives its transaction
        if taken:
            self._connection = connection
        else:
            await connection.close()
        return bool(taken)

    async def close(self) -> None:
        """Hand over."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": KEY})
        except (DBAPIError, PendingRollbackError, OSError):
            await connection.invalidate()  # the server has let go of it already
        await connection.close()
