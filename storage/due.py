"""What is due: the one definition, derived from plan dates, granted extensions and records."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, Subquery, Table, and_, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserting import table_of
from storage.tables import (
    Brand,
    BrandEvent,
    BrandMilestone,
    Commitment,
    Extension,
    Milestone,
    Organization,
    PaperClaim,
    Plan,
    Separation,
)
from storage.tables.columns import UtcTime

APPROVED = ("approved", "matured", "exemplar")
"""The states from approval on: exemplar ⊃ matured ⊃ approved."""

organization, brand, plan, milestone = table_of(Organization), table_of(Brand), table_of(Plan), table_of(Milestone)
commitment, extension, separation = table_of(Commitment), table_of(Extension), table_of(Separation)
brand_event, brand_milestone, paper_claim = table_of(BrandEvent), table_of(BrandMilestone), table_of(PaperClaim)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that one organisation owes. `name`: the brand's (return), the milestone's or the promised object, or "".

    `paused`: 已报 or 延期 is with the committee, and nobody is nudged meanwhile. `made_on`: the day of a promise.
    """

    organization_id: int
    subject: str  # declaration, return, milestone, commitment
    subject_id: int  # 0, or the brand's, milestone's or commitment's row
    due_on: date
    name: str
    paused: bool
    made_on: date | None = None
    deliverables: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[int, str, int]:
        """What the item is, whatever its date."""
        return self.organization_id, self.subject, self.subject_id


def among(ids: Collection[int]) -> Select[Any]:
    """A batch of organisations as a select of their rows."""
    return select(organization.c.id).where(organization.c.id.in_(ids))


def separate_granted() -> Select[Any]:
    """Subordinates whose newest decided request lets them declare on their own: organization_id, decided_at."""
    newest = (
        select(
            separation.c.organization_id,
            separation.c.decided_at,
            and_(separation.c.wanted, separation.c.granted).label("granted"),
            func.row_number()
            .over(
                partition_by=separation.c.organization_id,
                order_by=(separation.c.decided_at.desc(), separation.c.id.desc()),
            )
            .label("place"),
        )
        .where(separation.c.decided_at.is_not(None))
        .subquery("decided_separation")
    )
    return select(newest.c.organization_id, newest.c.decided_at).where(newest.c.place == 1, newest.c.granted)


def _row(
    organization_id: Any, subject: str, subject_id: Any, name: Any, base: Any, since_on: Any, since_at: Any
) -> Select[Any]:
    return select(
        organization_id.label("organization_id"),
        literal(subject).label("subject"),
        subject_id.label("subject_id"),
        name.label("name"),
        base.label("base"),
        since_on.label("since_on"),
        since_at.label("since_at"),
    )


def _declarations() -> Select[Any]:
    """Direct organisations and permitted subordinates that have not declared (a draft or a branch brand is no declaration)."""
    permitted = separate_granted().subquery("permitted")
    declared = (
        select(brand.c.id)
        .where(brand.c.organization_id == organization.c.id, brand.c.state != "draft", brand.c.standing != "branch")
        .exists()
    )
    return (
        _row(
            organization.c.id,
            "declaration",
            literal(0),
            literal(""),
            plan.c.declaration_due,
            cast(null(), Date),
            permitted.c.decided_at,
        )
        .select_from(organization)
        .join(plan, literal(1) == 1)
        .outerjoin(permitted, permitted.c.organization_id == organization.c.id)
        .where(or_(organization.c.direct, permitted.c.organization_id.is_not(None)), ~declared)
    )


def _last_return() -> Any:
    return (
        select(func.max(brand_event.c.at, type_=UtcTime))
        .where(brand_event.c.brand_id == brand.c.id, brand_event.c.step == "returned")
        .correlate(brand)
        .scalar_subquery()
    )


def _returns() -> Select[Any]:
    """Declarations that were returned and not handed in again."""
    return _row(
        brand.c.organization_id,
        "return",
        brand.c.id,
        brand.c.name,
        brand.c.return_due,
        cast(null(), Date),
        _last_return(),
    ).where(brand.c.state == "returned")


def _milestones() -> Select[Any]:
    """Milestones that an approved brand has not reached; branch brands have none."""
    done = (
        select(brand_milestone.c.id)
        .where(brand_milestone.c.brand_id == brand.c.id, brand_milestone.c.milestone_id == milestone.c.id)
        .exists()
    )
    return (
        _row(
            brand.c.organization_id,
            "milestone",
            milestone.c.id,
            milestone.c.name,
            milestone.c.due_on,
            brand.c.approved_on,
            cast(null(), UtcTime),
        )
        .select_from(brand)
        .join(milestone, literal(1) == 1)
        .where(brand.c.state.in_(APPROVED), brand.c.standing != "branch", ~done)
    )


def _commitments() -> Select[Any]:
    """Promises neither kept nor dropped."""
    return _row(
        commitment.c.organization_id,
        "commitment",
        commitment.c.id,
        commitment.c.object,
        commitment.c.due_on,
        commitment.c.made_on,
        cast(null(), UtcTime),
    ).where(commitment.c.kept_on.is_(None), commitment.c.dropped_at.is_(None))


def _extensions() -> Subquery:
    """The newest granted extension of each subject."""
    places = (
        select(
            extension.c.organization_id,
            extension.c.subject,
            extension.c.subject_id,
            extension.c.to,
            extension.c.decided_at,
            func.row_number()
            .over(
                partition_by=(extension.c.organization_id, extension.c.subject, extension.c.subject_id),
                order_by=(extension.c.decided_at.desc(), extension.c.id.desc()),
            )
            .label("place"),
        )
        .where(extension.c.granted)
        .subquery("granted_extension")
    )
    return select(places).where(places.c.place == 1).subquery("in_force")


