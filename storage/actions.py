"""What buttons stand for: stored under an unguessable token, used once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.tables import Action, OutboundMessage

ACTION = table_of(Action).c
SENT = table_of(OutboundMessage).c


async def make(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the actions of one message's buttons."""
    if rows:
        await session.execute(insert(table_of(Action)), [dict(row) for row in rows])


async def by_token(session: AsyncSession, token: str) -> Action | None:
    """The action of a button."""
    return (await session.execute(select(Action).where(ACTION.token == token))).scalar_one_or_none()


async def typed(
    session: AsyncSession, chat_id: int, account_id: int, label: str, now: datetime, replied: str | None
) -> list[Action]:
    """The live actions with this label that this account may take in this chat, newest first; of one message, if replied."""
    statement = (
        select(Action)
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
    return list((await session.execute(statement)).scalars())


async def use(session: AsyncSession, action: Action, now: datetime) -> None:
    """A button was pressed: all buttons of its message are spent."""
    whole = ACTION.outbound_id == action.outbound_id if action.outbound_id is not None else ACTION.id == action.id
    await session.execute(update(table_of(Action)).where(whole, ACTION.used_at.is_(None)).values(used_at=now))
