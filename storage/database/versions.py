"""What a process may keep in memory: every commit that writes one of these tables counts up the version it belongs to."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

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
    """Count up at the commit, so that nobody who writes can forget it, and nobody holds the version's row for long.

    The statements are told by the dialect, commits by a connection that has something to count: events of the engine
    would cost every statement a fifth more.
    """

    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, name, _note)


def _note(_cursor: Any, statement: str, *more: Any) -> None:
    subject = written(statement)
    if subject is not None:
        context = more[-1]
        _written(context.root_connection).add(context.execution_options.get("counts", subject))


def _written(connection: Connection) -> set[Subject]:
    """What is to be counted up at the commit of the connection's transaction."""
    if not event.contains(connection, "commit", _count):
        event.listen(connection, "commit", _count)
    transaction, subjects = connection.info.get(WRITTEN, (None, None))
    if transaction is not connection.get_transaction():  # the first, or one that was rolled back
        connection.info[WRITTEN] = connection.get_transaction(), (subjects := set[Subject]())
    return cast("set[Subject]", subjects)


def _count(connection: Connection) -> None:
    transaction, subjects = connection.info.pop(WRITTEN, (None, ()))
    if transaction is connection.get_transaction():
        for subject in sorted(subjects):
            connection.exec_driver_sql(COUNT.format(subject))