def _waits(table: Table, base: Subquery) -> Any:
    """The committee has not decided about a paper claim or a request for more time."""
    undecided = select(table.c.id).where(
        table.c.organization_id == base.c.organization_id,
        table.c.subject == base.c.subject,
        table.c.subject_id == base.c.subject_id,
        table.c.decided_at.is_(None),
    )
    return undecided.exists()


def _received(base: Subquery) -> Any:
    """The committee has it on paper: what is left to do is its own, so nobody is nudged for it; a later return ends that."""
    said = select(paper_claim.c.id).where(
        paper_claim.c.organization_id == base.c.organization_id,
        paper_claim.c.subject == base.c.subject,
        paper_claim.c.subject_id == base.c.subject_id,
        paper_claim.c.received,
        or_(base.c.since_at.is_(None), paper_claim.c.decided_at >= base.c.since_at),
    )
    return said.exists()


@cache
def open_items(name: str = "due") -> Subquery:
    """Everything that is due, as a subquery with the columns of `Item`.

    Beside them `since_on` and `since_at`: it has been due on this date only since then (a promise's day, an approval,
    a return, a granted extension), so that no rung before that was ever missed. An extension granted before the newest
    return does not move that return's day.
    """
    base = union_all(_declarations(), _returns(), _milestones(), _commitments()).subquery("base")
    more = _extensions()
    moved = and_(
        more.c.to > base.c.base,
        or_(base.c.subject != "return", base.c.since_at.is_(None), more.c.decided_at >= base.c.since_at),
    )
    claimed, asked = _waits(paper_claim, base), _waits(extension, base)
    return (
        select(
            base.c.organization_id,
            base.c.subject,
            base.c.subject_id,
            base.c.name,
            case((moved, more.c.to), else_=base.c.base).label("due_on"),
            base.c.since_on,
            case((moved, more.c.decided_at), else_=base.c.since_at).label("since_at"),
            case((base.c.subject == "commitment", base.c.since_on), else_=cast(null(), Date)).label("made_on"),
            or_(claimed, asked, _received(base)).label("paused"),
        )
        .select_from(base)
        .outerjoin(
            more,
            and_(
                more.c.organization_id == base.c.organization_id,
                more.c.subject == base.c.subject,
                more.c.subject_id == base.c.subject_id,
            ),
        )
        .subquery(name)
    )


async def items(
    session: AsyncSession,
    *,
    organization_ids: Collection[int] | Select[Any] | None = None,
    subjects: Collection[str] | None = None,
    until: date | None = None,
    after: date | None = None,
) -> list[Item]:
    """What is due, earliest first, then in the official order; `after` < due_on <= `until`. One statement."""
    due = open_items()
    rows = (
        select(due, milestone.c.deliverables)
        .join(organization, organization.c.id == due.c.organization_id)
        .outerjoin(milestone, and_(due.c.subject == "milestone", milestone.c.id == due.c.subject_id))
        .order_by(due.c.due_on, organization.c.position, due.c.subject, due.c.subject_id)
    )
    if organization_ids is not None:
        rows = rows.where(due.c.organization_id.in_(organization_ids))
    if subjects is not None:
        rows = rows.where(due.c.subject.in_(subjects))
    if until is not None:
        rows = rows.where(due.c.due_on <= until)
    if after is not None:
        rows = rows.where(due.c.due_on > after)
    return [
        Item(
            row.organization_id,
            row.subject,
            row.subject_id,
            row.due_on,
            row.name,
            bool(row.paused),
            row.made_on,
            tuple(row.deliverables or ()),
        )
        for row in await session.execute(rows)
    ]


async def tally(session: AsyncSession, *, until: date, after: date | None = None) -> dict[str, int]:
    """How many items of each subject are due, `after` < due_on <= `until`. One statement."""
    due = open_items()
    rows = select(due.c.subject, func.count()).where(due.c.due_on <= until).group_by(due.c.subject)
    if after is not None:
        rows = rows.where(due.c.due_on > after)
    return {row[0]: row[1] for row in await session.execute(rows)}


async def of(session: AsyncSession, organization_id: int) -> list[Item]:
    """What one organisation owes, earliest first. One statement."""
    return await items(session, organization_ids=[organization_id])


async def current(session: AsyncSession, organization_id: int) -> Item | None:
    """The most urgent thing that is not a promise: what 申请延期 without a subject means. One statement."""
    owed = await items(session, organization_ids=[organization_id], subjects=("declaration", "return", "milestone"))
    return owed[0] if owed else None


async def separate_permitted(session: AsyncSession, organization_id: int) -> bool:
    """Whether a subordinate may declare on its own now. One statement."""
    permitted = separate_granted().subquery()
    found = select(permitted.c.organization_id).where(permitted.c.organization_id == organization_id)
    return (await session.execute(found)).first() is not None


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """已报 that waits for the committee's 已收到/未收到."""

    id: int
    organization_id: int
    subject: str
    subject_id: int
    claimed_at: datetime


async def open_claims(session: AsyncSession) -> list[OpenClaim]:
    """All open paper claims, oldest first. One statement."""
    rows = await session.execute(
        select(
            paper_claim.c.id,
            paper_claim.c.organization_id,
            paper_claim.c.subject,
            paper_claim.c.subject_id,
            paper_claim.c.claimed_at,
        )
        .where(paper_claim.c.decided_at.is_(None))
        .order_by(paper_claim.c.id)
    )
    return [OpenClaim(*row) for row in rows]
