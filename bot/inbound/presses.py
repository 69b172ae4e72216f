"""What a pressed button means: the stored request, if it may still be carried out for this account in this chat."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.contract import Refusal
from messages.requests import REQUESTS, Request
from messages.requests.codec import Unreadable, decode
from storage import actions
from storage.actions import Offer
from storage.mail.inbox import Event

TYPED = frozenset(kind.label for kind in REQUESTS if kind.typed)
"""Labels that can also be typed, where exactly one live button of the chat carries them."""
NUMBERED = re.compile(rf"({'|'.join(sorted({kind.label for kind in REQUESTS if kind.numbered}))})\s*(\d)")
"""A label with a number, as the list above it counts."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button that may be pressed, and the request that it stands for."""

    offer: Offer
    request: Request
    words: str | None


async def pressed(session: AsyncSession, row: Event, now: datetime) -> Press:
    """The press of a button; a Refusal for a forged, foreign, decided or vanished one."""
    action = await actions.by_token(session, row.action) if row.action else None
    if action is None or action.chat_id != row.chat_id:
        raise Refusal("common/expired_button")
    if action.used_at is not None and action.version is None:  # one with a version: its handler tells what was decided
        raise Refusal("common/used_button")
    if action.expires_at is not None and action.expires_at <= now:
        raise Refusal("common/expired_button")
    if action.only is not None and action.only != row.account_id:
        raise Refusal("common/not_your_button")
    return _press(action)


async def typed(session: AsyncSession, row: Event, words: str, now: datetime) -> Press | None:
    """The one live button that the words name: of the message replied to, else the only one in this chat."""
    numbered = NUMBERED.fullmatch(words)
    if words not in TYPED and numbered is None:
        return None
    if numbered is not None:  # a number is one of the list shown last
        words = f"{numbered[1]} {numbered[2]}"
    found = await actions.typed(session, row.chat_id, row.account_id, words, now, row.reply_to)
    sole = found and (numbered is not None or len({action.outbound_id for action in found}) == 1)
    return _press(found[0]) if sole else None


def _press(offer: Offer) -> Press:
    try:
        return Press(offer, *decode(offer.intent, offer.fields))
    except Unreadable:
        raise Refusal("common/expired_button") from None


async def spend(session: AsyncSession, press: Press, now: datetime) -> None:
    """The press took effect; a button that only asks may be pressed again."""
    if not press.request.asks:
        await actions.use(session, press.offer, now)
