"""What reading returns: one intent and the fields that the text determines."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One of several things that happened, told in one message."""

    date: dt.date | None
    note: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An intent id of the design with its fields; None, empty or False means that the text does not say.

    Business dates are dates in the plan's time zone. `org` is a code. `missing` names what the command still needs.
    The fields after `missing` are for the bot itself and are not part of the fixed set.
    """

    intent: str
    org: str | None = None
    date: dt.date | None = None
    due: dt.date | None = None
    percent: int | None = None
    participants: int | None = None
    activities: dict[str, int] = field(default_factory=dict)
    brand: str | None = None
    type: str | None = None
    owner: str | None = None
    connotation: str | None = None
    slogan: str | None = None
    survey: dict[str, int] = field(default_factory=dict)
    reason: str | None = None
    note: str | None = None
    number: str | None = None
    milestone: str | None = None  # the plan's key: positioning, organizing, drafting, …
    subject: str | None = None
    events: tuple[Event, ...] = ()
    wanted: bool | None = None
    secret: bool = False
    missing: tuple[str, ...] = ()

    action: str | None = None  # which of an intent's acts: see intents.py (bind: invite, unbind …; preview: enable, stop_all …)
    code: str | None = None  # an invitation code, as typed
    role: str | None = None  # the role named in 邀请, 绑定, 解绑
    content: str | None = None  # a report's text without address, command word and organisation
    next_step: str | None = None  # what is promised for `due`, in the reporter's words
    on_paper: bool = False  # 已报: handed in on paper
    week: dt.date | None = None  # any day of the week that is asked for
    candidates: tuple[str, ...] = ()  # organisations that the text may mean, when `org` is missing; at most 3
    org_words: str | None = None  # the words that name an organisation, where they leave open which one
    problem: str | None = None  # a refusal's key: impossible_date, past_due, survey_sum, unknown_org …
    problem_text: str | None = None  # the words that caused it, for the answer
    why: tuple[str, ...] = ()  # which rule matched what, for `read --explain`

    FIXED = (
        "org", "date", "due", "percent", "participants", "activities", "brand", "type", "owner", "connotation", "slogan",
        "survey", "reason", "note", "number", "milestone", "subject", "events", "wanted", "secret", "missing",
    )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The fixed JSON shape of `brandbot read`: the intent, and only the fields that were found."""
        shown: dict[str, Any] = {"intent": self.intent}
        for name in self.FIXED:
            value = getattr(self, name)
            if value is None or (value is False and name == "secret") or value in ((), {}):
                continue
            if isinstance(value, dt.date):
                value = value.isoformat()
            elif name == "events":
                value = [_event(event) for event in value]
            elif isinstance(value, tuple):
                value = list(value)
            shown[name] = value
        return shown


def _event(event: Event) -> dict[str, str]:
    return {**({"date": event.date.isoformat()} if event.date else {}), "note": event.note}
