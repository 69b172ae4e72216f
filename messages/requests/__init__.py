"""Every request that the bot knows, in one table; a word, a button, a draft and a test carry the same one."""

from collections.abc import Mapping
from types import MappingProxyType

from messages.requests.asking import (
    Brief,
    Burden,
    Delivery,
    History,
    Learn,
    Ledger,
    Missing,
    ShowPlan,
    Status,
    Todo,
    Weekly,
)
from messages.requests.base import Event, Request, filled, key, slots
from messages.requests.brand import (
    AddCandidate,
    Agree,
    Approve,
    CastVote,
    Declare,
    EnterScore,
    ListCandidates,
    ListExemplars,
    Nominate,
    PaperNotReceived,
    PaperReceived,
    Refuse,
    Return,
    Separate,
    SetOwner,
    ShowOwner,
    ShowScores,
    StartVote,
    VoteResult,
)
from messages.requests.committee import (
    AnnounceMeeting,
    ConfirmEnable,
    Enable,
    LeaveOff,
    Nudge,
    Preview,
    Receipt,
    RevisePlan,
    ShowMeeting,
    StopAll,
    Veto,
)
from messages.requests.hindrance import Blocked, Extend, Pause, Resume
from messages.requests.opinion import (
    CloseSuggestion,
    ListSuggestions,
    Rectify,
    StartSurvey,
    Suggest,
    SurveyFigures,
    SurveyResult,
)
from messages.requests.people import (
    AdmitMember,
    BindGroup,
    ConfirmBinding,
    EndMembership,
    EndPredecessor,
    HandOver,
    Invite,
    KeepWebhook,
    Leave,
    MakePrimary,
    Redeem,
    ReleaseGroup,
    Unbind,
)
from messages.requests.words import (
    AddAlias,
    Cancel,
    Confirm,
    DropAlias,
    Explain,
    Help,
    Nothing,
    ShowAliases,
    Unclear,
)
from messages.requests.work import (
    Correct,
    HandIn,
    ListAttachments,
    NothingToReport,
    PaperReport,
    PromiseKept,
    Report,
    Restore,
    Withdraw,
)

__all__ = ["BY_KEY", "FIRST", "REQUESTS", "SLASH", "Event", "Request", "filled", "key", "slots"]

REQUESTS: tuple[type[Request], ...] = (
    *(Report, PaperReport, NothingToReport, PromiseKept, Correct, Withdraw, Restore, HandIn, ListAttachments),
    *(Declare, Approve, Agree, PaperReceived, Return, Refuse, PaperNotReceived, Separate, SetOwner, ShowOwner),
    *(AddCandidate, ListCandidates, StartVote, CastVote, VoteResult, Nominate, ListExemplars, EnterScore, ShowScores),
    *(Status, Todo, History, Missing, Weekly, ShowPlan, Learn, Ledger, Brief, Burden, Delivery),
    *(Nudge, Preview, Veto, Enable, ConfirmEnable, LeaveOff, StopAll, RevisePlan, AnnounceMeeting, Receipt, ShowMeeting),
    *(Extend, Blocked, Pause, Resume),
    *(SurveyFigures, StartSurvey, SurveyResult, Suggest, Rectify, CloseSuggestion, ListSuggestions),
    *(Redeem, BindGroup, Invite, Unbind, ConfirmBinding, AdmitMember, EndMembership, EndPredecessor),
    *(ReleaseGroup, MakePrimary, KeepWebhook),
    *(HandOver, Leave, Nothing, Unclear, Cancel, Confirm, Help, ShowAliases, AddAlias, DropAlias, Explain),
)
"""The first of an intent is the one that is meant where the text does not tell its acts apart."""

BY_KEY: Mapping[str, type[Request]] = MappingProxyType({key(kind): kind for kind in REQUESTS})
FIRST: Mapping[str, type[Request]] = MappingProxyType({kind.intent: kind for kind in reversed(REQUESTS)})
"""The first request of each intent."""
SLASH: Mapping[str, type[Request]] = MappingProxyType({word: kind for kind in REQUESTS for word in kind.slash})
"""A Latin word behind a slash, and what it stands for."""
