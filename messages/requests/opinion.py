"""Requests about what people think: surveys and their figures, suggestions and what became of them."""

import datetime as dt
from dataclasses import field

from messages.requests.base import Request, request


@request("survey", "figures", needs=("org", "content"), words="测评", own=True)
class SurveyFigures(Request):
    """The figures of a survey: sent, returned, good, fair, bad."""

    org: str | None = None
    date: dt.date | None = None
    survey: dict[str, int] = field(default_factory=dict)
    content: str | None = None


@request("survey", "start", words="发起测评", own=True)
class StartSurvey(Request):
    """Ask people."""

    org: str | None = None


@request("survey", "result", words="测评结果", asks=True, own=True)
class SurveyResult(Request):
    """What people said."""

    org: str | None = None


@request("suggest", "add", needs=("content",), words="建议", own=True)
class Suggest(Request):
    """A suggestion in the words of who made it."""

    org: str | None = None
    note: str | None = None
    content: str | None = None


@request("suggest", "rectify", needs=("content",), words="整改", own=True)
class Rectify(Request):
    """What was done about a suggestion."""

    org: str | None = None
    note: str | None = None
    content: str | None = None


@request("suggest", "close", needs=("content",), words="销号", own=True)
class CloseSuggestion(Request):
    """A suggestion is dealt with."""

    org: str | None = None
    note: str | None = None
    content: str | None = None


@request("suggest", "list", words="意见台账", asks=True, own=True)
class ListSuggestions(Request):
    """The suggestions there are."""

    org: str | None = None
