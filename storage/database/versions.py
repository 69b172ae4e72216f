"""What a process may keep in memory: every commit that writes one of these tables counts up the version it belongs to."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import Label, event, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Version
from storage.tables.columns import table_of

Subject = Literal["roster", "people"]
WATCHED: Mapping[str, Subject] = {
    "organization": "roster",
    "alias": "roster",  # unless a statement is marked: what an account calls an organisation is its own
    "plan": "roster",
    "phase": "roster",
    "milestone": "roster",
    "calendarday": "roster",
    "membership": "people",
}
"""The tables whose rows are kept in memory (bot/cache.py), and under which version."""
OWN_NAMES = {"counts": "people"}
"""Marks a statement (`execution_options`) that writes only accounts' own aliases."""

WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
COUNT = "INSERT INTO version (subject, number) VALUES ('{}', 1) ON CONFLICT (subject) DO UPDATE SET number = version.number + 1"
WRITTEN = "written"
VERSION = table_of(Version).c


class Versions(NamedTuple):
    """The versions as one transaction sees them; None before the first write."""

    roster: int | None
    people: int | None


def columns() -> tuple[Label[int], ...]:
    """The versions as columns of a statement that reads something else, in the order of `Versions`."""
    return tuple(
        select(VERSION.number).where(VERSION.subject == subject).scalar_subquery().label(f"{subject}_version")
        for subject in Versions._fields
    )


QUERY = select(*columns())


async def now(session: AsyncSession) -> Versions:
    """The versions by themselves. One statement."""
    row = (await session.execute(QUERY)).one()
    return Versions(row[0], row[1])


@lru_cache(maxsize=2048)
def written(statement: str) -> Subject | None:
    """The version under which what a statement writes is kept."""
    found = WRITES.match(statement)
    return WATCHED.get(found[1].lower()) if found else None


def watch(engine: Engine) -> None:
    """Count up at the commit, so that nobody who writes can forget it, and nobody holds the version's row for long."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.info.pop(WRITTEN, None)

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        subject = written(statement)
        if subject is not None:
            marked = context.execution_options.get("counts", subject)
            connection.info.setdefault(WRITTEN, set()).add(marked)

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        for subject in sorted(connection.info.pop(WRITTEN, ())):
            connection.exec_driver_sql(COUNT.format(subject))
