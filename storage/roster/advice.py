"""Advice about a roster: sizes that do not fit the kind, names that are the same or nearly so. It stops nothing."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Protocol

from storage.roster.words import KIND_NAMES, Standing

GENERIC = re.compile(r"(联合)?(机关)?(党委|党总支|总支|党支部|支部)?(委员会)?$")
BRAND_NOISE = re.compile(r"[\W_]+")
SMALLEST_BRANCH, SMALLEST_GENERAL, SMALLEST_COMMITTEE = 3, 50, 100
LARGEST_BRANCH = 50


class Listed(Protocol):
    """What is looked at of an entry."""

    @property
    def row(self) -> int: ...
    @property
    def short_name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def member_count(self) -> int: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def brand(self) -> str: ...
    @property
    def standing(self) -> Standing | None: ...
    @property
    def return_due(self) -> date | None: ...


def fitting_kind(members: int) -> tuple[str, ...]:
    """The kinds that the party's rules mean for this many members."""
    if members < SMALLEST_GENERAL:
        return ("branch", "joint_branch")
    return ("general_branch",) if members < SMALLEST_COMMITTEE else ("party_committee",)


def _sizes(entries: Sequence[Listed]) -> Iterator[str]:
    for entry in entries:
        if entry.kind in {"branch", "joint_branch"} and entry.member_count < SMALLEST_BRANCH:
            yield f"第{entry.row}行：“{entry.short_name}”党员{entry.member_count}人，不足{SMALLEST_BRANCH}人一般不单独成立支部"
        elif entry.kind in {"branch", "joint_branch"} and entry.member_count > LARGEST_BRANCH:
            limit = f"党支部一般不超过{LARGEST_BRANCH}人，请核对组织类型"
            yield f"第{entry.row}行：“{entry.short_name}”党员{entry.member_count}人，{limit}"
        elif entry.kind not in fitting_kind(entry.member_count):
            usual = KIND_NAMES[fitting_kind(entry.member_count)[0]]
            yield f"第{entry.row}行：“{entry.short_name}”为{KIND_NAMES[entry.kind]}，党员{entry.member_count}人，一般设{usual}"


def _same(entries: Sequence[Listed], what: str, core: Callable[[Listed], object]) -> Iterator[str]:
    groups: dict[object, list[Listed]] = {}
    for entry in entries:
        if found := core(entry):
            groups.setdefault(found, []).append(entry)
    for group in groups.values():
        if len(group) > 1:
            rows = "、".join(str(entry.row) for entry in group[:10])
            yield f"第{rows}行：{what}，请核对"


def _name(entry: Listed) -> object:
    return (entry.parent, GENERIC.sub("", entry.short_name) or entry.short_name)


def _aliases(entries: Sequence[Listed]) -> Iterator[str]:
    owners: dict[str, list[Listed]] = {}
    for entry in entries:
        for name in {entry.short_name, *entry.aliases}:
            owners.setdefault(name, []).append(entry)
    for name, group in owners.items():
        if len(group) > 1:
            rows = "、".join(str(entry.row) for entry in group[:10])
            yield f"第{rows}行：都叫“{name}”，机器人会反问是哪一个"


def advice(entries: Sequence[Listed]) -> list[str]:
    """Everything worth a second look, in Chinese."""
    unused = (
        f"第{entry.row}行：状态为“{entry.standing.label()}”，品牌名称“{entry.brand}”未导入"
        for entry in entries
        if entry.brand and entry.standing is not None and not entry.standing.state
    )
    early = (
        f"第{entry.row}行：状态不是“退回”，完善期限未导入"
        for entry in entries
        if entry.return_due is not None and (entry.standing is None or entry.standing.state != "returned")
    )
    return [
        *_sizes(entries),
        *_same(entries, "同一上级下名称相同或只差组织类型", _name),
        *_aliases(entries),
        *_same(entries, "品牌名称相同", lambda entry: BRAND_NOISE.sub("", entry.brand)),
        *unused,
        *early,
    ]
