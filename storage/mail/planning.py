"""Notices planned by set-based inserts: what is due × the days to speak of it, each under one unique key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import add_missing, new_rows
from storage.derived.answers import history
from storage.derived.due_rule import open_items, organization
from storage.tables import Notice
from storage.tables.columns import UTC_TIME

COLUMNS = (
    "unique_key",
    "kind",
    "organization_id",
    "subject",
    "subject_id",
    "rung",
    "due_on",
    "due_at",
    "state",
    "reason",
    "planned_at",
)
ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One day to speak of everything that is due on a date; `at` is aware.

    `only_since`: only of what has been due since that day or later (the short rung of a late promise).
    """

    due_on: date
    rung: int
    at: datetime
    only_since: date = ALWAYS


NEVER = Rung(ALWAYS, 0, datetime(1900, 1, 1, tzinfo=UTC))
"""A rung that speaks of nothing."""
AT_ONCE = 128


def _batches(rungs: Sequence[Rung]) -> list[list[Rung]]:
    """At most AT_ONCE rungs each (a date's own stay together), filled up to a power of two: few statements to compile."""
    by_date: dict[date, list[Rung]] = {}
    for one in rungs:
        by_date.setdefault(one.due_on, []).append(one)
    batches: list[list[Rung]] = [[]]
    for same in by_date.values():
        if batches[-1] and len(batches[-1]) + len(same) > AT_ONCE:
            batches.append([])
        batches[-1] += same
    for batch in batches:
        size = max(8, 1 << (len(batch) - 1).bit_length()) if batch else 0
        batch += [NEVER] * (size - len(batch))
    return [batch for batch in batches if batch]


def _table(rungs: Sequence[Rung]) -> CTE:
    """The rungs as a table of the statement: a union of rows, which is compiled once for each number of rows."""
    rows = [
        select(
            literal(one.due_on, Date).label("due_on"),
            literal(one.rung, Integer).label("rung"),
            literal(one.at, UTC_TIME).label("at"),
            literal(one.at.date(), Date).label("day"),
            literal(one.only_since, Date).label("only_since"),
            literal(f"{one.due_on}:{one.rung}", String).label("stamp"),
        )
        for one in rungs
    ]
    return union_all(*rows).cte("rungs")


def _fits(due: Subquery, rungs: CTE) -> Any:
    """The rung speaks of this item: same date, and it lies after the moment from which that date holds."""
    return and_(
        rungs.c.due_on == due.c.due_on,
        or_(due.c.since_on.is_(None), rungs.c.day > due.c.since_on),
        or_(due.c.since_at.is_(None), rungs.c.at > due.c.since_at),
        func.coalesce(due.c.since_on, rungs.c.only_since) >= rungs.c.only_since,
    )


def _key(kind: Any, row: Any, stamp: Any) -> Any:
    parts: list[Any] = [kind, cast(row.organization_id, String), row.subject, cast(row.subject_id, String), stamp]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.concat(":").concat(part)
    return joined


def _row(kind: Any, row: Any, now: datetime) -> Select[Any]:
    return select(
        _key(kind, row, row.stamp),
        kind,
        row.organization_id,
        row.subject,
        row.subject_id,
        row.rung,
        row.due_on,
        row.at,
        literal("planned"),
        literal(""),
        literal(now, UTC_TIME),
    )


async def _insert(session: AsyncSession, rows: Select[Any]) -> None:
    await session.execute(new_rows(session, Notice).from_select(list(COLUMNS), rows).on_conflict_do_nothing())


async def due_dates(session: AsyncSession, subjects: Collection[str]) -> list[date]:
    """The different days on which something of these subjects is due. One statement."""
    due = open_items()
    return list((await session.execute(select(due.c.due_on).where(due.c.subject.in_(subjects)).distinct())).scalars())


