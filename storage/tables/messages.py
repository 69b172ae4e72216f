"""The delivery promise as tables: inbox, drafts, buttons, notices and switch, lanes, outbox, attempts, heartbeat, audit."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, json, key, one_of, partial, ref

OPEN = "state IN ('ready', 'claimed', 'sending')"


class InboundMessage(SQLModel, table=True):
    """An event of a platform, stored before the platform gets its acknowledgement; unique by platform, account and event.

    A screened event keeps its id and why, never its text. `text` is emptied 30 days after it was settled.
    """

    __tablename__ = "inbound_message"
    __table_args__ = (
        UniqueConstraint("platform", "account", "event"),
        one_of("state", "received", "settled", "failed"),
        one_of("screened", "", "unaddressed", "secret", "not_human", "flood"),
        partial("ix_inbound_message_waiting", "id", where="state = 'received'"),
        Index("ix_inbound_message_message", "chat_id", "message"),
    )
    id: int = key()
    platform: str
    account: str
    event: str
    kind: str
    chat_id: int | None = ref("chat.id", null=True)
    account_id: int | None = ref("account.id", null=True)  # who said it
    message: str | None = None
    text: str | None = None
    addressed: bool = False
    reply_to: str | None = None
    reply_text: str | None = None
    action: str | None = None
    file: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    answer_with: str | None = None
    screened: str = ""
    said_at: datetime = instant()  # by the platform's own time, where it can be trusted
    received_at: datetime = instant()
    state: str = "received"
    attempts: int = 0
    settled_at: datetime | None = instant(null=True)


class Draft(SQLModel, table=True):
    """The bot's open question to one account in one chat."""

    __table_args__ = (UniqueConstraint("account_id", "chat_id"),)
    id: int = key()
    account_id: int = ref("account.id")
    chat_id: int = ref("chat.id")
    intent: str
    fields: dict[str, Any] = json()
    missing: list[str] = json(list)
    opened_at: datetime = instant()
    expires_at: datetime = instant()


class Action(SQLModel, table=True):
    """What a button stands for; its token is what the platform carries, and is worth nothing by itself."""

    id: int = key()
    token: str = Field(unique=True)
    chat_id: int = ref("chat.id", index=True)
    outbound_id: int | None = ref("outbound_message.id", null=True, index=True)
    label: str
    intent: str
    fields: dict[str, Any] = json()
    version: int | None = None
    only: int | None = ref("account.id", null=True)
    made_at: datetime = instant()
    expires_at: datetime | None = instant(null=True)
    used_at: datetime | None = instant(null=True)


class NudgeSwitch(SQLModel, table=True):
    """启用提醒 and 暂停全部提醒, as they were said; the newest row is in force, no row means off."""

    __tablename__ = "nudge_switch"
    id: int = key()
    at: datetime = instant()
    on: bool
    account_id: int | None = ref("account.id", null=True)


class Notice(SQLModel, table=True):
    """Something the clock has to say to one organisation (or, without one, to the committee); planned once by its key."""

    __table_args__ = (
        one_of("state", "planned", "released", "skipped", "vetoed", "held"),
        partial("ix_notice_planned", "due_at", where="state = 'planned'"),
        Index("ix_notice_subject", "organization_id", "kind", "subject", "subject_id"),
        CheckConstraint("state <> 'skipped' OR reason <> ''", name="skipped_has_a_reason"),
    )
    id: int = key()
    unique_key: str = Field(unique=True)
    kind: str  # ladder, overdue, promise, phase, weekly_committee, weekly_unit, calendar, calls …
    organization_id: int | None = ref("organization.id", null=True)
    subject: str = ""
    subject_id: int = 0
    rung: int = 0  # days before (30, 7, 3, 1), or the how-manieth overdue nudge as a negative number
    due_on: date | None = None  # the deadline that it speaks of, checked again at release
    due_at: datetime = instant()
    state: str = "planned"
    reason: str = ""
    planned_at: datetime = instant()
    settled_at: datetime | None = instant(null=True)
    outbound_id: int | None = ref("outbound_message.id", null=True)


