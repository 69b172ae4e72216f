"""Takes a checked roster into the database: adds and updates by code, never deletes, lists what it left alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import calendar, plans
from storage.database.inserting import AnyRow, table_of
from storage.roster import states
from storage.roster.check import Entry, Roster, check
from storage.roster.states import Days, DaysOf, Stands
from storage.roster.words import Standing
from storage.tables import Alias, Organization

FIELDS = ("short_name", "full_name", "kind", "parent_id", "direct", "member_count", "position")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `differences` and `missing` (codes and names) were not applied; all texts in Chinese."""

    added: int
    updated: int
    unchanged: int
    brands: int
    warnings: tuple[str, ...]
    differences: tuple[str, ...]
    missing: tuple[str, ...]


async def known(session: AsyncSession) -> dict[str, str | None]:
    """The codes that the database has, with their parents' codes."""
    rows = (await session.execute(select(col(Organization.id), col(Organization.code), col(Organization.parent_id)))).all()
    codes = {number: code for number, code, _ in rows}
    return {code: codes.get(parent) if parent is not None else None for _, code, parent in rows}


async def load(session: AsyncSession, data: bytes, *, now: datetime, days_of: DaysOf | None = None) -> Imported:
    """Import a roster file's bytes; states count from `now` unless `days_of` says otherwise. `now` in the plan's zone.

    Raises RosterError with every problem, and nothing is changed then.
    """
    return await apply(session, check(data, await known(session)), days_of or await _from(session, now))


async def _from(session: AsyncSession, now: datetime) -> DaysOf:
    """The import's day for everything; returned ones come back after the plan's number of workdays."""
    plan = await plans.in_force(session)
    own = await calendar.load(session)
    rules = plan.rules if plan else plans.Rules()
    days = Days(now, now, now, own.add_workdays(now.date(), rules.return_workdays))
    return lambda entry, standing: days


async def apply(session: AsyncSession, roster: Roster, days_of: DaysOf) -> Imported:
    """Write a checked roster."""
    before = {row.code: row for row in (await session.execute(select(table_of(Organization)))).all()}
    stood = await states.current(session)
    fresh = [entry for entry in roster.entries if entry.code not in before]
    ids = {code: int(row.id) for code, row in before.items()}
    places = {entry.code: place for place, entry in enumerate(roster.entries, 1)}
    await _add(session, fresh, ids, places)
    updated = await _update(session, roster.entries, before, ids, places)
    await _aliases(session, roster.entries, ids)
    without, differences = _unlike(roster.entries, ids, stood)
    brands = await states.seed(session, without, days_of)
    missing = tuple(f"{code} {row.short_name}" for code, row in before.items() if code not in places)
    unchanged = len(roster.entries) - len(fresh) - updated
    return Imported(len(fresh), updated, unchanged, brands, roster.warnings, tuple(differences), missing)


def _values(entry: Entry, ids: Mapping[str, int], places: Mapping[str, int]) -> dict[str, Any]:
    return {
        "short_name": entry.short_name, "full_name": entry.full_name, "kind": entry.kind,
        "parent_id": None if entry.parent is None else ids[entry.parent], "direct": entry.parent is None,
        "member_count": entry.member_count, "position": places[entry.code],
    }  # fmt: skip


async def _add(session: AsyncSession, fresh: Sequence[Entry], ids: dict[str, int], places: Mapping[str, int]) -> None:
    """Insert level by level, parents first; `ids` learns the new rows."""
    waiting = list(fresh)
    while waiting:
        level = [entry for entry in waiting if entry.parent is None or entry.parent in ids]
        rows = [_values(entry, ids, places) | {"code": entry.code} for entry in level]
        await session.execute(table_of(Organization).insert(), rows)
        now_there = (await session.execute(select(col(Organization.code), col(Organization.id)))).all()
        ids.update((code, number) for code, number in now_there)
        waiting = [entry for entry in waiting if entry.code not in ids]


async def _update(
    session: AsyncSession,
    entries: Iterable[Entry],
    before: Mapping[str, AnyRow],
    ids: Mapping[str, int],
    places: Mapping[str, int],
) -> int:
    changed = []
    for entry in entries:
        if (row := before.get(entry.code)) is not None:
            values = _values(entry, ids, places)
            if any(getattr(row, name) != value for name, value in values.items()):
                changed.append({f"new_{name}": value for name, value in values.items()} | {"row": row.id})
    if changed:
        table = table_of(Organization)
        change = update(table).where(table.c.id == bindparam("row")).values({name: bindparam(f"new_{name}") for name in FIELDS})
        await session.execute(change, changed)
    return len(changed)


async def _aliases(session: AsyncSession, entries: Iterable[Entry], ids: Mapping[str, int]) -> None:
    """Add the aliases that are new; those learnt or promoted meanwhile stay."""
    have = select(col(Alias.organization_id), col(Alias.name)).where(col(Alias.account_id).is_(None))
    shared = {(row[0], row[1]) for row in (await session.execute(have)).all()}
    wanted = dict.fromkeys((ids[entry.code], alias) for entry in entries for alias in entry.aliases)
    rows = [
        {"organization_id": owner, "account_id": None, "name": name} for owner, name in wanted if (owner, name) not in shared
    ]
    if rows:
        await session.execute(table_of(Alias).insert(), rows)


def _unlike(
    entries: Iterable[Entry], ids: Mapping[str, int], stood: Mapping[int, Stands]
) -> tuple[list[tuple[int, Entry]], list[str]]:
    """The entries whose states count (no brand yet), and in words those that say something else than the database."""
    without: list[tuple[int, Entry]] = []
    differences: list[str] = []
    for entry in entries:
        now = stood.get(ids[entry.code])
        if entry.standing is None:
            continue
        if now is None or (not now.standing.state and not _settled(now, entry.standing)):
            without.append((ids[entry.code], entry))
        elif now.standing.label() != entry.standing.label():
            differences.append(_differs(entry, "申报状态", now.standing.label(), entry.standing.label()))
        if now is not None and now.standing.state and entry.brand and now.brand != entry.brand:
            differences.append(_differs(entry, "品牌名称", now.brand, entry.brand))
    return without, differences


def _settled(now: Stands, told: Standing) -> bool:
    """Nothing to write: the file names no brand, and repeats or passes over a decision already made."""
    return not told.state and (told.separate is None or told.separate == now.standing.separate)


def _differs(entry: Entry, column: str, now: str, told: str) -> str:
    return f"第{entry.row}行 {entry.short_name}：{column}现为“{now}”，表中为“{told}”，未改动"
