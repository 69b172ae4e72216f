"""Accounts and what they are: found or made at first sight, given and taken memberships."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, cast, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.database.versions import OWN_NAMES
from storage.tables import Account, Alias, Chat, Draft, InboundMessage, Membership, Organization, OutboundMessage

Query = Select[Membership, str]


class LastAdmin(Exception):
    """Nobody would be left who decides for the committee: at least one admin stays."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A current membership: `org` is a code, None for the committee's own people."""

    id: int
    account_id: int
    role: str
    org: str | None
    organization_id: int | None
    since: datetime


async def account(session: AsyncSession, platform: str, external: str) -> Account:
    """The account of a platform's opaque id, made at first sight."""
    query = select(Account).where(col(Account.platform) == platform, col(Account.external) == external)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        found = Account(platform=platform, external=external)
        session.add(found)
        await session.flush()
    return found


async def memberships(session: AsyncSession, account_id: int) -> list[MemberRow]:
    """What an account is now; the committee's roles first, then by official order."""
    query = _current().where(col(Membership.account_id) == account_id)
    return await _rows(session, query)


async def of_organization(session: AsyncSession, organization_id: int, role: str | None = None) -> list[MemberRow]:
    """Who is bound to an organisation now, oldest first."""
    query = _current().where(col(Membership.organization_id) == organization_id)
    if role is not None:
        query = query.where(col(Membership.role) == role)
    return await _rows(session, query)


async def everybody(session: AsyncSession) -> list[MemberRow]:
    """All current memberships, the committee's first, then by official order."""
    return await _rows(session, _current())


async def give(session: AsyncSession, account_id: int, role: str, organization_id: int | None, now: datetime) -> bool:
    """Make an account something; False if it already is that."""
    query = select(col(Membership.id)).where(
        col(Membership.account_id) == account_id,
        col(Membership.role) == role,
        col(Membership.organization_id).is_not_distinct_from(organization_id),
        col(Membership.ended_at).is_(None),
    )
    if (await session.execute(query)).first() is not None:
        return False
    session.add(Membership(account_id=account_id, role=role, organization_id=organization_id, since=now))
    await session.flush()
    return True


async def end(session: AsyncSession, membership_id: int, now: datetime) -> bool:
    """End a membership; False if it had ended already. The row stays for the record. Raises LastAdmin."""
    membership = await session.get(Membership, membership_id)
    if membership is None or membership.ended_at is not None:
        return False
    if membership.role == "admin":
        await _another_admin(session, membership.account_id)
    ended = await session.execute(
        update(Membership)
        .where(col(Membership.id) == membership_id, col(Membership.ended_at).is_(None))
        .values(ended_at=now)
        .returning(col(Membership.id))
    )
    return ended.first() is not None


async def admins(session: AsyncSession) -> int:
    """How many accounts are admins now."""
    query = (
        select(func.count()).select_from(Membership).where(col(Membership.role) == "admin", col(Membership.ended_at).is_(None))
    )
    return (await session.execute(query)).scalar_one()


async def _another_admin(session: AsyncSession, account_id: int) -> None:
    """Raises LastAdmin where nobody but this account is one."""
    others = select(col(Membership.id)).where(
        col(Membership.role) == "admin", col(Membership.ended_at).is_(None), col(Membership.account_id) != account_id
    )
    if (await session.execute(others.limit(1))).first() is None:
        raise LastAdmin


async def erase(session: AsyncSession, account_id: int, now: datetime) -> bool:
    """Forget who an account was; False if there is none. Raises LastAdmin.

    What stays is what the organisations reported and the audit chain: both name only the account's row. What goes: its
    id on the platform, its private chat and what was said there, its words in the inbox, its drafts and aliases.
    """
    found = await session.get(Account, account_id)
    if found is None:
        return False
    if any(row.role == "admin" for row in await memberships(session, account_id)):
        await _another_admin(session, account_id)
    current = col(Membership.account_id) == account_id, col(Membership.ended_at).is_(None)
    await session.execute(update(Membership).where(*current).values(ended_at=now))
    await session.execute(delete(Draft).where(col(Draft.account_id) == account_id))
    await session.execute(delete(Alias).where(col(Alias.account_id) == account_id), execution_options=OWN_NAMES)
    said = update(InboundMessage).where(col(InboundMessage.account_id) == account_id)
    await session.execute(said.values(text=None, reply_text=None, file=None))
    private = select(col(Chat.id)).where(col(Chat.account_id) == account_id)
    told = update(OutboundMessage).where(col(OutboundMessage.chat_id).in_(private))
    waiting = told.where(col(OutboundMessage.state).in_(("ready", "held", "claimed")))
    await session.execute(waiting.values(state="skipped", reason="账号信息已删除", settled_at=now))
    await session.execute(told.values(text="", plain="", buttons=[], about={}))
    chat = update(Chat).where(col(Chat.account_id) == account_id)
    await session.execute(chat.values(external=literal("erased:") + cast(Chat.id, String), gone_at=now, webhook=None))
    found.external = f"erased:{account_id}"
    await session.flush()
    return True


def _current() -> Query:
    return (
        select(Membership, col(Organization.code))
        .outerjoin(Organization, col(Organization.id) == col(Membership.organization_id))
        .where(col(Membership.ended_at).is_(None))
        .order_by(func.coalesce(Organization.position, 0), col(Membership.since), col(Membership.id))
    )


async def _rows(session: AsyncSession, query: Query) -> list[MemberRow]:
    return [
        MemberRow(row.id, row.account_id, row.role, code, row.organization_id, row.since)
        for row, code in await session.execute(query)
    ]
