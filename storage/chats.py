"""Chats: found or made at first sight, bound to what they are for, the first of an organisation its primary."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Chat, Organization


async def place(session: AsyncSession, platform: str, external: str, thread: str | None = None) -> Chat | None:
    """The chat at a platform's id (and thread), if it has been seen."""
    query = select(Chat).where(
        col(Chat.platform) == platform, col(Chat.external) == external, func.coalesce(Chat.thread, "") == (thread or "")
    )
    return (await session.execute(query)).scalar_one_or_none()


async def seen(
    session: AsyncSession, platform: str, external: str, *, thread: str | None = None, account_id: int | None = None
) -> Chat:
    """The chat at a platform's id, made at first sight: private for `account_id`, else an unbound group."""
    found = await place(session, platform, external, thread)
    if found is None:
        kind = "unbound" if account_id is None else "private"
        found = Chat(platform=platform, external=external, thread=thread, kind=kind, account_id=account_id)
        session.add(found)
        await session.flush()
    return found


async def by_id(session: AsyncSession, chat_id: int) -> Chat | None:
    """The chat of a row id."""
    return await session.get(Chat, chat_id)


@dataclass(frozen=True, slots=True)
class Room:
    """Who reads along in a chat: its kind, a unit chat's organisation (a code), a private chat's account."""

    kind: str
    org: str | None
    account_id: int | None


async def rooms(session: AsyncSession, ids: Iterable[int]) -> dict[int, Room]:
    """Who reads along in these chats."""
    query = (
        select(col(Chat.id), col(Chat.kind), col(Organization.code), col(Chat.account_id))
        .outerjoin(Organization, col(Organization.id) == col(Chat.organization_id))
        .where(col(Chat.id).in_(list(ids)))
    )
    return {row[0]: Room(row[1], row[2], row[3]) for row in await session.execute(query)}


async def everything(session: AsyncSession) -> list[tuple[Chat, str | None]]:
    """All chats that are not gone, with the code of a unit chat's organisation; groups first."""
    query = (
        select(Chat, col(Organization.code))
        .outerjoin(Organization, col(Organization.id) == col(Chat.organization_id))
        .where(col(Chat.gone_at).is_(None))
        .order_by(col(Chat.kind) == "private", col(Chat.id))
    )
    return [(chat, code) for chat, code in await session.execute(query)]


async def committee(session: AsyncSession) -> int | None:
    """The committee's working group: the one bound first, where there are several."""
    query = select(col(Chat.id)).where(col(Chat.kind) == "committee", col(Chat.gone_at).is_(None)).order_by(col(Chat.id))
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def of_kind(session: AsyncSession, kind: str) -> list[int]:
    """The row ids of all chats of a kind that are not gone."""
    return [chat.id for chat in await all_of(session, kind)]


async def all_of(session: AsyncSession, kind: str) -> list[Chat]:
    """All chats of a kind that are not gone."""
    query = select(Chat).where(col(Chat.kind) == kind, col(Chat.gone_at).is_(None)).order_by(col(Chat.id))
    return list((await session.execute(query)).scalars())


async def of_organization(session: AsyncSession, organization_id: int) -> list[Chat]:
    """An organisation's groups, its primary first."""
    query = (
        select(Chat)
        .where(col(Chat.organization_id) == organization_id, col(Chat.gone_at).is_(None))
        .order_by(col(Chat.is_primary).desc(), col(Chat.id))
    )
    return list((await session.execute(query)).scalars())


async def private_of(session: AsyncSession, account_id: int) -> int | None:
    """The private chat with an account, where one is open."""
    query = select(col(Chat.id)).where(
        col(Chat.kind) == "private", col(Chat.account_id) == account_id, col(Chat.gone_at).is_(None)
    )
    return (await session.execute(query.order_by(col(Chat.id)).limit(1))).scalar_one_or_none()


async def primary_of(session: AsyncSession, organization_id: int) -> int | None:
    """An organisation's own group: where its notices go."""
    query = select(col(Chat.id)).where(
        col(Chat.organization_id) == organization_id, col(Chat.is_primary), col(Chat.gone_at).is_(None)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def bind(session: AsyncSession, chat: Chat, kind: str, organization_id: int | None, now: datetime) -> None:
    """Say what a group is for. The first group of an organisation becomes its primary; a rebound group leaves its old one."""
    await _step_down(session, chat)
    chat.kind, chat.organization_id, chat.bound_at, chat.gone_at = kind, organization_id, now, None
    chat.is_primary = organization_id is not None and await primary_of(session, organization_id) is None
    await session.flush()


async def make_primary(session: AsyncSession, chat: Chat) -> None:
    """Notices of the chat's organisation go here from now on."""
    await session.execute(
        update(Chat).where(col(Chat.organization_id) == chat.organization_id, col(Chat.id) != chat.id).values(is_primary=False)
    )
    chat.is_primary = True
    await session.flush()


async def unbind(session: AsyncSession, chat: Chat) -> None:
    """The group is for nothing any more; another group of the organisation takes its place, if there is one."""
    await _step_down(session, chat)
    chat.kind, chat.organization_id, chat.is_primary, chat.bound_at = "unbound", None, False, None
    await session.flush()


async def gone(session: AsyncSession, chat_id: int, now: datetime) -> None:
    """The bot can write there no more: removed, blocked, deleted. Its place goes to the next group; the rest is kept."""
    chat = await session.get(Chat, chat_id)
    if chat is not None and chat.gone_at is None:
        chat.gone_at = now
        await session.flush()
        if chat.is_primary:
            await _promote_next(session, chat)


async def _step_down(session: AsyncSession, chat: Chat) -> None:
    """The chat leaves its organisation's first place to the organisation's next group."""
    if chat.organization_id is not None and chat.is_primary:
        chat.is_primary = False
        await session.flush()
        await _promote_next(session, chat)


async def _promote_next(session: AsyncSession, chat: Chat) -> None:
    query = select(Chat).where(
        col(Chat.organization_id) == chat.organization_id, col(Chat.id) != chat.id, col(Chat.gone_at).is_(None)
    )
    successor = (await session.execute(query.order_by(col(Chat.id)).limit(1))).scalar_one_or_none()
    if successor is not None:
        successor.is_primary = True
        await session.flush()
