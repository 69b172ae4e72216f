"""A database to play on: emptied before each play, if it holds nothing but an earlier play."""

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

MARK = "played_on"  # the table that says so


class InUse(Exception):
    """The database holds what somebody may want to keep."""


async def take(engine: AsyncEngine) -> None:
    """Make the database empty and mark it. Raises InUse where it holds rows and no mark; then nothing was touched."""
    async with engine.begin() as connection:
        await connection.run_sync(_take)


def _take(connection: Connection) -> None:
    names = inspect(connection).get_table_names()
    if MARK not in names and any(_holds_rows(connection, name) for name in names if name != "alembic_version"):
        raise InUse
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    ending = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in names:
        connection.execute(text(f"DROP TABLE {_quoted(connection, name)}{ending}"))
    connection.execute(text(f"CREATE TABLE {MARK} (id INTEGER)"))


def _holds_rows(connection: Connection, name: str) -> bool:
    return connection.execute(text(f"SELECT 1 FROM {_quoted(connection, name)} LIMIT 1")).first() is not None


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
