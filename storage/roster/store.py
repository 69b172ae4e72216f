"""Takes a checked roster into the database: adds, updates and ends by code, never deletes, tells what it did and left alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.database.inserting import AnyRow, table_of
from storage.roster import changes, ending, states
from storage.roster.changes import Changes
from storage.roster.check import Entry, Known, Roster, check
from storage.roster.states import DaysOf, Stands
from storage.roster.words import Standing
from storage.tables import Alias, Organization

FIELDS = ("short_name", "full_name", "kind", "parent_id", "direct", "member_count", "position")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; all texts in Chinese. `differences` and `missing` were not applied, `undated` days are asked for."""

    added: int
    updated: int
    unchanged: int
    brands: int
    changes: Changes
    doubts: tuple[str, ...]
    warnings: tuple[str, ...]
    differences: tuple[str, ...]
    missing: tuple[str, ...]
    undated: tuple[str, ...]

    @property
    def needs_word(self) -> bool:
        """Whether somebody has to agree: to what is doubtful, or to rights or counts that change in a roster that was there."""
        return bool(self.doubts) or self.changes.matter


async def known(session: AsyncSession) -> dict[str, Known]:
    """The organisations that the database has, by code."""
    table = table_of(Organization).c
    rows = (await session.execute(select(table.id, table.code, table.short_name, table.parent_id))).all()
    codes = {row.id: row.code for row in rows}
    return {row.code: Known(row.short_name, codes.get(row.parent_id)) for row in rows}


async def load(session: AsyncSession, data: bytes, *, now: datetime, days_of: DaysOf | None = None) -> Imported:
    """Import a roster file's bytes; states stand as at `now`, without a step, unless `days_of` tells how they came about.

    Raises RosterError with every problem, and nothing is changed then.
    """
    return await apply(session, check(data, await known(session)), now, days_of)


async def apply(session: AsyncSession, roster: Roster, now: datetime, days_of: DaysOf | None = None) -> Imported:
    """Write a checked roster."""
    before = {row.code: row for row in (await session.execute(select(table_of(Organization)))).all()}
    stood = await states.current(session)
    entries = [entry for entry in roster.entries if entry.ended_on is None or entry.code in before]
    fresh = [entry for entry in entries if entry.code not in before]
    ids = {code: int(row.id) for code, row in before.items()}
    places = {entry.code: place for place, entry in enumerate(roster.entries, 1)}
    await _add(session, fresh, ids, places)
    updated = await _update(session, entries, before, ids, places)
    ended = await ending.end(session, entries, before, now)
    await _aliases(session, entries, ids)
    without, undated, differences = _unlike(entries, ids, stood)
    brands = await states.seed(session, without, now, days_of)
    await states.fill(session, undated, now)
    told = changes.told(entries, before, ended, [entry for _, entry in without if before.get(entry.code) is not None])
    missing = tuple(f"{code} {row.short_name}" for code, row in before.items() if code not in places and row.ended_on is None)
    asked = () if days_of else await changes.undated(session, entries)
    unchanged = len(entries) - len(fresh) - updated
    return Imported(
        len(fresh), updated, unchanged, brands, told, roster.doubts, roster.warnings, tuple(differences), missing, asked
    )


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


Rows = list[tuple[int, Entry]]


def _unlike(entries: Iterable[Entry], ids: Mapping[str, int], stood: Mapping[int, Stands]) -> tuple[Rows, Rows, list[str]]:
    """The entries whose states count (no brand yet); those that tell a day not known so far; what differs, in words."""
    without: Rows = []
    undated: Rows = []
    differences: list[str] = []
    for entry in entries:
        row = ids[entry.code]
        now = stood.get(row)
        if entry.standing is None or entry.ended_on is not None:
            continue
        if now is None or (not now.standing.state and not _settled(now, entry.standing)):
            without.append((row, entry))
        elif now.standing.label() != entry.standing.label():
            differences.append(_differs(entry, "申报状态", now.standing.label(), entry.standing.label()))
        if now is None or not now.standing.state:
            continue
        if entry.brand and now.brand != entry.brand:
            differences.append(_differs(entry, "品牌名称", now.brand, entry.brand))
        if now.standing.label() == entry.standing.label():
            days = [
                (name, getattr(entry, name), now.days[name])
                for name, states_of in states.TOLD.items()
                if now.standing.state in states_of
            ]
            if any(day and known is None for _, day, known in days):
                undated.append((row, entry))
            differences += [
                _differs(entry, changes.TITLES[name], f"{known}", f"{day}")
                for name, day, known in days
                if day and known not in (None, day)
            ]
    return without, undated, differences


def _settled(now: Stands, told: Standing) -> bool:
    """Nothing to write: the file names no brand, and repeats or passes over a decision already made."""
    return not told.state and (told.separate is None or told.separate == now.standing.separate)


def _differs(entry: Entry, column: str, now: str, told: str) -> str:
    return f"第{entry.row}行 {entry.short_name}：{column}现为“{now}”，表中为“{told}”，未改动"
