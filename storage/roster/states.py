"""Turns the state column into brands, where they stand, their milestones, and decisions to declare separately.

A state is a baseline: it holds at any date and is no week's news. Days come from the file, and from nowhere else.
"""

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
    """When the steps of a state really happened, where that is known; aware instants. `come_back` is a returned one's day."""

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
    """An organisation's brand and standing as the database has them, with the days that a roster may tell later."""

    standing: Standing
    brand: str
    days: Mapping[str, date | None]


TOLD = {
    "submitted_on": ("submitted", "returned", "approved", "matured", "exemplar"),
    "decided_on": ("returned", "approved", "matured", "exemplar"),
    "return_due": ("returned",),
}
"""The columns of days, and the states that have such a day."""


async def current(session: AsyncSession) -> dict[int, Stands]:
    """How every organisation stands, by its row. Two statements."""
    decided = (
        select(col(Separation.organization_id), col(Separation.wanted), col(Separation.granted))
        .where(col(Separation.decided_at).is_not(None))
        .order_by(col(Separation.decided_at), col(Separation.id))
    )
    separate = {row[0]: bool(row[1] and row[2]) for row in (await session.execute(decided)).all()}
    brands = (
        select(
            col(Organization.id), col(Organization.direct), col(Brand.standing), col(Brand.state), col(Brand.name),
            col(Brand.submitted_on), col(Brand.approved_on), col(Brand.return_due),
        )
        .select_from(Organization)
        .outerjoin(Brand, col(Brand.organization_id) == col(Organization.id))
    )  # fmt: skip
    found: dict[int, Stands] = {}
    for number, direct, standing, state, name, submitted, approved, due in (await session.execute(brands)).all():
        permitted = separate.get(number)
        counted = standing or ("direct" if direct else "separate" if permitted else "branch")
        days = {"submitted_on": submitted, "decided_on": approved, "return_due": due}
        found[number] = Stands(Standing(counted, state or "", permitted), name or "", days)
    return found


async def seed(
    session: AsyncSession, entries: Sequence[tuple[int, Entry]], now: datetime, days_of: DaysOf | None = None
) -> int:
    """Write what the state column says for organisations (row, entry) without a brand; how many brands that makes.

    `days_of`: the steps are known with their days, and are written as such.
    """
    decisions: list[dict[str, Any]] = []
    brands: list[dict[str, Any]] = []
    stand: dict[int, tuple[Entry, Standing, Days | None]] = {}
    for organization_id, entry in entries:
        if entry.standing is None:
            continue
        days = days_of(entry, entry.standing) if days_of else None
        if entry.standing.separate is not None:
            decisions.append(_decision(organization_id, entry.standing.separate, _decided(days) if days else now))
        if entry.standing.state:
            stand[organization_id] = (entry, entry.standing, days)
            brands.append(_brand(organization_id, entry, entry.standing, days))
    await _insert(session, Separation, decisions)
    await _insert(session, Brand, brands)
    await _steps(session, stand, now)
    return len(brands)


def _decided(days: Days) -> datetime:
    return min(days.submitted, days.decided)


def _decision(organization_id: int, permitted: bool, when: datetime) -> dict[str, Any]:
    return {
        "organization_id": organization_id, "wanted": permitted, "granted": True, "reason": "", "requested_at": when,
        "requested_by": None, "decided_at": when, "decided_by": None,
    }  # fmt: skip


def _walked(standing: Standing) -> tuple[str, ...]:
    return STEPS[standing.state] if standing.standing != "branch" else ("submitted",)


def told(entry: Entry, state: str) -> dict[str, date | None]:
    """The file's days, as far as a brand of this state has such days."""
    return {name: getattr(entry, name) if state in states else None for name, states in TOLD.items()}


