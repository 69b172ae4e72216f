"""Organisations: found by code, with all that stands below them; their names for the directory."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import CTE, ColumnElement, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Alias, Organization
from storage.tables.columns import table_of


@dataclass(frozen=True, slots=True)
class NameRow:
    """An organisation's names as the directory needs them; `parent` is a code."""

    code: str
    short: str
    full: str | None
    aliases: tuple[str, ...]
    parent: str | None


TABLE = table_of(Organization)
BY_CODE = select(*TABLE.c).where(TABLE.c.code == bindparam("wanted"))


async def by_code(session: AsyncSession, code: str) -> Organization | None:
    """The organisation of a roster code. It belongs to no session, and may be kept for as long as the roster's version."""
    row = (await session.execute(BY_CODE, {"wanted": code})).one_or_none()
    return None if row is None else Organization(**row._mapping)


async def by_codes(session: AsyncSession, codes: Collection[str]) -> list[Organization]:
    """The organisations of these codes that exist, in official order."""
    if not codes:
        return []
    query = select(Organization).where(col(Organization.code).in_(codes)).order_by(col(Organization.position))
    return list((await session.execute(query)).scalars())


async def by_id(session: AsyncSession, organization_id: int) -> Organization | None:
    """The organisation of a row id."""
    return await session.get(Organization, organization_id)


async def by_ids(session: AsyncSession, ids: Collection[int]) -> dict[int, Organization]:
    """The organisations of these row ids, by id."""
    if not ids:
        return {}
    rows = (await session.execute(select(Organization).where(col(Organization.id).in_(ids)))).scalars()
    return {row.id: row for row in rows}


async def count(session: AsyncSession) -> int:
    """How many organisations the roster has; ended ones are none."""
    return (
        await session.execute(select(func.count()).select_from(Organization).where(col(Organization.ended_on).is_(None)))
    ).scalar_one()


def below(roots: ColumnElement[bool]) -> CTE:
    """(root, id): each organisation for which the condition holds, with itself and all that stands below it."""
    own = col(Organization.id)
    tree = select(own.label("root"), own).where(roots).cte("below", recursive=True)
    return tree.union(select(tree.c.root, own).join(tree, col(Organization.parent_id) == tree.c.id))


async def subtree_ids(session: AsyncSession, organization_id: int) -> list[int]:
    """The organisation and all that is below it, by row id; itself first."""
    tree = below(col(Organization.id) == organization_id)
    ids = [row for (row,) in await session.execute(select(tree.c.id))]
    return sorted(ids, key=lambda found: (found != organization_id, found))


async def names(session: AsyncSession) -> list[NameRow]:
    """All organisations that have not ended, with their shared names, in official order. Two statements."""
    table, alias = table_of(Organization).c, table_of(Alias).c
    query = select(table.id, table.code, table.short_name, table.full_name, table.parent_id)
    query = query.where(table.ended_on.is_(None)).order_by(table.position)
    rows = (await session.execute(query)).all()
    codes = {row[0]: row[1] for row in rows}
    shared: dict[int, list[str]] = {}
    aliases = select(alias.organization_id, alias.name).where(alias.account_id.is_(None)).order_by(alias.id)
    for owner, name in await session.execute(aliases):
        shared.setdefault(owner, []).append(name)
    return [
        NameRow(code, short, full, tuple(shared.get(row_id, ())), codes.get(parent))
        for row_id, code, short, full, parent in rows
    ]
