"""The schema's history: brings a database up to this program's schema, and refuses one that is newer."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

FOLDER = Path(__file__).parent
UPGRADE_LOCK = 0x6272_616E_6462  # any constant: the PostgreSQL advisory lock held while the schema changes


class SchemaTooNew(Exception):
    """The database was written by a newer program; nothing was touched."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Which revision a database is at (None: empty) and which one this program wants."""

    current: str | None
    wanted: str

    @property
    def ready(self) -> bool:
        """True when the program may work on it."""
        return self.current == self.wanted


@cache
def revisions() -> tuple[str, ...]:
    """The revisions that this program knows, oldest first: each is what its file's name begins with."""
    return tuple(sorted(file.stem.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py")))


def known(revision: str) -> bool:
    """True when this program has heard of the revision; a newer program's is unknown to it."""
    return revision in revisions()


def _look(connection: Connection) -> Schema:
    wanted = revisions()[-1]
    current = None
    if inspect(connection).has_table("alembic_version"):
        current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if current is not None and not known(current):
        raise SchemaTooNew(
            f"the database has schema {current}, which this program ({wanted}) does not know: use the newer program"
        )
    return Schema(current, wanted)


async def look(engine: AsyncEngine) -> Schema:
    """Compare the database with this program, changing nothing. Raises SchemaTooNew."""
    async with engine.connect() as connection:
        return await connection.run_sync(_look)


def _upgrade(connection: Connection) -> Schema:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    before = _look(connection)
    if not before.ready:
        from storage.migrations.steps import carry  # most starts find the schema as it should be

        carry(connection, before.wanted)
    return before


async def upgrade(engine: AsyncEngine) -> Schema:
    """Bring the database to this program's schema, in one transaction; returns what it was before. Raises SchemaTooNew."""
    async with engine.begin() as connection:
        return await connection.run_sync(_upgrade)
