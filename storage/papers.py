"""已报: what an organisation says it handed in on paper, until the committee says whether it has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, insert

from storage.tables import PaperClaim


@dataclass(frozen=True, slots=True)
class Claim:
    """A paper that is said to be on its way; `received` is None while nobody has decided (or it was withdrawn)."""

    id: int
    organization_id: int
    subject: str
    subject_id: int
    claimed_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    received: bool | None


async def claim(
    session: AsyncSession, organization_id: int, subject: str, subject_id: int, *, at: datetime, report_id: int
) -> int:
    """Note the claim; the same one said twice stays one question to the committee."""
    known = await find(session, organization_id=organization_id, subject=subject, subject_id=subject_id)
    if known:
        return known[0].id
    row = insert(PaperClaim).values(
        organization_id=organization_id, subject=subject, subject_id=subject_id, claimed_at=at, report_id=report_id
    )
    return (await session.execute(row.returning(col(PaperClaim.id)))).scalar_one()


async def find(
    session: AsyncSession, *, organization_id: int, subject: str | None = None, subject_id: int | None = None
) -> list[Claim]:
    """The undecided claims of an organisation, of one subject if it is given, oldest first."""
    rows = select(PaperClaim).where(col(PaperClaim.organization_id) == organization_id, col(PaperClaim.decided_at).is_(None))
    if subject is not None:
        rows = rows.where(col(PaperClaim.subject) == subject, col(PaperClaim.subject_id) == (subject_id or 0))
    return [_claim(row) for row in (await session.execute(rows.order_by(col(PaperClaim.id)))).scalars()]


async def by_id(session: AsyncSession, claim_id: int) -> Claim | None:
    """One claim, decided or not."""
    found = (await session.execute(select(PaperClaim).where(col(PaperClaim.id) == claim_id))).scalar_one_or_none()
    return _claim(found) if found else None


def _claim(row: PaperClaim) -> Claim:
    return Claim(
        id=row.id,
        organization_id=row.organization_id,
        subject=row.subject,
        subject_id=row.subject_id,
        claimed_at=row.claimed_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        received=row.received,
    )


async def decide(session: AsyncSession, claim_id: int, received: bool, *, at: datetime, by: int) -> bool:
    """The committee has it or has not; False when somebody decided before."""
    decided = (
        update(PaperClaim)
        .where(col(PaperClaim.id) == claim_id, col(PaperClaim.decided_at).is_(None))
        .values(received=received, decided_at=at, decided_by=by)
    )
    return bool((await session.execute(decided.returning(col(PaperClaim.id)))).all())


async def withdraw_of(session: AsyncSession, report_ids: Sequence[int], *, at: datetime, by: int) -> None:
    """The reports that made these claims were withdrawn: nobody needs to decide them."""
    await session.execute(
        update(PaperClaim)
        .where(col(PaperClaim.report_id).in_(report_ids), col(PaperClaim.decided_at).is_(None))
        .values(decided_at=at, decided_by=by)
    )
