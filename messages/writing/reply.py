"""What handlers return: plain values that say what to tell whom; writing decides how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from messages.requests import Request

Policy = Literal["answer", "reminder", "summary", "superior"]
"""What delivery does when it cannot know whether a message arrived: `superior` is held for an admin, the rest resent marked."""


@dataclass(frozen=True, slots=True)
class ToChat:
    """A chat by its row id, as a place to write to."""

    id: int


HERE = ToChat(0)
"""The chat of the message that is being answered."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button: the request that a press makes, shown by that request's label.

    `only` limits who may press it (an account row id); `version` is the brand's version it was made for; `words` are those
    that named an organisation and left open which one; `expires_at` is aware UTC.
    """

    request: Request
    text: str | None = None  # a label that is data: an organisation's short formal name
    version: int | None = None
    only: int | None = None
    words: str | None = None
    expires_at: datetime | None = None

    @property
    def label(self) -> str:
        """What it shows."""
        return self.text or self.request.label


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file to be made from values when it is sent: `kind` names the maker in writing."""

    kind: str
    values: Mapping[str, Any]
    filename: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: a template with JSON-able values for one chat, and what else is to be said elsewhere."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    to: ToChat = HERE
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)  # what a reply to this message is about (org, number, subject …)
    policy: Policy = "answer"
    shows: tuple[str, ...] | Literal["about", "all", "nothing"] = "about"  # whose records: codes, those the route is about, …
    others: tuple["Reply", ...] = ()
    postscript: "Reply | None" = None  # a last paragraph of the same message: only its template and values count

    def also(self, to: ToChat | None, template: str, **more: Any) -> "Reply":
        """This reply, and another message to another chat; nothing is added where there is no such chat."""
        if to is None:
            return self
        return replace(self, others=(*self.others, Reply(template, to=to, **more)))


SILENCE = Reply("")
"""Nothing is said."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform can carry: the longest text in `unit`s, its markup, and how many buttons a message may have."""

    text: int
    unit: Literal["bytes", "utf16", "chars"]
    markup: Literal["html", "wecom", "plain"]
    buttons: int = 8
