"""What a platform must do for the bot: hand over what arrives, and carry one message out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from messages.writing.reply import Limits


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event of a platform, translated. Ids are the platform's, as text with their case kept; times are aware UTC.

    `event` is unique per platform and bot account: a message `<chat>:<message>`, an edit `<chat>:<message>:edit:<time>`,
    a press `press:<id>`. A platform's redelivery carries the same event.
    """

    event: str
    chat: str
    private: bool
    sender: str
    at: datetime
    kind: Literal["text", "edit", "press", "file", "joined", "removed", "moved"] = "text"
    text: str = ""
    thread: str | None = None
    message: str | None = None  # the message's own id, what a reply or an edit refers to
    addressed: bool = False  # a mention of this bot, a reply to it, a /command, a private chat
    reply_to: str | None = None  # the id of the message replied to, where the platform gives it
    reply_text: str | None = None  # its text, where the platform gives only that
    action: str | None = None  # the token of a pressed button
    file: "IncomingFile | None" = None
    human: bool = True  # False: a bot, a channel, an anonymous admin, a forwarded message: never acts
    moved_to: str | None = None  # the chat's new id (Telegram: supergroup)
    answer_with: str | None = None  # what an answer needs to carry (WeCom: the callback's req_id)


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that was sent to the bot: fetched only after screening, by `Channel.fetch`."""

    name: str
    size: int | None
    mime: str | None
    handle: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OutgoingButton:
    """A button as a platform needs it: what it shows, and the token of the stored action."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out: the text is rendered in the platform's markup and within its limits."""

    id: int
    chat: str
    private: bool
    text: str
    thread: str | None = None
    buttons: tuple[OutgoingButton, ...] = ()
    files: tuple["OutgoingFile", ...] = ()
    reply_to: str | None = None  # the message answered
    answer_with: str | None = None
    mention: tuple[str, ...] = ()  # platform ids of people whom the message must reach with a sound
    plain: str = ""  # the same text without markup, where a platform takes no other


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A picture or document, already made."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform accepted the message; `message` is its id there, where the platform tells it."""

    message: str | None = None
    moved_to: str | None = None  # the chat has another id from now on


class NotSent(Exception):
    """Provably nothing left, or the platform refused for now: safe to send again, after `retry_after` seconds if given."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Unsure(Exception):
    """It may have arrived: a timeout, a reset or a server error after bytes left."""


class Gone(Exception):
    """It can never arrive: the chat is gone, the bot was removed, the platform refuses this message for good.

    `chat_gone` tells whether the chat is lost or only this message.
    """

    def __init__(self, why: str, *, chat_gone: bool = False) -> None:
        super().__init__(why)
        self.chat_gone = chat_gone


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform lets a bot write: seconds between two messages to one chat and overall."""

    per_chat: float = 0.0
    overall: float = 0.0
    windows: tuple[tuple[int, float], ...] = field(default=())  # (messages, seconds) a chat, e.g. ((20, 60.0),)


Receive = Callable[[Incoming], Awaitable[None]]
"""Intake: returns once the event is stored; raises when it could not be, and then the platform gets no acknowledgement."""


class Channel(Protocol):
    """A platform: what it can carry, how messages arrive, and how one leaves."""

    name: str  # "console", "telegram", "wecom"
    account: str  # which bot on that platform; part of the inbox key
    limits: Limits
    pace: Pace

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled; reconnects by itself; one bad event is logged and never stops the rest."""

    async def send(self, message: Outgoing) -> Sent:
        """Send one message; raises NotSent, Unsure or Gone."""

    async def fetch(self, file: IncomingFile, limit: int) -> bytes:
        """The content of a file that was sent to the bot, at most `limit` bytes; raises NotSent or Gone."""

    async def settled(self, incoming: "Settled") -> None:
        """An event was handled (a press: stop the spinner, show a toast, update the card). Best effort, never raises."""

    def describe(self) -> Mapping[str, Any]:
        """State for `doctor` and health: connected, since when; never a secret."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an event, for a platform that shows it at the button or message itself."""

    event: str
    kind: str
    toast: str | None = None
    final: bool = False  # a press whose message is decided now: its other buttons mean nothing any more
