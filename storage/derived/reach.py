"""Where an organisation is reached by a notice: its primary chat, else its secretaries' private chats."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.derived.due_rule import separate_granted
from storage.tables import Chat, Membership, Organization

chat, membership, organization = table_of(Chat), table_of(Membership), table_of(Organization)
PRIMARY = and_(chat.c.is_primary, chat.c.gone_at.is_(None), chat.c.organization_id.is_not(None))
PRIVATE = and_(chat.c.kind == "private", chat.c.gone_at.is_(None))
SECRETARY = and_(membership.c.role == "secretary", membership.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Place:
    """The chats that one notice goes to, and since when there has been one (aware UTC; None: always)."""

    chats: tuple[int, ...]
    since: datetime | None


def reachable() -> Select[Any]:
    """The rows of all organisations that can be reached, as a select."""
    private = (
        select(membership.c.organization_id).join(chat, chat.c.account_id == membership.c.account_id).where(SECRETARY, PRIVATE)
    )
    return select(union(select(chat.c.organization_id).where(PRIMARY), private).subquery("reachable"))


async def places(session: AsyncSession, organizations: Collection[int]) -> dict[int, Place]:
    """Where each of these organisations is reached; absent: nowhere. Two statements."""
    primary = select(chat.c.organization_id, chat.c.id, chat.c.bound_at).where(
        PRIMARY, chat.c.organization_id.in_(organizations)
    )
    found = {row[0]: Place((row[1],), row[2]) for row in await session.execute(primary)}
    private = (
        select(membership.c.organization_id, chat.c.id, membership.c.since)
        .join(chat, chat.c.account_id == membership.c.account_id)
        .where(SECRETARY, PRIVATE, membership.c.organization_id.in_(organizations))
        .order_by(chat.c.id)
    )
    fallback: dict[int, Place] = {}
    for organization_id, chat_id, since in await session.execute(private):
        known = fallback.get(organization_id)
        chats = (*known.chats, chat_id) if known else (chat_id,)
        fallback[organization_id] = Place(chats, min(since, known.since) if known and known.since else since)
    return {**fallback, **found}


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation by name, and whether a notice would reach it."""

    id: int
    code: str
    short_name: str
    reached: bool


async def everybody(session: AsyncSession) -> list[Unit]:
    """All organisations in the official order. One statement."""
    rows = select(
        organization.c.id, organization.c.code, organization.c.short_name, organization.c.id.in_(reachable()).label("reached")
    )
    rows = rows.where(organization.c.ended_on.is_(None)).order_by(organization.c.position, organization.c.id)
    return [Unit(row[0], row[1], row[2], bool(row[3])) for row in await session.execute(rows)]


async def unreachable(session: AsyncSession) -> list[str]:
    """The short names of organisations that owe something themselves and can be reached nowhere, in official order."""
    owes = or_(organization.c.direct, organization.c.id.in_(select(separate_granted().subquery().c.organization_id)))
    rows = (
        select(organization.c.short_name)
        .where(owes, organization.c.ended_on.is_(None), organization.c.id.not_in(reachable()))
        .order_by(organization.c.position, organization.c.id)
    )
    return list((await session.execute(rows)).scalars())
