"""Turns the state column into brands, their steps and milestones, and decisions to declare separately."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.brands import WITH_APPROVAL
from storage.database.inserting import table_of
from storage.roster.check import Entry
from storage.roster.words import Standing
from storage.tables import Brand, BrandEvent, BrandMilestone, Milestone, Organization, Separation

STEPS = {
    "draft": (),
    "submitted": ("submitted",),
    "returned": ("submitted", "returned"),
    "approved": ("submitted", "approved"),
    "matured": ("submitted", "approved", "matured"),
    "exemplar": ("submitted", "approved", "matured", "exemplar"),
}


@dataclass(frozen=True, slots=True)
class Days:
    """When the steps of an imported state are taken to have happened; aware instants. `come_back` is a returned one's day."""

    submitted: datetime
    decided: datetime  # approved or returned; the permission to declare separately
    matured: datetime
    come_back: date

    def of(self, step: str) -> datetime:
        """The instant of a step."""
        if step == "submitted":
            return self.submitted
        return self.matured if step in {"matured", "exemplar"} else self.decided


DaysOf = Callable[[Entry, Standing], Days]


@dataclass(frozen=True, slots=True)
class Stands:
    """An organisation's brand and standing as the database has them."""

    standing: Standing
    brand: str


async def current(session: AsyncSession) -> dict[int, Stands]:
    """How every organisation stands, by its row. Two statements."""
    decided = (
        select(col(Separation.organization_id), col(Separation.wanted), col(Separation.granted))
        .where(col(Separation.decided_at).is_not(None))
        .order_by(col(Separation.decided_at), col(Separation.id))
    )
    separate = {row[0]: bool(row[1] and row[2]) for row in (await session.execute(decided)).all()}
    brands = (
        select(col(Organization.id), col(Organization.direct), col(Brand.standing), col(Brand.state), col(Brand.name))
        .select_from(Organization)
        .outerjoin(Brand, col(Brand.organization_id) == col(Organization.id))
    )
    found: dict[int, Stands] = {}
    for number, direct, standing, state, name in (await session.execute(brands)).all():
        permitted = separate.get(number)
        counted = standing or ("direct" if direct else "separate" if permitted else "branch")
        found[number] = Stands(Standing(counted, state or "", permitted), name or "")
    return found


async def seed(session: AsyncSession, entries: Sequence[tuple[int, Entry]], days_of: DaysOf) -> int:
    """Write what the state column says for organisations (row, entry) without a brand; how many brands that makes."""
    decisions: list[dict[str, Any]] = []
    brands: list[dict[str, Any]] = []
    told: dict[int, tuple[Entry, Standing, Days]] = {}
    for organization_id, entry in entries:
        if entry.standing is None:
            continue
        days = days_of(entry, entry.standing)
        if entry.standing.separate is not None:
            decisions.append(_decision(organization_id, entry.standing.separate, days))
        if entry.standing.state:
            told[organization_id] = (entry, entry.standing, days)
            brands.append(_brand(organization_id, entry, entry.standing, days))
    await _insert(session, Separation, decisions)
    await _insert(session, Brand, brands)
    await _steps(session, told)
    return len(brands)


def _decision(organization_id: int, permitted: bool, days: Days) -> dict[str, Any]:
    when = min(days.submitted, days.decided)
    return {
        "organization_id": organization_id, "wanted": permitted, "granted": True, "reason": "", "requested_at": when,
        "requested_by": None, "decided_at": when, "decided_by": None,
    }  # fmt: skip


def _brand(organization_id: int, entry: Entry, standing: Standing, days: Days) -> dict[str, Any]:
    steps = STEPS[standing.state] if standing.standing != "branch" else ("submitted",)
    days_at = {step: days.of(step).date() for step in steps}
    return {
        "organization_id": organization_id, "standing": standing.standing, "name": entry.brand, "brand_type": entry.brand_type,
        "owner_post": "", "connotation": "", "slogan": "", "state": standing.state, "version": 1,
        "submitted_on": days_at.get("submitted"), "approved_on": days_at.get("approved"), "matured_on": days_at.get("matured"),
        "exemplar_on": days_at.get("exemplar"), "return_due": days.come_back if "returned" in steps else None,
    }  # fmt: skip


async def _steps(session: AsyncSession, told: Mapping[int, tuple[Entry, Standing, Days]]) -> None:
    """The events and milestones of fresh brands."""
    if not told:
        return
    rows = (await session.execute(select(col(Brand.organization_id), col(Brand.id)))).all()
    fresh = [(brand, *told[owner]) for owner, brand in rows if owner in told]
    slugs = select(col(Milestone.id)).where(col(Milestone.slug).in_(WITH_APPROVAL)).order_by(col(Milestone.ordinal))
    first = list((await session.execute(slugs)).scalars())
    await _insert(session, BrandEvent, (event for one in fresh for event in _events(*one)))
    done = (
        {"brand_id": number, "milestone_id": milestone, "done_on": days.decided.date(), "report_id": None}
        for number, _, standing, days in fresh
        if standing.standing != "branch" and "approved" in STEPS[standing.state]
        for milestone in first
    )
    await _insert(session, BrandMilestone, done)


def _events(brand_id: int, entry: Entry, standing: Standing, days: Days) -> list[dict[str, Any]]:
    steps = STEPS[standing.state] if standing.standing != "branch" else ("submitted",)
    return [
        {
            "brand_id": brand_id, "version": 1, "step": step, "at": days.of(step), "on": days.of(step).date(), "reason": "",
            "due_on": days.come_back if step == "returned" else None, "name": entry.brand, "account_id": None,
        }
        for step in steps
    ]  # fmt: skip


async def _insert(session: AsyncSession, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """All rows by one prepared statement."""
    if batch := list(rows):
        await session.execute(table_of(model).insert(), batch)