async def plan_items(session: AsyncSession, kind: str, subjects: Collection[str], rungs: Sequence[Rung], now: datetime) -> None:
    """Plan each open item's rungs. One statement for every 128 rungs; what is planned already stays as it is."""
    for batch in _batches(rungs):
        await _plan_batch(session, kind, subjects, batch, now)


async def _plan_batch(session: AsyncSession, kind: str, subjects: Collection[str], batch: list[Rung], now: datetime) -> None:
    due, table = open_items(), _table(batch)
    candidates = (
        select(due, table.c.rung, table.c.at, table.c.stamp)
        .join(table, _fits(due, table))
        .where(due.c.subject.in_(subjects))
        .subquery("candidates")
    )
    await _insert(session, _row(literal(kind), candidates.c, now).where(candidates.c.rung.is_not(None)))


async def plan_overdue(
    session: AsyncSession, subjects: Collection[str], grid: Sequence[Rung], stop_after: int, now: datetime
) -> None:
    """Plan the next places of the grid: nudges until `stop_after` are unanswered, then one place on the call list.

    An act of the organisation on the item starts the count anew. One statement for every 128 places.
    """
    for batch in _batches(grid):
        await _plan_overdue_batch(session, subjects, batch, stop_after, now)


async def _plan_overdue_batch(
    session: AsyncSession, subjects: Collection[str], batch: list[Rung], stop_after: int, now: datetime
) -> None:
    due, table, past = open_items(), _table(batch), history()
    same = and_(
        past.c.organization_id == due.c.organization_id,
        past.c.subject == due.c.subject,
        past.c.subject_id == due.c.subject_id,
        past.c.due_on == due.c.due_on,
    )
    place = func.row_number().over(
        partition_by=(due.c.organization_id, due.c.subject, due.c.subject_id), order_by=(table.c.at, table.c.rung.desc())
    )
    candidates = (
        select(
            due,
            table.c.rung,
            table.c.at,
            table.c.stamp,
            place.label("place"),
            func.coalesce(past.c.nudges, 0).label("nudges"),
            and_(func.coalesce(past.c.said, 0) >= stop_after, past.c.calls == 0).label("call"),
        )
        .join(table, _fits(due, table))
        .outerjoin(past, same)
        .where(due.c.subject.in_(subjects), ~due.c.paused, or_(past.c.last_at.is_(None), table.c.at > past.c.last_at))
        .subquery("candidates")
    )
    nudged = candidates.c.place + candidates.c.nudges <= stop_after
    called = and_(candidates.c.place == 1, candidates.c.call)
    kind: Any = case((nudged, literal("overdue")), else_=literal("calls"))
    await _insert(session, _row(kind, candidates.c, now).where(or_(nudged, called)))


async def plan_once(
    session: AsyncSession, kind: str, subject: str, moments: Sequence[tuple[int, int, date | None, datetime]], now: datetime
) -> None:
    """Plan notices to the committee: (subject row, rung, day it speaks of, moment). One statement."""
    if not moments:
        return
    rows = [
        {
            "unique_key": f"{kind}:{subject}:{subject_id}:{rung}:{day}",
            "kind": kind,
            "subject": subject,
            "subject_id": subject_id,
            "rung": rung,
            "due_on": day,
            "due_at": when,
            "state": "planned",
            "reason": "",
            "planned_at": now,
        }
        for subject_id, rung, day, when in moments
    ]
    await add_missing(session, Notice, rows)


async def plan_everybody(
    session: AsyncSession, kind: str, day: date, when: datetime, now: datetime, reached: Select[Any]
) -> None:
    """Plan one notice for each organisation that can be reached (a select of organisation ids). One statement."""
    key = literal(f"{kind}:{day}:").concat(cast(organization.c.id, String))
    rows = select(
        key,
        literal(kind),
        organization.c.id,
        literal("week"),
        literal(0),
        literal(0),
        literal(day, Date),
        literal(when, UTC_TIME),
        literal("planned"),
        literal(""),
        literal(now, UTC_TIME),
    ).where(organization.c.id.in_(reached))
    await _insert(session, rows)
