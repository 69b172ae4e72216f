"""What is known of an account when it speaks: its memberships in force and the names it has taught the bot."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.tables import Alias, Membership, Organization

MEMBER = table_of(Membership).c
ALIAS = table_of(Alias).c
ORG = table_of(Organization).c
MANY = 200  # names of its own that an account can have in use: the newest


@dataclass(frozen=True, slots=True)
class Speaker:
    """Memberships as (role, organisation's code), and the account's own aliases (name → code)."""

    members: tuple[tuple[str, str | None], ...]
    aliases: dict[str, str]


async def of(session: AsyncSession, account_id: int) -> Speaker:
    """Two statements."""
    members = await session.execute(
        select(MEMBER.role, ORG.code)
        .select_from(Membership)
        .outerjoin(Organization, ORG.id == MEMBER.organization_id)
        .where(MEMBER.account_id == account_id, MEMBER.ended_at.is_(None))
        .order_by(MEMBER.id)
    )
    aliases = await session.execute(
        select(ALIAS.name, ORG.code)
        .select_from(Alias)
        .join(Organization, ORG.id == ALIAS.organization_id)
        .where(ALIAS.account_id == account_id, ORG.ended_on.is_(None))
        .order_by(ALIAS.id.desc())
        .limit(MANY)
    )
    return Speaker(tuple((row.role, row.code) for row in members), {row.name: row.code for row in aliases})