class Lane(SQLModel, table=True):
    """The way out to one chat: messages leave in id order, when due and at the pace allowed; one worker holds it."""

    __table_args__ = (
        partial("ix_lane_due", "next_at", where="next_at IS NOT NULL"),
    )  # fmt: skip
    chat_id: int = Field(foreign_key="chat.id", primary_key=True, sa_type=BigInteger)
    next_at: datetime | None = instant(null=True)  # when its next message is due; None: nothing to send
    not_before: datetime | None = instant(null=True)  # the platform's pace, or its retry_after
    worker: str | None = None
    lease_until: datetime | None = instant(null=True)


class OutboundMessage(SQLModel, table=True):
    """One message out: rendered, within the platform's limits, under a unique key; ends sent, dead, unknown or skipped."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        one_of("state", "ready", "claimed", "sending", "sent", "dead", "unknown", "skipped", "held"),
        one_of("policy", "answer", "reminder", "summary", "superior"),
        partial("ix_outbound_message_open", "chat_id", "id", where=OPEN),
        partial("ix_outbound_message_ready", "due_at", "id", where="state = 'ready'"),
        partial("ix_outbound_message_lease", "lease_until", where="state IN ('claimed', 'sending')"),
        Index("ix_outbound_message_external", "chat_id", "external"),
        Index("ix_outbound_message_organization", "organization_id", "made_at"),
        CheckConstraint("state <> 'skipped' OR reason <> ''", name="skipped_has_a_reason"),
    )
    id: int = key()
    dedupe_key: str = Field(unique=True)
    chat_id: int = ref("chat.id")
    inbound_id: int | None = ref("inbound_message.id", null=True, index=True)
    organization_id: int | None = ref("organization.id", null=True)  # whose weekly cap it counts against
    template: str
    text: str
    plain: str
    buttons: list[dict[str, str]] = json(list)
    attachments: list[dict[str, Any]] = json(list)
    about: dict[str, Any] = json()
    policy: str = "answer"
    counts: bool = False  # a nudge, 提醒 or unit summary: counts against the weekly cap
    unprompted: bool = False  # nobody asked for it
    made_at: datetime = instant()
    due_at: datetime = instant()
    expires_at: datetime | None = instant(null=True)
    state: str = "ready"
    reason: str = ""
    worker: str | None = None
    lease_until: datetime | None = instant(null=True)
    attempts: int = 0
    repeat_of: int | None = ref("outbound_message.id", null=True)
    settled_at: datetime | None = instant(null=True)
    external: str | None = None  # the message's id on the platform


class DeliveryAttempt(SQLModel, table=True):
    """One try to send a message and how it ended."""

    __tablename__ = "delivery_attempt"
    id: int = key()
    outbound_id: int = ref("outbound_message.id", index=True)
    at: datetime = instant()
    outcome: str
    why: str = ""


class Heartbeat(SQLModel, table=True):
    """When a serving process was last seen alive."""

    process: str = Field(primary_key=True)
    started_at: datetime = instant()
    at: datetime = instant()


class AuditEntry(SQLModel, table=True):
    """A person's act, chained per organisation: `digest` is of the content, so that the content itself can be erased."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("scope", "sequence"),)
    id: int = key()
    scope: int  # the organisation's row, 0 for the committee
    sequence: int
    at: datetime = instant()
    actor: int | None = None  # the account's row, a surrogate; None for the shell
    act: str
    subject: str = ""
    digest: str
    previous: str
    hash: str


class AuditHead(SQLModel, table=True):
    """The end of an organisation's chain: taken by one UPDATE, so that acts queue for it, and a cut-off end shows."""

    __tablename__ = "audit_head"
    scope: int = Field(primary_key=True, sa_type=BigInteger)
    sequence: int
    hash: str
