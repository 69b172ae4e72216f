"""A WeCom group's second way out: its webhook's sealed key, and whom a reminder there has to call."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Account, Chat, Membership


async def sealed(session: AsyncSession, platform: str, external: str) -> str | None:
    """The sealed key of a group's webhook; None where none is set."""
    query = select(col(Chat.webhook)).where(
        col(Chat.platform) == platform, col(Chat.external) == external, col(Chat.webhook).is_not(None)
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def to_call(session: AsyncSession, chat_id: int) -> tuple[str, ...]:
    """The accounts on this group's platform that a reminder calls: the secretaries of the group's organisation."""
    query = (
        select(col(Account.external))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .join(Chat, col(Chat.organization_id) == col(Membership.organization_id))
        .where(
            col(Chat.id) == chat_id,
            col(Account.platform) == col(Chat.platform),
            col(Membership.role) == "secretary",
            col(Membership.ended_at).is_(None),
        )
        .order_by(col(Account.id))
        .distinct()
    )
    return tuple((await session.execute(query)).scalars())


async def groups(session: AsyncSession) -> list[tuple[int, str]]:
    """(row, platform id) of the groups that have a webhook."""
    query = select(col(Chat.id), col(Chat.external)).where(col(Chat.webhook).is_not(None), col(Chat.gone_at).is_(None))
    return [(chat_id, external) for chat_id, external in await session.execute(query.order_by(col(Chat.id)))]
