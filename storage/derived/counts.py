"""How many have declared: the counting rule of the plan, now or as it stood at an instant."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.derived.due_rule import brand, brand_event, organization
from storage.tables.brand import APPROVED


@dataclass(frozen=True, slots=True)
class Counts:
    """The denominator is direct organisations only; separate declarations and branch brands stand apart."""

    as_of: date
    direct: int
    declared: int
    approved: int  # matured and exemplars included
    matured: int  # exemplars included
    exemplars: int
    waiting: int
    returned: int
    separate: int
    branch: int

    @property
    def missing(self) -> int:
        """Direct organisations that have not declared."""
        return self.direct - self.declared

    @property
    def rate(self) -> float:
        """申报率 in percent with one decimal, half up: 77.3."""
        return share(self.declared, self.direct)

    def values(self) -> dict[str, Any]:
        """JSON-able, for a template."""
        return {
            "as_of": self.as_of.isoformat(),
            "direct": self.direct,
            "declared": self.declared,
            "approved": self.approved,
            "matured": self.matured,
            "exemplars": self.exemplars,
            "waiting": self.waiting,
            "returned": self.returned,
            "missing": self.missing,
            "separate": self.separate,
            "branch": self.branch,
            "rate": self.rate,
            "matured_rate": share(self.matured, self.direct),
        }


def share(part: int, whole: int) -> float:
    """A percentage with one decimal, half up; 0 of nothing is 0.0."""
    if not whole:
        return 0.0
    return float((Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _now() -> Select[Any]:
    return select(brand.c.organization_id, brand.c.standing, brand.c.state).where(brand.c.state != "draft")


def _at(instant: datetime) -> Select[Any]:
    """The brands by their newest step up to an instant; what was imported stood so before, too."""
    steps = (
        select(
            brand_event.c.brand_id,
            brand_event.c.step.label("state"),
            func.row_number()
            .over(partition_by=brand_event.c.brand_id, order_by=(brand_event.c.at.desc(), brand_event.c.id.desc()))
            .label("place"),
        )
        .where(or_(brand_event.c.at <= instant, brand_event.c.baseline), brand_event.c.step != "owner")
        .subquery("steps")
    )
    return (
        select(brand.c.organization_id, brand.c.standing, steps.c.state)
        .join(steps, and_(steps.c.brand_id == brand.c.id, steps.c.place == 1))
        .where(brand.c.state != "draft")
    )


async def counts(session: AsyncSession, as_of: date, *, at: datetime | None = None) -> Counts:
    """The counts as they are, or as they stood `at` an aware instant; `as_of` is the day they are told for. One statement."""
    known = (_now() if at is None else _at(at)).subquery("known")
    state, direct, here = known.c.state, organization.c.direct, known.c.organization_id.is_not(None)
    tally = {
        "direct": direct,
        "declared": and_(direct, here),
        "approved": and_(direct, state.in_(APPROVED)),
        "matured": and_(direct, state.in_(("matured", "exemplar"))),
        "exemplars": and_(direct, state == "exemplar"),
        "waiting": and_(direct, state == "submitted", here),
        "returned": and_(direct, state == "returned"),
        "separate": and_(known.c.standing == "separate", here),
        "branch": and_(known.c.standing == "branch", here),
    }
    row = (
        await session.execute(
            select(*(func.count().filter(condition).label(name) for name, condition in tally.items()))
            .select_from(organization)
            .outerjoin(known, known.c.organization_id == organization.c.id)
            .where(organization.c.ended_on.is_(None))
        )
    ).one()
    return Counts(as_of, **row._asdict())


async def missing(session: AsyncSession, *, at: datetime | None = None) -> list[tuple[str, str]]:
    """(code, short name) of the direct organisations without a declaration, in the official order. One statement."""
    known = (_now() if at is None else _at(at)).subquery("known")
    rows = (
        select(organization.c.code, organization.c.short_name)
        .outerjoin(known, known.c.organization_id == organization.c.id)
        .where(organization.c.direct, organization.c.ended_on.is_(None), known.c.organization_id.is_(None))
        .order_by(organization.c.position, organization.c.id)
    )
    return [(row[0], row[1]) for row in await session.execute(rows)]
