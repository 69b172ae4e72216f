"""INSERT that leaves rows alone which are already there, the same on both databases."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from storage.tables.columns import table_of

__all__ = ["BATCH", "AnyRow", "Insert", "Inserter", "add_missing", "inserter", "new_rows", "table_of"]

AnyRow = Row[*tuple[Any, ...]]
BATCH = 1000  # rows a statement: far below both databases' limit of bound values


Insert = postgresql.Insert | sqlite.Insert
Inserter = Callable[[Table], Insert]
"""Makes an INSERT of one dialect, which knows ON CONFLICT; what a statement that is built once is built for."""


def inserter(session: AsyncSession) -> Inserter:
    """The one of the session's dialect."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert


def new_rows(session: AsyncSession, model: type[SQLModel]) -> Insert:
    """An INSERT of the session's dialect."""
    return inserter(session)(table_of(model))


async def add_missing(session: AsyncSession, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose unique keys are new; the others are left as they are. One statement per 1,000 rows."""
    for start in range(0, len(rows), BATCH):
        batch = [dict(row) for row in rows[start : start + BATCH]]
        await session.execute(new_rows(session, model).on_conflict_do_nothing(), batch)
