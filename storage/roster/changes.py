"""What an import changes, told by kind, and the days that it has to ask for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.database.inserting import AnyRow
from storage.roster.check import Entry
from storage.roster.words import COLUMNS, KIND_NAMES
from storage.tables import Brand, Organization

TITLES = {name: title for name, (title, _, _) in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Changes:
    """Lines in Chinese, in the order of the file. A first import has none: everything is new."""

    added: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def matter(self) -> bool:
        """Whether rights or counts change: who is there, under which name and whom, with which brand."""
        return bool(self.added or self.renamed or self.moved or self.ended or self.states)


def told(entries: Sequence[Entry], before: Mapping[str, AnyRow], ended: Collection[str], stated: Collection[Entry]) -> Changes:
    """The changes of the organisations that were there `before`; `stated`: those that get a brand or a decision."""
    if not before:
        return Changes()
    codes: dict[int, str] = {row.id: code for code, row in before.items()}
    both = [(entry, before[entry.code]) for entry in entries if entry.code in before]
    return Changes(
        tuple(f"{_named(entry)}（{_above(entry.parent)}）" for entry in entries if entry.code not in before),
        tuple(f"{code.code} {row.short_name} → {code.short_name}" for code, row in both if row.short_name != code.short_name),
        tuple(
            f"{_named(entry)}：{_above(codes.get(row.parent_id))} → {_above(entry.parent)}"
            for entry, row in both
            if codes.get(row.parent_id) != entry.parent
        ),
        tuple(f"{_named(entry)}：{entry.ended_on}撤销" for entry in entries if entry.code in ended),
        tuple(f"{_named(entry)}：{entry.standing.label()}" for entry in stated if entry.standing is not None),
        tuple(line for entry, row in both for line in _details(entry, row)),
    )


def _named(entry: Entry) -> str:
    return f"{entry.code} {entry.short_name}"


def _above(parent: str | None) -> str:
    return f"上级 {parent}" if parent is not None else "直属"


def _details(entry: Entry, row: Any) -> list[str]:
    """What changes nobody's rights and no count."""
    pairs = (
        ("党员数", str(row.member_count), str(entry.member_count)),
        ("组织类型", KIND_NAMES[row.kind], KIND_NAMES[entry.kind]),
        ("全称", row.full_name or "空", entry.full_name or "空"),
    )
    return [f"{_named(entry)}：{title} {now} → {then}" for title, now, then in pairs if now != then]


async def undated(session: AsyncSession, entries: Sequence[Entry]) -> tuple[str, ...]:
    """The brands of the file without a day that matters, by what is missing: asked for, never made up. One statement."""
    names = {entry.code: _named(entry) for entry in entries}
    owed = or_(
        and_(col(Brand.state) == "returned", col(Brand.return_due).is_(None)),
        and_(col(Brand.state) == "submitted", col(Brand.submitted_on).is_(None)),
    )
    rows = (
        select(col(Organization.code), col(Brand.state))
        .join(Brand, col(Brand.organization_id) == col(Organization.id))
        .where(owed, col(Organization.ended_on).is_(None), col(Brand.standing) != "branch")
        .order_by(col(Organization.position))
    )
    found: dict[str, list[str]] = {"returned": [], "submitted": []}
    for code, state in await session.execute(rows):
        if code in names:
            found[state].append(names[code])
    asked = {
        "returned": "退回的{n}个没有完善期限，补上之前不提醒，请在“完善期限”列补填：",
        "submitted": "待审的{n}个没有申报日期，请在“申报日期”列补填：",
    }
    return tuple(asked[state].format(n=len(units)) + "、".join(units) for state, units in found.items() if units)
