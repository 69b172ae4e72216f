"""All that reading may know beside the text itself."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from messages.reading.directory import Directory
from messages.reading.result import Question

ChatKind = Literal["committee", "all", "unit", "private"]
Role = Literal["admin", "staff", "secretary", "member", "none"]


class Workdays(Protocol):
    """The workday calendar of the plan's country, with the committee's own overrides."""

    def is_workday(self, day: date) -> bool:
        """True on a day of work, make-up days (调休) included."""

    def holiday(self, name: str, year: int) -> tuple[date, date] | None:
        """The first and last day off of a holiday by its Chinese name (国庆, 春节 …), or None if the name is unknown."""


@dataclass(frozen=True, slots=True)
class Member:
    """One membership of the sender: `org` is a code, None for the committee's own people."""

    role: Role
    org: str | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """The message replied to: the bot's (with what it was about), or somebody's text."""

    text: str = ""
    about: dict[str, Any] = field(default_factory=dict)  # e.g. {"org": "14", "number": "2026-0147", "subject": "declaration"}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a message was said; `now` is aware, in the plan's time zone; `addressed` is the channel's word."""

    now: datetime
    chat_kind: ChatKind
    addressed: bool
    directory: Directory
    workdays: Workdays
    bot_names: tuple[str, ...] = ("品牌助手",)
    chat_org: str | None = None
    members: tuple[Member, ...] = ()
    question: Question | None = None  # the bot's open question to this sender in this chat
    replied: Replied | None = None
    posts: tuple[str, ...] = ()  # the plan's own posts, beside the usual ones
