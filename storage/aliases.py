"""Names beside the formal ones: what one account calls an organisation, and what everybody may call it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unknown_words
from storage.database.inserting import add_missing, new_rows, table_of
from storage.database.versions import OWN_NAMES
from storage.tables import Alias, Organization

ALIAS, ORG = table_of(Alias).c, table_of(Organization).c


@dataclass(frozen=True, slots=True)
class Learned:
    """A name that accounts have taught the bot for themselves: how many of them, not which."""

    name: str
    code: str
    organization: str
    accounts: int


async def learn(session: AsyncSession, account_id: int, organization_id: int, name: str) -> None:
    """From now on this account means this organisation by the name, whatever it meant before."""
    statement = new_rows(session, Alias).values(account_id=account_id, organization_id=organization_id, name=name)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "name"],
            index_where=ALIAS.account_id.is_not(None),
            set_={"organization_id": organization_id},
        ),
        execution_options=OWN_NAMES,
    )


async def own(session: AsyncSession, account_id: int) -> list[tuple[str, str]]:
    """(name, organisation's short name) of what the account has taught, in the order it was taught."""
    statement = select(ALIAS.name, ORG.short_name).join_from(Alias, Organization, ORG.id == ALIAS.organization_id)
    rows = await session.execute(statement.where(ALIAS.account_id == account_id).order_by(ALIAS.id))
    return [(row.name, row.short_name) for row in rows]


async def forget(session: AsyncSession, account_id: int, name: str) -> bool:
    """The account no longer means anything by the name; False if it did not."""
    gone = delete(table_of(Alias)).where(ALIAS.account_id == account_id, ALIAS.name == name)
    return (await session.execute(gone.returning(ALIAS.id), execution_options=OWN_NAMES)).first() is not None


async def learned(session: AsyncSession, *, name: str | None = None, limit: int = 20) -> list[Learned]:
    """What accounts have taught and is not yet everybody's, the most used first; of one name, if given."""
    shared = table_of(Alias).alias("shared")
    known = select(shared.c.id).where(
        shared.c.account_id.is_(None), shared.c.name == ALIAS.name, shared.c.organization_id == ALIAS.organization_id
    )
    accounts = func.count().label("accounts")
    statement = (
        select(ALIAS.name, ORG.code, ORG.short_name, accounts)
        .join_from(Alias, Organization, ORG.id == ALIAS.organization_id)
        .where(ALIAS.account_id.is_not(None), ~known.exists())
        .group_by(ALIAS.name, ORG.code, ORG.short_name, ORG.position)
        .order_by(accounts.desc(), ORG.position, ALIAS.name)
        .limit(limit)
    )
    if name is not None:
        statement = statement.where(ALIAS.name == name)
    return [Learned(row.name, row.code, row.short_name, row.accounts) for row in await session.execute(statement)]


async def share(session: AsyncSession, organization_id: int, name: str) -> None:
    """Everybody may call the organisation this; the word is unknown no longer."""
    await add_missing(session, Alias, [{"organization_id": organization_id, "account_id": None, "name": name}])
    await unknown_words.drop(session, name)


async def unshare(session: AsyncSession, names: Collection[str]) -> list[int]:
    """Only those who taught it for themselves call an organisation this any more; the rows of the organisations."""
    gone = delete(table_of(Alias)).where(ALIAS.account_id.is_(None), ALIAS.name.in_(names))
    return list((await session.execute(gone.returning(ALIAS.organization_id))).scalars())
