"""The schema's history: brings a database up to this program's schema, and refuses one that is newer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
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


def scripts() -> ScriptDirectory:
    """The revisions that this program knows."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def known(revision: str) -> bool:
    """True when this program has heard of the revision; a newer program's is unknown to it."""
    return revision in {script.revision for script in scripts().walk_revisions()}


def _look(connection: Connection, script: ScriptDirectory) -> Schema:
    wanted = script.get_current_head()
    if wanted is None:
        raise RuntimeError("storage/migrations/versions holds no revision")
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and not known(current):
        raise SchemaTooNew(
            f"the database has schema {current}, which this program ({wanted}) does not know: use the newer program"
        )
    return Schema(current, wanted)


async def look(engine: AsyncEngine) -> Schema:
    """Compare the database with this program, changing nothing. Raises SchemaTooNew."""
    async with engine.connect() as connection:
        return await connection.run_sync(_look, scripts())


def _upgrade(connection: Connection) -> Schema:
    script = scripts()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    before = _look(connection, script)
    if before.ready:
        return before

    def steps(revision: Any, context: Any) -> Any:
        return script._upgrade_revs(before.wanted, revision)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, fn=steps)
        environment.run_migrations()
    return before


async def upgrade(engine: AsyncEngine) -> Schema:
    """Bring the database to this program's schema, in one transaction; returns what it was before. Raises SchemaTooNew."""
    async with engine.begin() as connection:
        return await connection.run_sync(_upgrade)
