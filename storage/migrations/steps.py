"""Alembic, which takes a database from one revision to another: loaded only where there is something to do or to write."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection


def scripts() -> ScriptDirectory:
    """The revisions that this program knows."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def carry(connection: Connection, wanted: str) -> None:
    """Bring the database to this revision, in the connection's transaction."""
    script = scripts()

    def steps(revision: Any, context: Any) -> Any:
        return script._upgrade_revs(wanted, revision)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, fn=steps)
        environment.run_migrations()
