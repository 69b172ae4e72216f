"""What a period brought: reports, decisions and promises, for the committee and for each unit with all below it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.derived.due_rule import brand, brand_event, commitment, organization
from storage.organizations import below
from storage.reports import live
from storage.tables import ProgressReport

report = table_of(ProgressReport)


@dataclass(frozen=True, slots=True)
class BrandStep:
    """One step of a brand in the period."""

    step: str
    standing: str
    organization: str
    brand: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What the period brought to all organisations together."""

    reports: int
    organizations: int
    promised: int
    kept: int
    activities: dict[str, int]
    steps: tuple[BrandStep, ...]


@dataclass(slots=True)
class UnitActivity:
    """What the period brought to one organisation and all below it; decisions and promises are its own."""

    reports: int = 0
    steps: list[tuple[str, str]] = field(default_factory=list)  # (step, brand)
    promises: int = 0
    state: str | None = None
    brand: str = ""
    branch: bool = False  # its own brand is a branch brand: neither reviewed nor on the way anywhere
    branch_brands: int = 0


def told(since: datetime, until: datetime) -> ColumnElement[bool]:
    """First told in the period (since, until], and not withdrawn; a correction doesn't make it newer."""
    again = report.alias("again")
    withdrawn = select(again.c.id).where(again.c.number == report.c.number, again.c.withdrawn_at.is_not(None)).exists()
    return and_(report.c.version == 1, report.c.reported_at > since, report.c.reported_at <= until, ~withdrawn)


async def activity(session: AsyncSession, since: datetime, until: datetime) -> Activity:
    """What (since, until] brought. Four statements."""
    counted = select(func.count(distinct(report.c.number)), func.count(distinct(report.c.organization_id)))
    reports, organizations = (await session.execute(counted.where(told(since, until)))).one()
    held: dict[str, int] = {}
    first = report.alias("first")
    mine = select(first.c.number).where(first.c.version == 1, first.c.reported_at > since, first.c.reported_at <= until)
    for (kinds,) in await session.execute(select(report.c.activities).where(report.c.number.in_(mine), live())):
        for kind, times in (kinds or {}).items():
            held[kind] = held.get(kind, 0) + times
    spoken = and_(report.c.reported_at > since, report.c.reported_at <= until)
    made = select(func.count()).select_from(commitment.join(report, report.c.id == commitment.c.report_id))
    kept = select(func.count()).select_from(commitment.join(report, report.c.id == commitment.c.kept_by)).where(spoken)
    made = made.where(spoken, commitment.c.dropped_at.is_(None))
    promises = (await session.execute(select(made.scalar_subquery(), kept.scalar_subquery()))).one()
    return Activity(reports, organizations, promises[0], promises[1], held, tuple(await _steps(session, since, until)))


def _moved(since: datetime, until: datetime) -> ColumnElement[bool]:
    """A step of the period; where a brand stood when it was imported is none."""
    new = and_(brand_event.c.at > since, brand_event.c.at <= until)
    return and_(new, brand_event.c.step != "owner", ~brand_event.c.baseline)


async def _steps(session: AsyncSession, since: datetime, until: datetime) -> list[BrandStep]:
    rows = (
        select(brand_event.c.step, brand.c.standing, organization.c.short_name, brand.c.name)
        .join(brand, brand.c.id == brand_event.c.brand_id)
        .join(organization, organization.c.id == brand.c.organization_id)
        .where(_moved(since, until), brand.c.state != "draft")
        .order_by(organization.c.position, brand_event.c.id)
    )
    return [BrandStep(*row) for row in await session.execute(rows)]


def _own_steps(units: Collection[int], since: datetime, until: datetime) -> Select[Any]:
    return (
        select(brand.c.organization_id, brand_event.c.step, brand.c.name)
        .join(brand, brand.c.id == brand_event.c.brand_id)
        .where(brand.c.organization_id.in_(units), _moved(since, until))
        .order_by(brand_event.c.id)
    )


async def of_units(session: AsyncSession, units: Collection[int], since: datetime, until: datetime) -> dict[int, UnitActivity]:
    """What the period brought to each of these organisations. Four statements."""
    found = {unit: UnitActivity() for unit in units}
    tree = below(organization.c.id.in_(units))
    reports = (
        select(tree.c.root, func.count(distinct(report.c.number)))
        .join(report, report.c.organization_id == tree.c.id)
        .where(told(since, until))
        .group_by(tree.c.root)
    )
    for root, number in await session.execute(reports):
        found[root].reports = number
    brands = (
        select(tree.c.root, tree.c.id, brand.c.state, brand.c.standing, brand.c.name)
        .join(brand, brand.c.organization_id == tree.c.id)
        .join(organization, organization.c.id == tree.c.id)
        .where(brand.c.state != "draft", organization.c.ended_on.is_(None))
    )
    for root, owner, state, standing, name in await session.execute(brands):
        if owner == root:
            found[root].state, found[root].brand, found[root].branch = state, name, standing == "branch"
        elif standing == "branch":
            found[root].branch_brands += 1
    for owner, step, name in await session.execute(_own_steps(units, since, until)):
        found[owner].steps.append((step, name))
    promises = (
        select(commitment.c.organization_id, func.count())
        .join(report, report.c.id == commitment.c.report_id)
        .where(commitment.c.organization_id.in_(units), commitment.c.dropped_at.is_(None))
        .where(report.c.reported_at > since, report.c.reported_at <= until)
        .group_by(commitment.c.organization_id)
    )
    for owner, number in await session.execute(promises):
        found[owner].promises = number
    return found


async def last_words(session: AsyncSession, units: Collection[int]) -> dict[int, tuple[datetime, str]]:
    """The newest live report of each of these organisations: when (aware UTC), and what. One statement."""
    newest = (
        select(
            report.c.organization_id,
            report.c.reported_at,
            report.c.content,
            func.row_number()
            .over(partition_by=report.c.organization_id, order_by=(report.c.reported_at.desc(), report.c.id.desc()))
            .label("place"),
        )
        .where(report.c.organization_id.in_(units), live())
        .subquery("newest")
    )
    rows = select(newest.c.organization_id, newest.c.reported_at, newest.c.content).where(newest.c.place == 1)
    return {row[0]: (row[1], row[2]) for row in await session.execute(rows)}
