"""What the platform's error codes mean for a message: try again, never again, or answer by another way."""

from bot.channels.contract import Gone, NotSent

STALE = frozenset({846605, 846608})
"""The callback's req_id is invalid or its stream has expired: the same text goes as a push."""

BAD_WEBHOOK = frozenset({93000, 93008})
"""The group webhook's key is not valid (any more)."""

CHAT_GONE = frozenset({93006})
"""The conversation is not (or no longer) one that the robot may write to."""

_LATER = {-1: 5.0, 45009: 60.0, 45033: 5.0}
"""Busy, rate exceeded, too many at once: nothing was done; seconds to wait."""


def problem(errcode: int, errmsg: str = "") -> NotSent | Gone:
    """The failure that stands for an error code; a code that nobody documented is final, with its number as the reason."""
    why = f"errcode {errcode}: {errmsg[:120]}" if errmsg else f"errcode {errcode}"
    if errcode in _LATER:
        return NotSent(why, _LATER[errcode])
    return Gone(why, chat_gone=errcode in CHAT_GONE)
