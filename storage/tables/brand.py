"""Brands and what happened to them: declaration, review, milestones, permission to declare separately."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, key, one_of, partial, ref

STATES = ("draft", "submitted", "approved", "returned", "matured", "exemplar")
APPROVED = ("approved", "matured", "exemplar")
"""The states from approval on: exemplar ⊃ matured ⊃ approved."""


class Brand(SQLModel, table=True):
    """The one brand of an organisation; `version` counts submissions, `standing` says where it is counted.

    direct: counts; separate: a subordinate permitted to declare on its own, counted apart;
    branch: 支部品牌, goes to the parent, no review, no milestones. A day that an imported roster did not tell is None.
    """

    __table_args__ = (
        one_of("state", *STATES),
        one_of("standing", "direct", "separate", "branch"),
        CheckConstraint("return_due IS NULL OR state = 'returned'", name="day_of_a_return"),
    )
    id: int = key()
    organization_id: int = ref("organization.id", unique=True)
    standing: str
    name: str
    brand_type: str = ""
    owner_post: str = ""
    connotation: str = ""
    slogan: str = ""
    state: str
    version: int = 1
    submitted_on: date | None = None
    approved_on: date | None = None
    return_due: date | None = None
    matured_on: date | None = None
    exemplar_on: date | None = None


class BrandEvent(SQLModel, table=True):
    """One step of a brand: submitted, approved, returned …, with the brand as it stood then; never changed.

    `baseline`: where it stood when the roster was imported. That holds at any date, and is no week's news; `at` is the import's
    instant, `on` the day that the roster tells, if it does.
    """

    __table_args__ = (one_of("step", "submitted", "approved", "returned", "matured", "exemplar", "owner"),)
    id: int = key()
    brand_id: int = ref("brand.id", index=True)
    version: int
    step: str
    at: datetime = instant(index=True)
    on: date | None
    baseline: bool = False
    reason: str = ""
    due_on: date | None = None
    name: str
    account_id: int | None = ref("account.id", null=True)


class BrandMilestone(SQLModel, table=True):
    """A milestone that a brand has reached, and the report that said so (None: by approval).

    Its day is None where an imported roster does not tell it.
    """

    __table_args__ = (UniqueConstraint("brand_id", "milestone_id"),)
    id: int = key()
    brand_id: int = ref("brand.id")
    milestone_id: int = ref("milestone.id")
    done_on: date | None
    report_id: int | None = ref("progress_report.id", null=True)


class Separation(SQLModel, table=True):
    """Whether a subordinate declares on its own: asked for, then decided; the newest decided one is in force."""

    __table_args__ = (partial("uq_separation_open", "organization_id", where="decided_at IS NULL", unique=True),)
    id: int = key()
    organization_id: int = ref("organization.id", index=True)
    wanted: bool
    reason: str = ""
    requested_at: datetime = instant()
    requested_by: int | None = ref("account.id", null=True)
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("account.id", null=True)
    granted: bool | None = Field(default=None)
