"""All tables, so that one import makes the metadata whole."""

from storage.tables.brand import Brand, BrandEvent, BrandMilestone, Separation
from storage.tables.columns import share_text
from storage.tables.messages import (
    Action,
    AuditEntry,
    AuditHead,
    DeliveryAttempt,
    Draft,
    Heartbeat,
    InboundMessage,
    Lane,
    Notice,
    NudgeSwitch,
    OutboundMessage,
)
from storage.tables.people import Account, Alias, Chat, Invitation, Membership, Organization, UnknownWord, Version
from storage.tables.plan import CalendarDay, Milestone, Phase, Plan, PlanRevision
from storage.tables.work import Commitment, Extension, PaperClaim, ProgressReport, ReceivedFile, ReportNumber

__all__ = [
    "Account", "Action", "Alias", "AuditEntry", "AuditHead", "Brand", "BrandEvent", "BrandMilestone", "CalendarDay", "Chat",
    "Commitment", "DeliveryAttempt", "Draft", "Extension", "Heartbeat", "InboundMessage", "Invitation", "Lane",
    "Membership", "Milestone", "Notice", "NudgeSwitch", "Organization", "OutboundMessage", "PaperClaim", "Phase", "Plan",
    "PlanRevision", "ProgressReport", "ReceivedFile", "ReportNumber", "Separation", "UnknownWord", "Version",
]  # fmt: skip

share_text()
