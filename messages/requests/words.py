"""Requests about the talk itself: help, names, why something was understood, and what is none or unclear."""

from messages.requests.base import Request, request


@request("none", nameless=True, general=True)
class Nothing(Request):
    """Not for the bot: it stays silent."""


@request("unknown", "plain", own=True, general=True, nameless=True)
class Unclear(Request):
    """The bot does not know what is wanted."""

    org: str | None = None


@request("unknown", "cancel", words="取消", slash=("cancel",), label="取消", typed=True, own=True, general=True, nameless=True)
class Cancel(Request):
    """Let the open question go."""

    org: str | None = None


@request("unknown", "confirm", words="确认", label="确认", typed=True, own=True, general=True, nameless=True)
class Confirm(Request):
    """Yes, to what was asked."""

    org: str | None = None


@request("help", words="帮助", slash=("help",), label="帮助", asks=True, general=True, about_words=True, unbound=True)
class Help(Request):
    """What can be said here; `topic` is what help is wanted with."""

    topic: str | None = None


@request("alias", "show", words="别名", asks=True, general=True, about_words=True)
class ShowAliases(Request):
    """The names that were learned."""


@request("alias", "add", words="别名", general=True, about_words=True)
class AddAlias(Request):
    """Make a word a name of an organisation: `target` as typed, or `org`, a code from a button."""

    word: str
    target: str | None = None
    org: str | None = None


@request("alias", "drop", words="忘记别名", general=True, about_words=True)
class DropAlias(Request):
    """Forget a word; `mine` leaves the names of all alone."""

    word: str
    mine: bool = False


@request("explain", words="解释", general=True, about_words=True, asks=True)
class Explain(Request):
    """Why a message is read as it is; without words, the one replied to."""

    text: str | None = None
