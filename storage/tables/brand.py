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
    branch: 支部品牌, goes to the parent, no review, no milestones.
    """

    __table_args__ = (
        one_of("state", *STATES),
        one_of("standing", "direct", "separate", "branch"),
        CheckConstraint("(state = 'returned') = (return_due IS NOT NULL)", name="returned_has_a_day"),
        CheckConstraint("state IN ('draft') OR submitted_on IS NOT NULL", name="submitted_has_a_day"),
        CheckConstraint(
            "state NOT IN ('approved', 'matured', 'exemplar') OR approved_on IS NOT NULL OR standing = 'branch'",
            name="approved_has_a_day",
        ),
        CheckConstraint("state NOT IN ('matured', 'exemplar') OR matured_on IS NOT NULL", name="matured_has_a_day"),
        CheckConstraint("state <> 'exemplar' OR exemplar_on IS NOT NULL", name="exemplar_has_a_day"),
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
    """One step of a brand: submitted, approved, returned …, with the brand as it stood then; never changed."""

    __table_args__ = (one_of("step", "submitted", "approved", "returned", "matured", "exemplar", "owner"),)
    id: int = key()
    brand_id: int = ref("brand.id", index=True)
    version: int
    step: str
    at: datetime = instant(index=True)
    on: date
    reason: str = ""
    due_on: date | None = None
    name: str
    account_id: int | None = ref("account.id", null=True)


class BrandMilestone(SQLModel, table=True):
    """A milestone that a brand has reached, and the report that said so (None: by approval)."""

    __table_args__ = (UniqueConstraint("brand_id", "milestone_id"),)
    id: int = key()
    brand_id: int = ref("brand.id")
    milestone_id: int = ref("milestone.id")
    done_on: date
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
