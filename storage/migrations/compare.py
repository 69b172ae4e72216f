"""Compares the tables with the migrations, and writes the revision that closes the gap."""

import warnings
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateIndexOp, UpgradeOps
from sqlalchemy import Column, DateTime, Index
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 importing the tables fills the metadata
from storage.tables.columns import UtcTime

METADATA = SQLModel.metadata
EXPRESSION = ".*expression-based index"

HEAD = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}


def upgrade() -> None:
    """Forward only: an older program refuses this schema, and a backup is the way back."""
    {body}
'''


def _plain_type(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Write our own column type as the plain one it is stored as, so that a revision never imports the program."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


def _same_type(context: Any, inspected: Any, declared: Any, inspected_type: Any, declared_type: Any) -> bool | None:
    """None: compare as usual. Our own type is equal to what it is stored as."""
    if isinstance(declared_type, UtcTime):
        return not isinstance(inspected_type, DateTime)
    return None


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(
        connection,
        opts={"target_metadata": METADATA, "compare_type": _same_type, "render_item": _plain_type, "user_module_prefix": None},
    )


def _expression_indexes(connection: Connection) -> list[Index]:
    """The indexes over expressions that a SQLite database lacks: Alembic cannot see them there."""
    if connection.dialect.name != "sqlite":
        return []
    present = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'").scalars())
    declared = (index for table in METADATA.sorted_tables for index in table.indexes)
    return [i for i in declared if i.name not in present and not all(isinstance(e, Column) for e in i.expressions)]


def _compare(connection: Connection, context: MigrationContext) -> UpgradeOps:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=EXPRESSION)  # see _expression_indexes
        operations = produce_migrations(context, METADATA).upgrade_ops
    if operations is None:
        raise RuntimeError("Alembic compared nothing")
    operations.ops.extend(CreateIndexOp.from_index(index) for index in _expression_indexes(connection))
    return operations


def differences(connection: Connection) -> list[Any]:
    """What the tables have and the database lacks, or the other way; empty when they agree."""
    return list(_compare(connection, _context(connection)).as_diffs())


def revision_text(connection: Connection, revision: str, down: str | None, title: str) -> str:
    """The Python text of a revision that takes this database to the tables' shape."""
    context = _context(connection)
    body = render_python_code(_compare(connection, context), render_item=_plain_type, migration_context=context)
    lines = [line for line in body.strip().splitlines() if not line.strip().startswith("# ###")]
    return HEAD.format(title=title, revision=revision, down=f'"{down}"' if down else None, body="\n".join(lines).strip())
