"""Brands: declared, reviewed, returned, with the milestones that they have reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, insert

from storage.tables import Brand, BrandEvent, BrandMilestone, Milestone, Organization

FIELDS = ("name", "brand_type", "owner_post", "connotation", "slogan")
WITH_APPROVAL = ("positioning", "organizing", "drafting")
"""What an approval completes: 品牌定位, 组织策划, 方案制定."""


@dataclass(frozen=True, slots=True)
class BrandFacts:
    """A brand as it stands."""

    id: int
    organization_id: int
    standing: str
    name: str
    brand_type: str
    owner_post: str
    connotation: str
    slogan: str
    state: str
    version: int
    submitted_on: date | None
    approved_on: date | None
    return_due: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a brand's life; `at` is aware UTC, and only the import's where the step is a baseline."""

    step: str
    version: int
    at: datetime
    reason: str
    due_on: date | None
    account_id: int | None
    baseline: bool


@dataclass(frozen=True, slots=True)
class OtherBrand:
    """Another organisation's brand, for the comparison of names."""

    organization_id: int
    organization: str
    name: str


async def of(session: AsyncSession, organization_id: int) -> BrandFacts | None:
    """The organisation's brand, if it has one."""
    found = await of_all(session, [organization_id])
    return found.get(organization_id)


async def of_all(session: AsyncSession, organization_ids: Iterable[int]) -> dict[int, BrandFacts]:
    """The brands of these organisations by organisation. One statement."""
    rows = select(Brand).where(col(Brand.organization_id).in_(list(organization_ids)))
    found = (await session.execute(rows.execution_options(populate_existing=True))).scalars()
    return {row.organization_id: _facts(row) for row in found}


def _facts(row: Brand) -> BrandFacts:
    return BrandFacts(**{name: getattr(row, name) for name in BrandFacts.__slots__})


async def submit(
    session: AsyncSession, organization_id: int, standing: str, fields: dict[str, str], *, on: date
) -> BrandFacts | None:
    """Declare a brand for the first time; None when the organisation has one already."""
    values: dict[str, Any] = {name: fields.get(name, "") for name in FIELDS}
    state = "approved" if standing == "branch" else "submitted"
    taken = exists().where(col(Brand.organization_id) == organization_id)
    if (await session.execute(select(taken))).scalar_one():
        return None
    await session.execute(
        insert(Brand).values(
            organization_id=organization_id, standing=standing, state=state, version=1, submitted_on=on, **values
        )
    )
    return await of(session, organization_id)


async def submit_again(
    session: AsyncSession, brand: BrandFacts, standing: str, fields: dict[str, str], *, on: date
) -> BrandFacts | None:
    """Declare a returned (or drafted) brand anew with its next version; fields left out keep their words.

    None when it is not in that state any more.
    """
    state = "approved" if standing == "branch" else "submitted"
    changed = await _change(
        session,
        brand,
        state=state,
        standing=standing,
        version=brand.version + 1,
        submitted_on=on,
        return_due=None,
        **{name: value for name, value in fields.items() if name in FIELDS and value},
    )
    return await of(session, brand.organization_id) if changed else None


async def approve(session: AsyncSession, brand: BrandFacts, *, on: date) -> bool:
    """Approve a submitted brand; False when it was decided or declared anew meanwhile."""
    return await _change(session, brand, state="approved", approved_on=on)


async def send_back(session: AsyncSession, brand: BrandFacts, *, due_on: date) -> bool:
    """Return a submitted brand to be done again by a day; False when it was decided or declared anew meanwhile."""
    return await _change(session, brand, state="returned", return_due=due_on)


async def take_back(session: AsyncSession, brand: BrandFacts, returned: Step | None) -> bool:
    """Withdraw a declaration: back to a draft, or to the returned one that it was to repair; its version stays counted."""
    if returned is None:
        return await _change(session, brand, state="draft", return_due=None)
    return await _change(session, brand, state="returned", return_due=returned.due_on)


async def _change(session: AsyncSession, brand: BrandFacts, **values: Any) -> bool:
    """Change a brand only if it still is what was seen: two decisions at once end as one."""
    change = (
        update(Brand)
        .where(col(Brand.id) == brand.id, col(Brand.state) == brand.state, col(Brand.version) == brand.version)
        .values(**values)
    )
    return bool((await session.execute(change.returning(col(Brand.id)))).all())


async def note(
    session: AsyncSession, brand: BrandFacts, step: str, *, at: datetime, on: date, by: int | None, **more: Any
) -> None:
    """Write down a step with the brand as it stands; `more`: reason, due_on."""
    await session.execute(
        insert(BrandEvent).values(
            brand_id=brand.id,
            version=brand.version,
            step=step,
            at=at,
            on=on,
            name=brand.name,
            account_id=by,
            reason=more.get("reason", ""),
            due_on=more.get("due_on"),
        )
    )


async def last_step(session: AsyncSession, brand_id: int, *steps: str) -> Step | None:
    """The brand's latest step of these kinds."""
    rows = select(BrandEvent).where(col(BrandEvent.brand_id) == brand_id, col(BrandEvent.step).in_(steps))
    row = (await session.execute(rows.order_by(col(BrandEvent.id).desc()).limit(1))).scalar_one_or_none()
    return Step(row.step, row.version, row.at, row.reason, row.due_on, row.account_id, row.baseline) if row else None


async def reach(
    session: AsyncSession, brand_id: int, milestone_ids: Sequence[int], *, on: date, report_id: int | None = None
) -> list[int]:
    """Set milestones as done on a day; those reached before keep their day. Which are new."""
    known = select(col(BrandMilestone.milestone_id)).where(col(BrandMilestone.brand_id) == brand_id)
    before = set((await session.execute(known)).scalars())
    fresh = [milestone for milestone in milestone_ids if milestone not in before]
    if fresh:
        rows = [{"brand_id": brand_id, "milestone_id": milestone, "done_on": on, "report_id": report_id} for milestone in fresh]
        await session.execute(insert(BrandMilestone), rows)
    return fresh


async def unreach(session: AsyncSession, report_ids: Sequence[int]) -> list[str]:
    """Take back the milestones that these reports set; their names."""
    names = (
        select(col(Milestone.name))
        .join(BrandMilestone, col(BrandMilestone.milestone_id) == col(Milestone.id))
        .where(col(BrandMilestone.report_id).in_(report_ids))
        .order_by(col(Milestone.ordinal))
    )
    taken = list((await session.execute(names)).scalars())
    if taken:
        await session.execute(delete(BrandMilestone).where(col(BrandMilestone.report_id).in_(report_ids)))
    return taken


async def reached(session: AsyncSession, brand_ids: Iterable[int]) -> dict[int, dict[int, date | None]]:
    """The milestones that these brands have reached: brand → milestone → day, where it is known. One statement."""
    rows = select(BrandMilestone).where(col(BrandMilestone.brand_id).in_(list(brand_ids)))
    done: dict[int, dict[int, date | None]] = {}
    for row in (await session.execute(rows)).scalars():
        done.setdefault(row.brand_id, {})[row.milestone_id] = row.done_on
    return done


async def others(session: AsyncSession, organization_id: int) -> list[OtherBrand]:
    """The brands of all other organisations, in official order, to compare a name with. One statement."""
    rows = (
        select(col(Organization.id), col(Organization.short_name), col(Brand.name))
        .join(Brand, col(Brand.organization_id) == col(Organization.id))
        .where(col(Organization.id) != organization_id, col(Brand.state) != "draft")
        .order_by(col(Organization.position))
    )
    return [OtherBrand(row[0], row[1], row[2]) for row in (await session.execute(rows)).all()]
