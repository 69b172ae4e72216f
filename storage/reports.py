"""Progress reports: numbered, corrected by a next version, withdrawn without a trace being lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Executable, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.database.inserting import Inserter, inserter, table_of
from storage.tables import ProgressReport, ReportNumber

GIVEN = table_of(ReportNumber).c
STORE = insert(table_of(ProgressReport)).returning(table_of(ProgressReport).c.id)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that happened; `id` is the row once it is stored."""

    content: str
    occurred_on: date | None = None
    activities: dict[str, int] = field(default_factory=dict)
    participants: int | None = None
    percent: int | None = None
    milestone_id: int | None = None
    on_paper: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The newest version of one number. Times are aware UTC."""

    number: str
    version: int
    organization_id: int
    reported_at: datetime
    account_id: int | None
    withdrawn_at: datetime | None
    parts: tuple[Part, ...]

    @property
    def content(self) -> str:
        """All parts in one line."""
        return "；".join(part.content for part in self.parts)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who told something, when, in which message, and about which due item (its subject and row), if about one."""

    at: datetime
    account_id: int | None
    inbound_id: int | None
    answers: tuple[str, int] | None = None


@cache
def _number(insert: Inserter) -> Executable:
    first = insert(table_of(ReportNumber))
    return first.on_conflict_do_update(index_elements=["year"], set_={"last": GIVEN.last + 1}).returning(GIVEN.last)


async def next_number(session: AsyncSession, year: int) -> str:
    """The next free number of the year, e.g. 2026-0147; two at once wait for each other and get two numbers."""
    given = (await session.execute(_number(inserter(session)), {"year": year, "last": 1})).scalar_one()
    return f"{year}-{given:04d}"


async def add(session: AsyncSession, number: str, organization_id: int, parts: Sequence[Part], origin: Origin) -> list[int]:
    """Store the first version of a number; the rows' ids in the order of the parts."""
    return await _store(session, (number, 1, organization_id), [(part, None) for part in parts], origin)


async def correct(session: AsyncSession, report: ReportFacts, parts: Sequence[Part], origin: Origin) -> list[int]:
    """Store the next version of a report: it replaces all parts of the one before, which stay for the record.

    It keeps the time of the first arrival, so that no week counts it again; when it was corrected stands in the audit.
    """
    earlier: list[int | None] = [part.id for part in report.parts]
    earlier += [None] * (len(parts) - len(earlier))
    key = (report.number, report.version + 1, report.organization_id)
    arrived = replace(origin, at=report.reported_at)
    return await _store(session, key, list(zip(parts, earlier, strict=False)), arrived)


async def _store(
    session: AsyncSession, key: tuple[str, int, int], parts: list[tuple[Part, int | None]], origin: Origin
) -> list[int]:
    number, version, organization_id = key
    ids: list[int] = []
    for position, (part, earlier) in enumerate(parts, start=1):
        row = {
            "number": number,
            "version": version,
            "part": position,
            "organization_id": organization_id,
            "occurred_on": part.occurred_on,
            "content": part.content,
            "activities": part.activities,
            "participants": part.participants,
            "percent": part.percent,
            "integration_point": "",
            "milestone_id": part.milestone_id,
            "on_paper": part.on_paper,
            "answers": origin.answers[0] if origin.answers else None,
            "answers_id": origin.answers[1] if origin.answers else None,
            "reported_at": origin.at,
            "account_id": origin.account_id,
            "inbound_id": origin.inbound_id,
            "corrected_from": earlier,
        }
        ids.append((await session.execute(STORE, row)).scalar_one())
    return ids


def newest() -> ColumnElement[bool]:
    """The row belongs to the newest version of its number."""
    later = aliased(ProgressReport)
    return ~exists().where(col(later.number) == col(ProgressReport.number), col(later.version) > col(ProgressReport.version))


def live() -> ColumnElement[bool]:
    """The row counts: neither withdrawn nor replaced by a correction."""
    return col(ProgressReport.withdrawn_at).is_(None) & newest()


async def by_number(session: AsyncSession, number: str) -> ReportFacts | None:
    """The newest version of a number, withdrawn or not."""
    found = await _read(session, [number])
    return found[0] if found else None


