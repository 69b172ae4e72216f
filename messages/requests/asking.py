"""Requests that only ask: how far, what is due, what was told, who has not yet, and the papers made of it."""

import datetime as dt

from messages.requests.base import Request, request


@request("status", words="进度", slash=("status",), label="进度", asks=True, by_code=True, asked_of=True)
class Status(Request):
    """How far an organisation is; for the committee, how far all are."""

    org: str | None = None


@request("todo", words="待办", slash=("todo",), label="待办", asks=True, by_code=True, asked_of=True)
class Todo(Request):
    """What is owed, and by when."""

    org: str | None = None


@request("history", words="记录", slash=("history",), label="记录", asks=True, by_code=True, asked_of=True)
class History(Request):
    """What was told before; with a number, one report in full."""

    org: str | None = None
    number: str | None = None


@request("missing", words="未报", slash=("missing",), label="未报", asks=True, general=True, nameless=True)
class Missing(Request):
    """Who has not declared yet."""

    org: str | None = None


@request("weekly", words="周报", slash=("weekly",), label="周报", asks=True, nameless=True)
class Weekly(Request):
    """The summary of a week."""

    org: str | None = None
    week: dt.date | None = None  # any day of the week that is asked for


@request("plan", "show", words="规划", slash=("plan",), label="规划", asks=True, general=True, nameless=True)
class ShowPlan(Request):
    """The phases and milestones of the plan."""

    org: str | None = None


@request("learn", words="借鉴", asks=True, nameless=True)
class Learn(Request):
    """What others did that is worth learning from."""

    org: str | None = None


@request("ledger", words="台账", asks=True)
class Ledger(Request):
    """The ledger as a table."""

    org: str | None = None


@request("brief", words="通报", asks=True, own=True)
class Brief(Request):
    """A written report."""

    org: str | None = None


@request("burden", words="减负账", asks=True, own=True, general=True)
class Burden(Request):
    """How much the bot sent unasked."""

    org: str | None = None


@request("delivery", words="送达账", asks=True, general=True)
class Delivery(Request):
    """What was sent, and who did not get it."""

    org: str | None = None
