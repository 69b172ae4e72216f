"""Counts what a database is asked to do: statements, transactions begun, and how they ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

BEGIN, COMMIT, ROLLBACK = "BEGIN", "COMMIT", "ROLLBACK"


@dataclass(slots=True)
class Counts:
    """What was executed meanwhile."""

    statements: list[str] = field(default_factory=list)  # without BEGIN, COMMIT and ROLLBACK; savepoints are statements
    begun: int = 0
    committed: int = 0

    @property
    def executions(self) -> int:
        """Statements with BEGIN counted, the same on both databases; COMMIT and ROLLBACK are not counted."""
        return len(self.statements) + self.begun

    def note(self, what: str) -> None:
        """Count one."""
        if what == BEGIN:
            self.begun += 1
        elif what == COMMIT:
            self.committed += 1
        elif what != ROLLBACK:
            self.statements.append(what)


@contextmanager
def counted(engine: Engine | Connection) -> Iterator[Counts]:
    """Count on an engine (of an AsyncEngine: its `sync_engine`) while the block runs."""
    counts = Counts()
    with told(engine, counts.note):
        yield counts


@contextmanager
def told(engine: Engine | Connection, note: Callable[[str], None]) -> Iterator[None]:
    """Call `note` with each statement, and with BEGIN, COMMIT and ROLLBACK, while the block runs.

    On SQLite our engine begins by a statement of its own, on PostgreSQL the driver begins: both are told once, as BEGIN.
    """

    def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(BEGIN):
            note(statement)

    def begun(_connection: Any) -> None:
        note(BEGIN)

    def committed(_connection: Any) -> None:
        note(COMMIT)

    def rolled_back(_connection: Any) -> None:
        note(ROLLBACK)

    hooks: dict[str, Callable[..., None]] = {
        "before_cursor_execute": executed,
        "begin": begun,
        "commit": committed,
        "rollback": rolled_back,
    }
    for name, hook in hooks.items():
        event.listen(engine, name, hook)
    try:
        yield
    finally:
        for name, hook in hooks.items():
            event.remove(engine, name, hook)
