"""Which of delivery's three outcomes a failed call is: not sent, unsure, or gone."""

from bot.channels.contract import Gone, NotSent, Unsure
from bot.channels.telegram.api import Refused, Unreached

CHAT_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_id is empty",
    "message thread not found",
    "group chat was deactivated",
    "group chat was deleted",
)
"""What a 400 says when the place is lost, and not only this message."""
TOKEN_WAIT = 60.0  # seconds until a rejected token is tried again: it concerns every message, and none is lost for it


TOKEN = {
    401: "不认这个令牌（BRANDBOT_TELEGRAM_TOKEN）",
    404: "不认这个令牌，或接口地址不对（BRANDBOT_TELEGRAM_TOKEN、BRANDBOT_TELEGRAM_API）",
}
"""What the person who set the bot up can put right, in the words of the settings."""


def why(error: Exception) -> str:
    """What went wrong, in one short line: what the server said, else the failure's own words."""
    if not isinstance(error, Refused):
        return str(error) or type(error).__name__
    said = f"{error.status} {error.description}"[:200]
    return f"Telegram {TOKEN[error.status]}：{said}" if error.status in TOKEN else said


def outcome(error: Exception) -> NotSent | Unsure | Gone:
    """Sort a failure by what is provable. An answer that cannot be understood came from a call that had its effect."""
    if isinstance(error, Unreached):
        return Unsure(str(error)) if error.left else NotSent(str(error))
    if not isinstance(error, Refused):
        return Unsure(type(error).__name__)
    told = why(error)
    if error.status == 429 or error.retry_after is not None:
        return NotSent(told, error.retry_after or 5.0)
    if error.status in {401, 404, 409}:  # the token, the address of the API, another program: not this message
        return NotSent(told, TOKEN_WAIT)
    if error.status == 403:
        return Gone(told, chat_gone=True)
    if 400 <= error.status < 500:
        return Gone(told, chat_gone=any(words in error.description.lower() for words in CHAT_GONE))
    return Unsure(told)
