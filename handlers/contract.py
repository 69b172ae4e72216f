"""What a command and a duty are made of: Context, Refusal, @command, Duty, Tick."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, Literal, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from messages.reading.directory import Directory
from messages.reading.scene import Member
from messages.requests import Request
from messages.writing.reply import Reply
from storage.calendar import Calendar
from storage.plans import PlanFacts
from storage.tables import Organization

ADMIN = frozenset({"admin"})
COMMITTEE = frozenset({"admin", "staff"})
SECRETARY = frozenset({"admin", "staff", "secretary"})
"""Secretaries for their own subtree; the committee's staff may report for units."""
MEMBER = frozenset({"admin", "staff", "secretary", "member"})
HEAD = frozenset({"admin", "head"})
"""A head is a secretary for the very organisation only, not for what stands below it."""
SELF = frozenset({"self"})
"""Whoever it is about: the holder of a code, somebody's own role."""
ANYONE = frozenset({"admin", "staff", "secretary", "member", "none"})

T = TypeVar("T")
R = TypeVar("R", bound=Request)

DENIED = "common/not_allowed"
ELSEWHERE = "rights/elsewhere"


class Audience(Enum):
    """Who may read an answer; elsewhere it becomes one neutral line, and goes to the asker's private chat."""

    ANY = "anybody: it shows nobody's records"
    OWN = "chats that may see the organisation it is about, and private chats"
    COMMITTEE = "the committee's own group, and private chats"
    PRIVATE = "private chats"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who speaks: the account's row and its current memberships (organisations as codes)."""

    account_id: int
    members: tuple[Member, ...]

    @property
    def roles(self) -> frozenset[str]:
        """The roles held anywhere; {"none"} for a stranger."""
        return frozenset(member.role for member in self.members) or frozenset({"none"})


@dataclass(frozen=True, slots=True)
class Here:
    """The chat that is spoken in: `org` is the code of a unit chat's organisation."""

    id: int
    kind: str  # committee, all, unit, private, unbound
    org: str | None = None


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with the message: kept as the attachment `id`, or not kept and why (too_large, kind, gone)."""

    name: str = ""
    id: int | None = None
    size: int = 0
    sha256: str = ""
    why: str = ""


@dataclass(slots=True)
class Context(Generic[T]):
    """Everything a handler may touch. `now` is aware, in the plan's time zone; only `session` has effects.

    `said_at` is when it was said, after an outage perhaps days before `now`: what was done or promised counts from that day.
    `about` is what the route's resolver found, for which the sender's right was checked.
    """

    session: AsyncSession
    now: datetime
    said_at: datetime
    sender: Sender
    chat: Here
    plan: PlanFacts | None
    directory: Directory
    calendar: Calendar
    bot_name: str
    about: T
    organizations: dict[str, Organization] = field(default_factory=dict)  # that are known by code already
    inbound_id: int | None = None
    text: str = ""  # the message as it was said, masked
    replied: Mapping[str, Any] = field(default_factory=dict)  # what the bot's message replied to was about
    pressed: bool = False  # by a button, or its label typed
    version: int | None = None  # of the brand that the button was made for
    words: str | None = None  # those that named the organisation and left open which one
    file: SentFile | None = None
    seal: Callable[[str, str], str] | None = None  # (secret, what it belongs to) → how it may be stored
    answered_here: bool = True  # this chat's audience may read the answer
    amends: int | None = None  # an edit: the inbox row of the message that was edited

    @property
    def today(self) -> date:
        """The business date."""
        return self.now.date()

    @property
    def said_on(self) -> date:
        """The business date on which it was said."""
        return self.said_at.date()


class Refusal(Exception):
    """A polite no: the template and values of the answer. The transaction of a refused command is rolled back.

    `missing` opens a draft: the bot asks for these slots and remembers what was said.
    """

    def __init__(
        self, template: str, /, *, missing: tuple[str, ...] = (), buttons: tuple[Any, ...] = (), **values: Any
    ) -> None:
        super().__init__(template)
        self.reply = Reply(template, values, buttons=buttons)
        self.missing = missing


class WhichOrganization(Refusal):
    """The organisation is not told, or not clear: what there is to choose from is added when the question is put."""

    def __init__(self) -> None:
        super().__init__("common/which_org", missing=("org",), candidates=[])


Whose = tuple[str, ...] | Literal["all", "nothing"]
"""The organisations whose matter something is, as codes, or all there are; "nothing": no records at all, ():
not told whose, so that no group may see it."""


@dataclass(frozen=True, slots=True)
class Matter(Generic[T]):
    """What a request is about, and whose matter that is; `own`: the sender's own, who needs no role for it."""

    thing: T
    whose: Whose = ()
    own: bool = False


