"""The plan in force as plain values: phases, milestones and the rules that the clock and the counts go by."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Milestone, Phase, Plan


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the plan file; the defaults are the default plan's."""

    ladder: tuple[int, ...] = (30, 7, 3, 1)  # calendar days before a deadline
    overdue_every: int = 3  # workdays between two overdue nudges
    stop_after: int = 3  # unanswered overdue nudges, then the committee gets the call list
    promise_before: int = 3  # days before a promised day (1 if promised later than that)
    weekly_cap: int = 3  # unprompted messages an organisation a week
    windows: tuple[tuple[time, time], ...] = ((time(9), time(11, 30)), (time(14, 30), time(17)))
    summary_committee: time = time(16)
    summary_units: time = time(16, 10)
    return_workdays: int = 10  # to come back after a return without a date
    ahead_days: int = 7  # "due soon" in a unit's summary
    owner_posts: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Rules":
        """The rules as stored in `Plan.rules`; times are "HH:MM", unknown keys are ignored."""
        known = {name: raw[name] for name in cls.__slots__ if name in raw}
        for name in ("ladder", "owner_posts"):
            if name in known:
                known[name] = tuple(known[name])
        for name in ("summary_committee", "summary_units"):
            if name in known:
                known[name] = time.fromisoformat(known[name])
        if "windows" in known:
            known["windows"] = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in known["windows"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """A phase with its target in percent of the direct organisations."""

    ordinal: int
    name: str
    starts_on: date
    ends_on: date
    target_kind: str
    target_percent: int
    exemplars: int
    focus: str


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A milestone with the day it is due for everybody."""

    id: int
    ordinal: int
    slug: str
    name: str
    due_on: date
    deliverables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan in force; immutable, so it may be shared by all messages of one revision."""

    id: int
    title: str
    notice: str
    timezone: ZoneInfo
    starts_on: date
    ends_on: date
    declaration_due: date
    revision: int
    phases: tuple[PhaseFacts, ...]
    milestones: tuple[MilestoneFacts, ...]
    rules: Rules = field(default_factory=Rules)

    def phase_on(self, day: date) -> PhaseFacts | None:
        """The phase that the day falls in."""
        return next((phase for phase in self.phases if phase.starts_on <= day <= phase.ends_on), None)


async def in_force(session: AsyncSession) -> PlanFacts | None:
    """The plan in force, or None before one is loaded. Three statements."""
    plan = (await session.execute(select(Plan))).scalar_one_or_none()
    if plan is None or plan.id is None:
        return None
    phases = (await session.execute(select(Phase).order_by(Phase.ordinal))).scalars()  # type: ignore[arg-type]
    milestones = (await session.execute(select(Milestone).order_by(Milestone.ordinal))).scalars()  # type: ignore[arg-type]
    return PlanFacts(
        id=plan.id,
        title=plan.title,
        notice=plan.notice,
        timezone=ZoneInfo(plan.timezone),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        declaration_due=plan.declaration_due,
        revision=plan.revision,
        phases=tuple(
            PhaseFacts(p.ordinal, p.name, p.starts_on, p.ends_on, p.target_kind, p.target_percent, p.exemplars, p.focus)
            for p in phases
        ),
        milestones=tuple(MilestoneFacts(m.id, m.ordinal, m.slug, m.name, m.due_on, tuple(m.deliverables)) for m in milestones),
        rules=Rules.from_json(plan.rules),
    )
