"""Requests about what stands in the way: more time, help, a pause."""

import datetime as dt
from typing import Literal

from messages.requests.base import Request, request


@request("extend", needs=("org", "due", "reason"), words="延期", own=True)
class Extend(Request):
    """Ask for more time, until when and why."""

    org: str | None = None
    due: dt.date | None = None
    reason: str | None = None
    milestone: str | None = None
    subject: Literal["declaration", "return", "milestone", "commitment"] | None = None


@request("blocked", needs=("org", "reason"), words="受阻", own=True)
class Blocked(Request):
    """Ask for help with what is in the way."""

    org: str | None = None
    reason: str | None = None


@request("pause", "pause", needs=("org",), words="暂停提醒", own=True)
class Pause(Request):
    """Be quiet for a while."""

    org: str | None = None
    due: dt.date | None = None


@request("pause", "resume", words="恢复提醒", label="恢复", own=True)
class Resume(Request):
    """Speak again."""

    org: str | None = None
    due: dt.date | None = None
