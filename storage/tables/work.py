"""What organisations told: progress reports, promises, extensions, what was handed in on paper, files."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, json, key, one_of, partial, ref

SUBJECTS = ("declaration", "return", "milestone", "commitment")


class ReportNumber(SQLModel, table=True):
    """The last number given out in a year; taken by one UPDATE … RETURNING."""

    year: int = Field(primary_key=True)
    last: int = 0


class ProgressReport(SQLModel, table=True):
    """One thing that an organisation reported. A correction is a new row with the same number and the next version.

    A row counts while it is neither withdrawn nor corrected by a later row (see storage/reports.py `live`).
    """

    __tablename__ = "progress_report"
    __table_args__ = (
        UniqueConstraint("number", "version", "part"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        CheckConstraint("participants >= 0", name="participants_counted"),
        Index("ix_progress_report_organization_at", "organization_id", "reported_at"),
        Index("ix_progress_report_at", "reported_at"),
    )
    id: int = key()
    number: str
    version: int = 1
    part: int = 1  # several events told in one message share one number
    organization_id: int = ref("organization.id")
    occurred_on: date | None = None
    content: str
    activities: dict[str, int] = json()
    participants: int | None = None
    percent: int | None = None
    integration_point: str = ""
    milestone_id: int | None = ref("milestone.id", null=True)
    on_paper: str | None = None  # 已报: the subject that was handed in on paper
    answers: str | None = None  # the subject of the item that it is an answer about: declaration, return, milestone
    answers_id: int | None = None  # and its row, as in Item.subject_id
    reported_at: datetime = instant()
    account_id: int | None = ref("account.id", null=True)
    inbound_id: int | None = ref("inbound_message.id", null=True, index=True)
    corrected_from: int | None = ref("progress_report.id", null=True, unique=True)
    withdrawn_at: datetime | None = instant(null=True)
    withdrawn_by: int | None = ref("account.id", null=True)


class Commitment(SQLModel, table=True):
    """A promise made in a report: what, and until which day. Open while neither kept nor dropped."""

    __table_args__ = (
        partial("ix_commitment_open", "due_on", "organization_id", where="kept_on IS NULL AND dropped_at IS NULL"),
        CheckConstraint("kept_on IS NULL OR dropped_at IS NULL", name="kept_or_dropped"),
    )
    id: int = key()
    organization_id: int = ref("organization.id", index=True)
    report_id: int | None = ref("progress_report.id", null=True, index=True)
    object: str
    due_on: date
    made_on: date
    kept_on: date | None = None
    kept_by: int | None = ref("progress_report.id", null=True)
    dropped_at: datetime | None = instant(null=True)


class Extension(SQLModel, table=True):
    """More time for one subject of one organisation; the newest granted one is in force."""

    __table_args__ = (
        one_of("subject", *SUBJECTS),
        Index("ix_extension_subject", "organization_id", "subject", "subject_id"),
    )
    id: int = key()
    organization_id: int = ref("organization.id")
    subject: str
    subject_id: int = Field(default=0)  # the milestone's, brand's or commitment's row; 0 for the declaration
    to: date
    reason: str = ""
    requested_at: datetime = instant()
    requested_by: int | None = ref("account.id", null=True)
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("account.id", null=True)
    granted: bool | None = Field(default=None)


class PaperClaim(SQLModel, table=True):
    """已报: an organisation says that a subject was handed in on paper; open until the committee says 已收到 or 未收到."""

    __tablename__ = "paper_claim"
    __table_args__ = (
        one_of("subject", *SUBJECTS),
        partial("uq_paper_claim_open", "organization_id", "subject", "subject_id", where="decided_at IS NULL", unique=True),
    )
    id: int = key()
    organization_id: int = ref("organization.id")
    subject: str
    subject_id: int = Field(default=0)
    claimed_at: datetime = instant()
    report_id: int | None = ref("progress_report.id", null=True)
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("account.id", null=True)
    received: bool | None = Field(default=None)


class ReceivedFile(SQLModel, table=True):
    """A file that was sent to the bot, kept under a generated name in the data folder."""

    __tablename__ = "attachment"
    id: int = key()
    organization_id: int | None = ref("organization.id", null=True, index=True)
    account_id: int | None = ref("account.id", null=True)
    inbound_id: int | None = ref("inbound_message.id", null=True)
    received_at: datetime = instant()
    name: str  # as the sender called it
    stored_as: str = Field(unique=True)
    size: int
    mime: str
    sha256: str