async def of_inbound(session: AsyncSession, inbound_id: int) -> ReportFacts | None:
    """The report that a message made, in its newest version; a correction's own message counts as well."""
    number = select(col(ProgressReport.number)).where(col(ProgressReport.inbound_id) == inbound_id).limit(1)
    known = (await session.execute(number)).scalar_one_or_none()
    return await by_number(session, known) if known else None


async def last(
    session: AsyncSession, organization_ids: Iterable[int] | None = None, *, account_id: int | None = None
) -> ReportFacts | None:
    """The latest live report of these organisations (None: of any), told by this account if it is given."""
    first_told = select(col(ProgressReport.number)).where(live(), col(ProgressReport.part) == 1)
    if organization_ids is not None:
        first_told = first_told.where(col(ProgressReport.organization_id).in_(list(organization_ids)))
    if account_id is not None:
        first_told = first_told.where(col(ProgressReport.account_id) == account_id)
    newest_first = first_told.order_by(col(ProgressReport.reported_at).desc(), col(ProgressReport.number).desc())
    number = (await session.execute(newest_first.limit(1))).scalar_one_or_none()
    return await by_number(session, number) if number else None


async def recent(session: AsyncSession, organization_ids: Iterable[int], limit: int) -> tuple[list[ReportFacts], int]:
    """The latest live reports of these organisations, newest first, at most `limit`; and how many there are in all."""
    mine = (col(ProgressReport.organization_id).in_(list(organization_ids)), live(), col(ProgressReport.part) == 1)
    total = (await session.execute(select(func.count()).select_from(ProgressReport).where(*mine))).scalar_one()
    newest_first = (col(ProgressReport.reported_at).desc(), col(ProgressReport.number).desc())
    numbers = select(col(ProgressReport.number)).where(*mine).order_by(*newest_first).limit(limit)
    return await _read(session, list((await session.execute(numbers)).scalars())), total


async def _read(session: AsyncSession, numbers: Sequence[str]) -> list[ReportFacts]:
    """The newest versions of these numbers, in their order. One statement."""
    if not numbers:
        return []
    rows = select(ProgressReport).where(col(ProgressReport.number).in_(numbers), newest())
    ordered = rows.order_by(col(ProgressReport.number), col(ProgressReport.part))
    grouped: dict[str, list[ProgressReport]] = {}
    for row in (await session.execute(ordered.execution_options(populate_existing=True))).scalars():
        grouped.setdefault(row.number, []).append(row)
    return [_report(grouped[number]) for number in numbers if number in grouped]


def _report(rows: list[ProgressReport]) -> ReportFacts:
    first = rows[0]
    return ReportFacts(
        number=first.number,
        version=first.version,
        organization_id=first.organization_id,
        reported_at=first.reported_at,
        account_id=first.account_id,
        withdrawn_at=first.withdrawn_at,
        parts=tuple(
            Part(
                content=row.content,
                occurred_on=row.occurred_on,
                activities=dict(row.activities),
                participants=row.participants,
                percent=row.percent,
                milestone_id=row.milestone_id,
                on_paper=row.on_paper,
                id=row.id,
            )
            for row in rows
        ),
    )


async def versions(session: AsyncSession, number: str) -> list[int]:
    """The ids of all rows that ever stood under a number."""
    rows = select(col(ProgressReport.id)).where(col(ProgressReport.number) == number)
    return [row for row in (await session.execute(rows)).scalars() if row]


async def withdraw(session: AsyncSession, report: ReportFacts, at: datetime, account_id: int | None) -> bool:
    """Withdraw a report; False when it was withdrawn or corrected meanwhile."""
    gone = (
        update(ProgressReport)
        .where(
            col(ProgressReport.id).in_([part.id for part in report.parts]),
            col(ProgressReport.withdrawn_at).is_(None),
            newest(),
        )
        .values(withdrawn_at=at, withdrawn_by=account_id)
    )
    done = await session.execute(gone.execution_options(synchronize_session=False).returning(col(ProgressReport.id)))
    return len(done.all()) > 0
