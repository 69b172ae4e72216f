"""What is due: the one place to ask, for an organisation, a batch or all of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.derived.due_rule import milestone, open_items, organization, paper_claim, separate_granted


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that one organisation (`code`, `org`: its short name) owes.

    `name`: the brand's (return), the milestone's or the promised object, or "".
    `paused`: 已报 or 延期 is with the committee, and nobody is nudged meanwhile. `made_on`: the day of a promise.
    """

    organization_id: int
    code: str
    org: str
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


async def items(
    session: AsyncSession,
    *,
    organization_ids: Collection[int] | None = None,
    subjects: Collection[str] | None = None,
    until: date | None = None,
    after: date | None = None,
) -> list[Item]:
    """What is due, earliest first, then in the official order; `after` < due_on <= `until`. One statement."""
    due = open_items(some=organization_ids is not None)
    rows = (
        select(
            due.c.organization_id,
            organization.c.code,
            organization.c.short_name,
            due.c.subject,
            due.c.subject_id,
            due.c.due_on,
            due.c.name,
            due.c.paused,
            due.c.made_on,
            milestone.c.deliverables,
        )
        .join(organization, organization.c.id == due.c.organization_id)
        .outerjoin(milestone, and_(due.c.subject == "milestone", milestone.c.id == due.c.subject_id))
        .order_by(due.c.due_on, organization.c.position, due.c.subject, due.c.subject_id)
    )
    if subjects is not None:
        rows = rows.where(due.c.subject.in_(subjects))
    if until is not None:
        rows = rows.where(due.c.due_on <= until)
    if after is not None:
        rows = rows.where(due.c.due_on > after)
    found = await session.execute(rows, {"organizations": list(organization_ids or ())})
    return [
        Item(unit, code, org, subject, subject_id, due_on, name, paused, made_on, tuple(papers or ()))
        for unit, code, org, subject, subject_id, due_on, name, paused, made_on, papers in found
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


async def separate_permitted(session: AsyncSession, organization_id: int) -> bool:
    """Whether a subordinate may declare on its own now. One statement."""
    permitted = separate_granted().subquery()
    found = select(permitted.c.organization_id).where(permitted.c.organization_id == organization_id)
    return (await session.execute(found)).first() is not None
