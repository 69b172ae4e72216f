"""Ends organisations that the roster says are dissolved: their people's roles and their groups' bindings end with them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import chats
from storage.database.inserting import AnyRow, table_of
from storage.roster.check import Entry
from storage.tables import Chat, Membership, Organization


async def end(session: AsyncSession, entries: Iterable[Entry], before: Mapping[str, AnyRow], now: datetime) -> set[str]:
    """End those whose day (撤销日期) is told and that have not ended yet; their codes."""
    ended = {entry.code: entry.ended_on for entry in entries if entry.ended_on is not None}
    ended = {code: day for code, day in ended.items() if code in before and before[code].ended_on is None}
    for code, day in ended.items():
        row = before[code].id
        await session.execute(update(table_of(Organization)).where(col(Organization.id) == row).values(ended_on=day))
        roles = update(table_of(Membership)).where(col(Membership.organization_id) == row, col(Membership.ended_at).is_(None))
        await session.execute(roles.values(ended_at=now))
        for chat in (await session.execute(select(Chat).where(col(Chat.organization_id) == row))).scalars().all():
            await chats.unbind(session, chat)
    return set(ended)
