"""Sessions and their transactions, with no more greenlets and tasks than they need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from storage.database.on_the_spot import Dialect


class OnTheSpot(AsyncSession):
    """A session on SQLite: once its transaction has begun, a statement has nothing to wait for, and needs no greenlet."""

    def __init__(self, engine: AsyncEngine, dialect: Dialect) -> None:
        super().__init__(engine, expire_on_commit=False)
        self._dialect = dialect
        self._begun: SessionTransaction | None = None

    async def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement; the first of a transaction may have to wait."""
        begun = self.sync_session.get_transaction()
        if begun is not None and begun is self._begun:
            return self._dialect.awaited(self.sync_session.execute, statement, params, **options)
        result = await super().execute(statement, params, **options)
        self._begun = self.sync_session.get_transaction()
        return result


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes sessions whose objects stay readable after the commit."""

    engine: AsyncEngine

    def __call__(self) -> AsyncSession:
        """A session; what it writes and does not commit is lost."""
        dialect = self.engine.dialect
        if isinstance(dialect, Dialect):
            return OnTheSpot(self.engine, dialect)
        return AsyncSession(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session with its one transaction: committed at the end, rolled back at an error."""
        session, whole = self(), False
        try:
            yield session
            whole = True
        finally:
            await session.run_sync(_end, whole)
            await asyncio.sleep(0)  # whoever waits for the connection has it before this task asks for it again


def _end(session: Session, whole: bool) -> None:
    try:
        if whole:
            session.commit()
    finally:
        session.close()