class Allow(Protocol):
    """Says for which organisation something is about to be found (None: for all); raises Refusal where the sender may not."""

    def __call__(self, code: str | None, /) -> None: ...


@dataclass(frozen=True, slots=True)
class About(Generic[T]):
    """A resolver: from a request to what it is about. It asks `Allow` before it tells anything of an organisation."""

    name: str  # as docs/rights.md calls it
    find: Callable[["Context[Any]", Any, Allow], Awaitable[Matter[T]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """An example that needs more state than a test's fresh private chat: the transcript that shows it."""

    transcript: str


@dataclass(frozen=True, slots=True)
class Command:
    """One request's route: who may, whose matter it is, who may read the answer; what 帮助 says of it, and its handler."""

    request: type[Request]
    who: frozenset[str]
    about: About[Any]
    audience: Audience
    handler: Callable[[Context[Any], Any], Awaitable[Reply]]
    summary: str = ""  # "" for an act that 帮助 does not list by itself
    examples: Mapping[str, str | Shown] = field(default_factory=dict)
    where: tuple[str, ...] = ()  # the kinds of chat in which it may be said; none named: all
    elsewhere: str = ELSEWHERE  # what is heard in the others
    denied: str = DENIED  # what those hear who have other roles
    needs_plan: bool = True


def command(
    request: type[R],
    *,
    who: frozenset[str],
    about: About[T],
    audience: Audience,
    summary: str = "",
    examples: Mapping[str, str | Shown] | None = None,
    where: tuple[str, ...] = (),
    elsewhere: str = ELSEWHERE,
    denied: str = DENIED,
    needs_plan: bool = True,
) -> Callable[[Callable[[Context[T], R], Awaitable[Reply]]], Command]:
    """Make a handler the Command of a request; the table in handlers/__init__.py lists it."""

    def wrap(handler: Callable[[Context[T], R], Awaitable[Reply]]) -> Command:
        return Command(request, who, about, audience, handler, summary, examples or {}, where, elsewhere, denied, needs_plan)

    return wrap


@dataclass(slots=True)
class Tick:
    """What a duty may touch when the clock asks. `now` is aware, in the plan's time zone."""

    session: AsyncSession
    now: datetime
    plan: PlanFacts
    calendar: Calendar
    bot_name: str
    switched_on_at: datetime | None  # 启用提醒 in force since; None: nothing unprompted leaves

    @property
    def today(self) -> date:
        """The business date."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Due:
    """A planned notice that has come due, as its duty sees it."""

    id: int
    kind: str
    organization_id: int | None
    subject: str
    subject_id: int
    rung: int
    due_on: date | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """A message that the clock wants said, and the notices that it settles; `key` is the outbox row's unique key."""

    notices: tuple[int, ...]
    reply: Reply
    key: str
    organization_id: int | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """A notice that is not said, and why (in Chinese: the delivery account shows it)."""

    notice: int
    reason: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing the clock asks for: `plan` inserts notices (set-based), `say` turns due ones into messages or skips."""

    kind: str
    plan: Callable[[Tick], Awaitable[None]]
    say: Callable[[Tick, list[Due]], Awaitable[list[Release | Skip]]]
