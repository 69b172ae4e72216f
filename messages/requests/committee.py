"""Requests of the committee about everybody: the reminders and their switch, the plan's change, on-site meetings."""

import datetime as dt

from messages.requests.base import Request, request


@request("nudge", words="提醒", by_code=True)
class Nudge(Request):
    """Tell them that something is due."""

    org: str | None = None
    due: dt.date | None = None


@request("preview", "show", words="下周预告", asks=True, general=True, nameless=True)
class Preview(Request):
    """What would be said to whom next week."""

    org: str | None = None


@request("preview", "veto", words="否决", label="否决", general=True, nameless=True)
class Veto(Request):
    """Do not say it: the groups of a preview by their numbers, all of them, or one organisation's."""

    org: str | None = None
    numbers: tuple[int, ...] = ()
    everything: bool = False


@request("preview", "enable", words="启用提醒", label="启用提醒", typed=True, general=True, nameless=True)
class Enable(Request):
    """Show what would leave, and offer to switch the reminders on."""

    org: str | None = None


@request("preview", "confirm_enable", label="确认", typed=True, general=True, nameless=True)
class ConfirmEnable(Request):
    """[确认] under that offer."""


@request("preview", "leave_off", label="取消", typed=True, general=True, nameless=True)
class LeaveOff(Request):
    """[取消] under that offer."""


@request("preview", "stop_all", words="暂停全部提醒", label="暂停全部提醒", general=True, nameless=True)
class StopAll(Request):
    """Nothing unprompted leaves any more: to nobody and for good; what else was said is asked about."""

    org: str | None = None
    due: dt.date | None = None
    other: str | None = None


@request("plan", "revise", words="规划调整", general=True, nameless=True)
class RevisePlan(Request):
    """Another day for a phase or milestone of the plan."""

    org: str | None = None
    due: dt.date | None = None
    milestone: str | None = None
    reason: str | None = None


@request("event", "announce", words="现场会", own=True, nameless=True)
class AnnounceMeeting(Request):
    """Announce an on-site meeting, or change it."""

    org: str | None = None
    due: dt.date | None = None


@request("event", "receipt", words="回执", own=True, nameless=True)
class Receipt(Request):
    """How many come to it."""

    org: str | None = None
    due: dt.date | None = None


@request("event", "show", words="现场会", asks=True, own=True, nameless=True)
class ShowMeeting(Request):
    """When and where it is."""

    org: str | None = None
    due: dt.date | None = None
