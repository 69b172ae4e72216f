"""Requests about the work: what was done, and how it is put right or taken back."""

import datetime as dt
from dataclasses import field

from messages.requests.base import Event, Request, request


@request("report", "plain", needs=("org", "content"), words="报", slash=("report",), own=True, edits=True)
class Report(Request):
    """What was done, and what comes next until when."""

    org: str | None = None
    date: dt.date | None = None
    due: dt.date | None = None
    percent: int | None = None
    participants: int | None = None
    activities: dict[str, int] = field(default_factory=dict)
    content: str | None = None  # the text without address, command word and organisation
    next_step: str | None = None  # what is promised for `due`, in the reporter's words
    events: tuple[Event, ...] = ()
    milestone: str | None = None  # the plan's key, where the text names one as done


@request("report", "paper", words="已报", slash=(), by_code=True)
class PaperReport(Report):
    """Something was handed in on paper: told as any report is."""


@request("report", "nothing", own=True)
class NothingToReport(Request):
    """There is nothing new this week."""

    org: str | None = None


@request("report", "kept", own=True)
class PromiseKept(Request):
    """The press that tells which promise a report kept."""

    org: str
    number: str
    promise: int


@request("correct", needs=("content",), words="更正", slash=("correct",), own=True, edits=True)
class Correct(Request):
    """The right values in place of the wrong ones."""

    org: str | None = None
    date: dt.date | None = None
    due: dt.date | None = None
    percent: int | None = None
    participants: int | None = None
    activities: dict[str, int] = field(default_factory=dict)
    number: str | None = None
    content: str | None = None
    next_step: str | None = None
    events: tuple[Event, ...] = ()


@request("withdraw", "plain", words="撤回", slash=("withdraw",), label="撤回", own=True)
class Withdraw(Request):
    """Take back a report, or a declaration that nobody has decided yet."""

    org: str | None = None
    number: str | None = None
    declaration: int | None = None  # a brand's row: the button under its declaration


@request("withdraw", "restore", words="恢复", own=True)
class Restore(Request):
    """Take a withdrawal back."""

    org: str | None = None
    number: str | None = None


@request("attach", "hand_in", words="附件", own=True)
class HandIn(Request):
    """A file was sent along."""

    org: str | None = None


@request("attach", "list", words="材料", asks=True, own=True)
class ListAttachments(Request):
    """Which files are there."""

    org: str | None = None
