"""Notices planned by set-based inserts: what is due × the days to speak of it, each under one unique key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
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

from storage.due_rule import brand, brand_event, open_items, organization
from storage.inserting import new_rows, table_of
from storage.tables import Extension, Notice, PaperClaim, ProgressReport
from storage.tables.columns import UtcTime

notice = table_of(Notice)
extension, paper_claim, progress_report = table_of(Extension), table_of(PaperClaim), table_of(ProgressReport)
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
LIVE = ("planned", "released", "held")


@dataclass(frozen=True, slots=True)
class Rung:
    """One day to speak of everything that is due on a date; `at` is aware.

    `only_since`: only of what has been due since that day or later (the short rung of a late promise).
    """

    due_on: date
    rung: int
    at: datetime
    only_since: date = ALWAYS


def _table(rungs: Sequence[Rung]) -> CTE:
    """The rungs as a table of the statement: bound values, so that the compiled statement is used again."""
    return union_all(
        *(
            select(
                literal(one.due_on, Date).label("due_on"),
                literal(one.rung, Integer).label("rung"),
                literal(one.at, UtcTime).label("at"),
                literal(one.at.date(), Date).label("day"),
                literal(one.only_since, Date).label("only_since"),
                literal(f"{one.due_on}:{one.rung}", String).label("stamp"),
            )
            for one in rungs
        )
    ).cte("rungs")


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
        literal(now, UtcTime),
    )


async def _insert(session: AsyncSession, rows: Select[Any]) -> None:
    await session.execute(new_rows(session, Notice).from_select(list(COLUMNS), rows).on_conflict_do_nothing())


async def due_dates(session: AsyncSession, subjects: Collection[str]) -> list[date]:
    """The different days on which something of these subjects is due. One statement."""
    due = open_items()
    return list((await session.execute(select(due.c.due_on).where(due.c.subject.in_(subjects)).distinct())).scalars())


async def plan_items(session: AsyncSession, kind: str, subjects: Collection[str], rungs: Sequence[Rung], now: datetime) -> None:
    """Plan each open item's rungs. One statement; what is planned already stays as it is."""
    if not rungs:
        return
    due, table = open_items(), _table(rungs)
    candidates = (
        select(due, table.c.rung, table.c.at, table.c.stamp)
        .join(table, _fits(due, table))
        .where(due.c.subject.in_(subjects))
        .subquery("candidates")
    )
    await _insert(session, _row(literal(kind), candidates.c, now).where(candidates.c.rung.is_not(None)))


def last_acts() -> Subquery:
    """When an organisation last did something about an item of its own: asked for time, handed in, reported on it."""
    acts = union_all(
        select(extension.c.organization_id, extension.c.subject, extension.c.subject_id, extension.c.requested_at.label("at")),
        select(paper_claim.c.organization_id, paper_claim.c.subject, paper_claim.c.subject_id, paper_claim.c.claimed_at),
        select(
            progress_report.c.organization_id,
            literal("milestone"),
            progress_report.c.milestone_id,
            progress_report.c.reported_at,
        ).where(progress_report.c.milestone_id.is_not(None)),
        select(brand.c.organization_id, literal("return"), brand.c.id, brand_event.c.at)
        .join(brand_event, brand_event.c.brand_id == brand.c.id)
        .where(brand_event.c.step == "submitted"),
    ).subquery("acts")
    newest = func.max(acts.c.at, type_=UtcTime).label("at")
    mine = (acts.c.organization_id, acts.c.subject, acts.c.subject_id)
    return select(*mine, newest).group_by(*mine).subquery("last_acts")


@cache
def _history() -> Subquery:
    """Each item's overdue notices and call lists so far: the last one, and how many came after the last act."""
    acts = last_acts()
    same = and_(
        acts.c.organization_id == notice.c.organization_id,
        acts.c.subject == notice.c.subject,
        acts.c.subject_id == notice.c.subject_id,
    )
    since = or_(acts.c.at.is_(None), notice.c.due_at > acts.c.at)
    nudges = and_(since, notice.c.kind == "overdue", notice.c.state.in_(LIVE))
    said = and_(since, notice.c.kind == "overdue", notice.c.state == "released")
    calls = and_(since, notice.c.kind == "calls", notice.c.state.in_(LIVE))
    mine = (notice.c.organization_id, notice.c.subject, notice.c.subject_id, notice.c.due_on)
    return (
        select(
            *mine,
            func.max(notice.c.due_at, type_=UtcTime).label("last_at"),
            func.count().filter(nudges).label("nudges"),
            func.count().filter(said).label("said"),
            func.count().filter(calls).label("calls"),
        )
        .outerjoin(acts, same)
        .where(notice.c.kind.in_(("overdue", "calls")))
        .group_by(*mine)
        .subquery("history")
    )


async def plan_overdue(
    session: AsyncSession, subjects: Collection[str], grid: Sequence[Rung], stop_after: int, now: datetime
) -> None:
    """Plan the next places of the grid: nudges until `stop_after` are unanswered, then one place on the call list.

    An act of the organisation on the item starts the count anew. One statement.
    """
    if not grid:
        return
    due, table, past = open_items(), _table(grid), _history()
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


async def unanswered(session: AsyncSession, organizations: Select[Any]) -> dict[tuple[int, str, int], int]:
    """How many overdue nudges of each item were said since the organisation's last act on it. One statement."""
    acts = last_acts()
    same = and_(
        acts.c.organization_id == notice.c.organization_id,
        acts.c.subject == notice.c.subject,
        acts.c.subject_id == notice.c.subject_id,
    )
    mine = (notice.c.organization_id, notice.c.subject, notice.c.subject_id)
    rows = (
        select(*mine, func.count())
        .outerjoin(acts, same)
        .where(notice.c.kind == "overdue", notice.c.state == "released", notice.c.organization_id.in_(organizations))
        .where(or_(acts.c.at.is_(None), notice.c.due_at > acts.c.at))
        .group_by(*mine)
    )
    return {(row[0], row[1], row[2]): row[3] for row in await session.execute(rows)}


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
    await session.execute(new_rows(session, Notice).values(rows).on_conflict_do_nothing())


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
        literal(when, UtcTime),
        literal("planned"),
        literal(""),
        literal(now, UtcTime),
    ).where(organization.c.id.in_(reached))
    await _insert(session, rows)
