"""The plan with its phases and milestones, its revisions, and the committee's own calendar days."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, json, key, one_of, ref


class Plan(SQLModel, table=True):
    """The plan in force (one row). `rules` holds the numbers of the plan file: ladder, windows, cap, summary times."""

    id: int = key()
    title: str
    notice: str
    timezone: str
    starts_on: date
    ends_on: date
    declaration_due: date
    revision: int
    rules: dict[str, Any] = json()


class Phase(SQLModel, table=True):
    """A phase of the plan; `target` is what its end should bring, in percent of the direct organisations."""

    __table_args__ = (
        UniqueConstraint("plan_id", "ordinal"),
        CheckConstraint("starts_on <= ends_on", name="in_order"),
        one_of("target_kind", "declared", "matured"),
    )
    id: int = key()
    plan_id: int = ref("plan.id")
    ordinal: int
    name: str
    starts_on: date
    ends_on: date
    target_kind: str
    target_percent: int
    exemplars: int = 0
    focus: str = ""


class Milestone(SQLModel, table=True):
    """A step in a brand's life with the day it is due for everybody; `slug` is its English key."""

    __table_args__ = (UniqueConstraint("plan_id", "slug"), UniqueConstraint("plan_id", "ordinal"))
    id: int = key()
    plan_id: int = ref("plan.id")
    ordinal: int
    slug: str
    name: str
    due_on: date
    deliverables: list[str] = json(list)


class PlanRevision(SQLModel, table=True):
    """A plan file as it was loaded, with the reason; never changed."""

    __table_args__ = (UniqueConstraint("plan_id", "number"),)
    id: int = key()
    plan_id: int = ref("plan.id")
    number: int
    loaded_at: datetime = instant()
    reason: str = ""
    body: str


class CalendarDay(SQLModel, table=True):
    """A day that the committee (or a published notice) declares a workday or a day off."""

    day: date = Field(primary_key=True)
    workday: bool
    name: str = ""
