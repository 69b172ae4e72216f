"""Promises made in reports: made, kept by a later report, dropped or opened again when a report is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.database.inserting import table_of
from storage.tables import Commitment

TABLE = table_of(Commitment)


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised, and until which day."""

    id: int
    organization_id: int
    report_id: int | None
    object: str
    due_on: date
    made_on: date


def is_open() -> ColumnElement[bool]:
    """Neither kept nor dropped."""
    return col(Commitment.kept_on).is_(None) & col(Commitment.dropped_at).is_(None)


MAKE = insert(TABLE).returning(TABLE.c.id)
OPEN = select(*(TABLE.c[name] for name in Promise.__slots__)).where(is_open())
OPEN_OF = OPEN.where(TABLE.c.organization_id == bindparam("organization")).order_by(TABLE.c.due_on, TABLE.c.id)
KEEP = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("promise"), is_open())
    .values(kept_on=bindparam("day"), kept_by=bindparam("report"))
    .returning(TABLE.c.id)
)


async def make(
    session: AsyncSession, organization_id: int, promised: str, due_on: date, *, report_id: int, made_on: date
) -> int:
    """Keep a promise in mind."""
    row = {"organization_id": organization_id, "report_id": report_id, "object": promised, "due_on": due_on, "made_on": made_on}
    made: int = (await session.execute(MAKE, row)).scalar_one()
    return made


async def move(session: AsyncSession, promise_id: int, due_on: date, *, said_on: date) -> None:
    """The same promise for another day: from then on it counts as made on the day that this was said."""
    moved = update(Commitment).where(col(Commitment.id) == promise_id, is_open())
    await session.execute(moved.values(due_on=due_on, made_on=said_on))


async def open_of(session: AsyncSession, organization_id: int) -> list[Promise]:
    """The open promises of one organisation, the earliest due first."""
    return [Promise(*row) for row in await session.execute(OPEN_OF, {"organization": organization_id})]


async def made_by(session: AsyncSession, report_ids: Sequence[int]) -> list[Promise]:
    """The open promises that these reports made."""
    rows = OPEN.where(TABLE.c.report_id.in_(report_ids)).order_by(TABLE.c.id)
    return [Promise(*row) for row in await session.execute(rows)]


async def keep(session: AsyncSession, promise_id: int, *, by_report: int, on: date) -> bool:
    """A report kept this promise; False when it is not open any more."""
    return bool((await session.execute(KEEP, {"promise": promise_id, "day": on, "report": by_report})).all())


async def drop(session: AsyncSession, promise_ids: Sequence[int], at: datetime) -> None:
    """These promises stand no longer: their report was withdrawn or corrected."""
    await session.execute(update(Commitment).where(col(Commitment.id).in_(promise_ids), is_open()).values(dropped_at=at))


async def drop_of(session: AsyncSession, report_ids: Sequence[int], at: datetime) -> list[str]:
    """Drop the open promises that these reports made; what they were."""
    gone = update(Commitment).where(col(Commitment.report_id).in_(report_ids), is_open()).values(dropped_at=at)
    return list((await session.execute(gone.returning(col(Commitment.object)))).scalars())


async def reopen_of(session: AsyncSession, report_ids: Sequence[int]) -> list[str]:
    """Open again the promises that these reports kept; what they are."""
    again = update(Commitment).where(col(Commitment.kept_by).in_(report_ids)).values(kept_on=None, kept_by=None)
    return list((await session.execute(again.returning(col(Commitment.object)))).scalars())
