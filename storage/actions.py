"""What buttons stand for: stored under an unguessable token, used once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.tables import Action, OutboundMessage

ACTION = table_of(Action).c
SENT = table_of(OutboundMessage).c
MAKE = insert(table_of(Action))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a button stands for, and whether it may still be taken."""

    id: int
    chat_id: int
    outbound_id: int | None
    label: str
    intent: str
    fields: Mapping[str, Any]
    version: int | None
    only: int | None
    expires_at: datetime | None
    used_at: datetime | None


OFFER = tuple(ACTION[name] for name in Offer.__slots__)
OF_TOKEN = select(*OFFER).where(ACTION.token == bindparam("pressed"))


async def make(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the actions of one message's buttons."""
    if rows:
        await session.execute(MAKE, [dict(row) for row in rows])


async def by_token(session: AsyncSession, token: str) -> Offer | None:
    """The action of a button."""
    row = (await session.execute(OF_TOKEN, {"pressed": token})).one_or_none()
    return None if row is None else Offer(*row)


async def typed(
    session: AsyncSession, chat_id: int, account_id: int, label: str, now: datetime, replied: str | None
) -> list[Offer]:
    """The live actions with this label that this account may take in this chat, newest first; of one message, if replied."""
    statement = (
        select(*OFFER)
        .join(OutboundMessage, SENT.id == ACTION.outbound_id)
        .where(
            ACTION.chat_id == chat_id,
            ACTION.label == label,
            ACTION.used_at.is_(None),
            or_(ACTION.expires_at.is_(None), ACTION.expires_at > now),
            or_(ACTION.only.is_(None), ACTION.only == account_id),
        )
        .order_by(ACTION.id.desc())
        .limit(2)
    )
    if replied is not None:
        statement = statement.where(SENT.external == replied)
    return [Offer(*row) for row in await session.execute(statement)]


async def use(session: AsyncSession, action: Offer, now: datetime) -> None:
    """A button was pressed: all buttons of its message are spent."""
    whole = ACTION.outbound_id == action.outbound_id if action.outbound_id is not None else ACTION.id == action.id
    await session.execute(update(table_of(Action)).where(whole, ACTION.used_at.is_(None)).values(used_at=now))
