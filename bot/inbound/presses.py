"""Which button an event presses: the stored request, if it may still be carried out for this account in this chat."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbound.scene import Heard
from handlers.contract import Refusal
from messages.requests import REQUESTS, Request
from messages.requests.codec import Unreadable, decode
from storage import actions
from storage.actions import Offer

TYPED = frozenset(kind.label for kind in REQUESTS if kind.typed)
"""Labels that can also be typed, where exactly one live button of the chat carries them."""
NUMBERED = re.compile(rf"({'|'.join(sorted({kind.label for kind in REQUESTS if kind.numbered}))})\s*(\d)")
"""A label with a number, as the list above it counts."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button stands for: its request, the words it was made for, the version of the brand that it was made for."""

    request: Request
    words: str | None
    version: int | None


async def meant(session: AsyncSession, heard: Heard) -> Press | None:
    """The button that an event presses, or whose words it types while no question is open; it is used up, unless it only asks.

    Raises Refusal for a forged, foreign, decided or vanished one. A refused request gives its button back: all is rolled back.
    """
    offer = await _offer(session, heard)
    if offer is None:
        return None
    try:
        request, words = decode(offer.intent, offer.fields)
    except Unreadable:
        raise Refusal("common/expired_button") from None
    if not request.asks:
        await actions.use(session, offer, heard.now)
    return Press(request, words, offer.version)


async def _offer(session: AsyncSession, heard: Heard) -> Offer | None:
    """The stored button, if it may still be pressed by this account in this chat."""
    row = heard.row
    if row.kind == "text" and row.addressed and heard.question is None:
        return await _typed(session, heard)
    if row.kind != "press":
        return None
    offer = await actions.by_token(session, row.action) if row.action else None
    if offer is None or offer.chat_id != row.chat_id:
        raise Refusal("common/expired_button")
    if offer.used_at is not None and offer.version is None:  # one with a version: its handler tells what was decided
        raise Refusal("common/used_button")
    if offer.expires_at is not None and offer.expires_at <= heard.now:
        raise Refusal("common/expired_button")
    if offer.only is not None and offer.only != row.account_id:
        raise Refusal("common/not_your_button")
    return offer


async def _typed(session: AsyncSession, heard: Heard) -> Offer | None:
    """The one live button that the words name: of the message replied to, else the only one in this chat."""
    row = heard.row
    words = (row.text or "").replace("＠", "@").replace(f"@{heard.bot_name}", "").strip(" 　。")
    numbered = NUMBERED.fullmatch(words)
    if words not in TYPED and numbered is None:
        return None
    if numbered is not None:  # a number is one of the list shown last
        words = f"{numbered[1]} {numbered[2]}"
    found = await actions.typed(session, row.chat_id, row.account_id, words, heard.now, row.reply_to)
    sole = found and (numbered is not None or len({offer.outbound_id for offer in found}) == 1)
    return found[0] if sole else None