def _brand(organization_id: int, entry: Entry, standing: Standing, days: Days | None) -> dict[str, Any]:
    at: dict[str, date | None]
    if days is None:
        given = told(entry, standing.state)
        approved = None if standing.state == "returned" else given["decided_on"]
        at, due = {"submitted": given["submitted_on"], "approved": approved}, given["return_due"]
    else:
        at = {step: days.of(step).date() for step in _walked(standing)}
        due = days.come_back if "returned" in at else None
    return {
        "organization_id": organization_id, "standing": standing.standing, "name": entry.brand, "brand_type": entry.brand_type,
        "owner_post": "", "connotation": "", "slogan": "", "state": standing.state, "version": 1,
        "submitted_on": at.get("submitted"), "approved_on": at.get("approved"), "matured_on": at.get("matured"),
        "exemplar_on": at.get("exemplar"), "return_due": due,
    }  # fmt: skip


async def _steps(session: AsyncSession, stand: Mapping[int, tuple[Entry, Standing, Days | None]], now: datetime) -> None:
    """The events and milestones of fresh brands."""
    if not stand:
        return
    rows = (await session.execute(select(col(Brand.organization_id), col(Brand.id)))).all()
    fresh = [(brand, *stand[owner]) for owner, brand in rows if owner in stand]
    slugs = select(col(Milestone.id)).where(col(Milestone.slug).in_(WITH_APPROVAL)).order_by(col(Milestone.ordinal))
    first = list((await session.execute(slugs)).scalars())
    events = (event for brand, entry, standing, days in fresh for event in _events(brand, entry, standing, days, now))
    await _insert(session, BrandEvent, events)
    done = (
        {
            "brand_id": number, "milestone_id": milestone, "report_id": None,
            "done_on": days.decided.date() if days else entry.decided_on,
        }
        for number, entry, standing, days in fresh
        if standing.standing != "branch" and "approved" in STEPS[standing.state]
        for milestone in first
    )  # fmt: skip
    await _insert(session, BrandMilestone, done)


def _events(brand_id: int, entry: Entry, standing: Standing, days: Days | None, now: datetime) -> Iterable[dict[str, Any]]:
    if standing.state == "draft":
        return
    if days is None:
        given = told(entry, standing.state)
        on = given["submitted_on"] if standing.state == "submitted" else given["decided_on"]
        yield _event(brand_id, entry.brand, standing.state, now, on, given["return_due"], baseline=True)
        return
    for step in _walked(standing):
        at, due = days.of(step), days.come_back if step == "returned" else None
        yield _event(brand_id, entry.brand, step, at, at.date(), due, baseline=False)


def _event(
    brand_id: int, name: str, step: str, at: datetime, on: date | None, due_on: date | None, *, baseline: bool
) -> dict[str, Any]:
    return {
        "brand_id": brand_id, "version": 1, "step": step, "at": at, "on": on, "baseline": baseline, "reason": "",
        "due_on": due_on, "name": name, "account_id": None,
    }  # fmt: skip


async def fill(session: AsyncSession, entries: Sequence[tuple[int, Entry]], now: datetime) -> None:
    """Write the days that the file tells of brands (row, entry) which have none yet; a return counts as due from now on."""
    for organization_id, entry in entries:
        brand = (await session.execute(select(Brand).where(col(Brand.organization_id) == organization_id))).scalar_one()
        given = told(entry, brand.state)
        if brand.submitted_on is None:
            brand.submitted_on = given["submitted_on"]
        if brand.state == "returned" and brand.return_due is None and given["return_due"] is not None:
            brand.return_due = given["return_due"]
            event = _event(brand.id, brand.name, "returned", now, given["decided_on"], brand.return_due, baseline=True)
            await _insert(session, BrandEvent, [event | {"version": brand.version}])
        elif brand.state != "returned" and brand.approved_on is None and given["decided_on"] is not None:
            brand.approved_on = given["decided_on"]
            table = table_of(BrandMilestone)
            by_approval = (table.c.brand_id == brand.id, table.c.report_id.is_(None), table.c.done_on.is_(None))
            await session.execute(table.update().where(*by_approval).values(done_on=brand.approved_on))
        await session.flush()


async def _insert(session: AsyncSession, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """All rows by one prepared statement."""
    if batch := list(rows):
        await session.execute(table_of(model).insert(), batch)
