"""Turns the rows of a roster file into checked entries: every mistake at once, by row and column, nothing half-read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.roster.advice import advice
from storage.roster.sheet import Row, UnreadableSheet, column_letter, read_sheet
from storage.roster.words import COLUMNS, COMMITTEE, DIRECT_LABELS, KINDS, SUBORDINATE_LABELS, Standing, standing

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,29}")
BETWEEN_ALIASES = re.compile(r"[、,，;；/|\s]+")
LONGEST = {"short_name": 60, "full_name": 120, "brand": 40, "brand_type": 30}
HEADER_WITHIN = 10  # rows: a title may stand above the header
MOST_MEMBERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, as it is shown; `row` 0 is the file as a whole."""

    row: int
    column: int
    text: str

    def __str__(self) -> str:
        return self.text


class RosterError(Exception):
    """The file cannot be imported; `problems` are all of them, in the order of the cells."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.row, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One checked row; `parent` is a code, None directly under the committee."""

    row: int
    code: str
    short_name: str
    full_name: str | None
    kind: str
    parent: str | None
    member_count: int
    aliases: tuple[str, ...]
    brand: str
    brand_type: str
    standing: Standing | None  # None: the file has no state column


@dataclass(frozen=True, slots=True)
class Roster:
    """A checked file: entries in official order (the order of the rows), and advice that stops nothing."""

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = field(default=())


class _Header:
    """Which column holds which field."""

    def __init__(self, rows: list[Row]) -> None:
        titles = {other: name for name, (title, others, _) in COLUMNS.items() for other in {title, *others}}
        for place, row in enumerate(rows[:HEADER_WITHIN]):
            cells = [titles.get(re.sub(r"[（(].*$|\s", "", cell)) for cell in row.cells]
            if {"short_name", "kind"} <= set(cells):
                self.row, self.body, self.titles = row.number, rows[place + 1 :], row.cells
                self.at = {name: index for index, name in reversed(list(enumerate(cells))) if name}
                self.twice = sorted({name for name in cells if name and cells.count(name) > 1})
                self.unknown = [title for title, name in zip(row.cells, cells, strict=True) if title and not name]
                return
        wanted = "、".join(title for title, _, required in COLUMNS.values() if required)
        raise RosterError([Problem(0, 0, f"找不到表头：前{HEADER_WITHIN}行中应有一行含有“{wanted}”各列")])

    def problems(self) -> list[Problem]:
        """Columns that are missing or there twice."""
        found = [
            Problem(self.row, 0, f"第{self.row}行：缺少“{title}”列")
            for name, (title, _, required) in COLUMNS.items()
            if required and name not in self.at
        ]
        return found + [Problem(self.row, 0, f"第{self.row}行：“{COLUMNS[name][0]}”列重复") for name in self.twice]


class _Checker:
    def __init__(self, header: _Header, known: Mapping[str, str | None]) -> None:
        self.header = header
        self.known = known  # codes already in the database, with their parents
        self.problems: list[Problem] = []
        self.rows: dict[str, int] = {}

    def cell(self, row: Row, name: str) -> str:
        """The text of a field; empty where the file has no such column."""
        index = self.header.at.get(name)
        return row.cells[index] if index is not None and index < len(row.cells) else ""

    def wrong(self, row: Row, name: str, reason: str) -> None:
        """Note a mistake in a cell."""
        index = self.header.at.get(name, 0)
        title = self.header.titles[index] or COLUMNS[name][0]
        now = self.cell(row, name)
        shown = f"“{now[:30]}{'…' if len(now) > 30 else ''}”" if now else "空"
        reason += "" if reason.startswith("不能为空") else f"，现为{shown}"
        place = f"第{row.number}行“{title}”列（{column_letter(index)}{row.number}）"
        self.problems.append(Problem(row.number, index, f"{place}：{reason}"))

    def line(self, row: Row, name: str, *, required: bool) -> str:
        """A short text."""
        text = self.cell(row, name)
        if not text and required:
            self.wrong(row, name, "不能为空")
        if len(text) > LONGEST[name]:
            self.wrong(row, name, f"应在{LONGEST[name]}字以内")
        return text

    def code(self, row: Row) -> str:
        """The organisation's own code, once in the file."""
        code = self.cell(row, "code")
        if not CODE.fullmatch(code) or code in COMMITTEE:
            self.wrong(row, "code", "应为数字或字母组成的编号，不超过30位，且不是代表工委的00")
        elif code in self.rows:
            self.wrong(row, "code", f"与第{self.rows[code]}行重复")
        self.rows.setdefault(code, row.number)
        return code

    def members(self, row: Row) -> int:
        """A whole number of members."""
        text = self.cell(row, "member_count")
        if not re.fullmatch(r"[0-9]{1,7}", text) or int(text) > MOST_MEMBERS:
            self.wrong(row, "member_count", "应为整数")
            return 0
        return int(text)

    def state(self, row: Row, *, direct: bool) -> Standing | None:
        """What the state column says, with its brand."""
        if "state" not in self.header.at:
            return None
        found = standing(self.cell(row, "state"), direct=direct)
        if found is None:
            labels = DIRECT_LABELS if direct else SUBORDINATE_LABELS
            level = "直属党组织" if direct else "下属党组织"
            self.wrong(row, "state", f"{level}的状态应为{'、'.join(labels)}之一")
        elif found.state and not self.cell(row, "brand"):
            self.wrong(row, "brand", f"状态为“{self.cell(row, 'state')}”时不能为空")
        return found

    def entry(self, row: Row) -> Entry:
        """The checked row, with makeshift values where something is wrong."""
        kind = KINDS.get(self.cell(row, "kind"))
        if kind is None:
            self.wrong(row, "kind", "应为党委、党总支、党支部、联合党支部之一")
        parent = self.cell(row, "parent")
        short_name = self.line(row, "short_name", required=True)
        aliases = dict.fromkeys(alias for alias in BETWEEN_ALIASES.split(self.cell(row, "aliases")) if alias)
        return Entry(
            row=row.number,
            code=self.code(row),
            short_name=short_name,
            full_name=self.line(row, "full_name", required=False) or None,
            kind=kind or "branch",
            parent=None if parent in COMMITTEE else parent,
            member_count=self.members(row),
            aliases=tuple(alias for alias in aliases if alias != short_name),
            brand=self.line(row, "brand", required=False),
            brand_type=self.line(row, "brand_type", required=False),
            standing=self.state(row, direct=parent in COMMITTEE),
        )

    def parents(self, rows: list[Row], entries: list[Entry]) -> None:
        """Every parent exists, and nobody is above themselves."""
        above = dict(self.known) | {entry.code: entry.parent for entry in entries}
        settled: set[str] = set()
        for row, entry in zip(rows, entries, strict=True):
            if entry.parent is None:
                continue
            if entry.parent not in above:
                self.wrong(row, "parent", "没有这个编号的组织")
                continue
            way: dict[str, None] = {}
            at: str | None = entry.code
            while at is not None and at in above and at not in settled and at not in way:
                way[at] = None
                at = above[at]
            if at in way:
                self.wrong(row, "parent", "上下级成环")
            settled.update(way)


def check(data: bytes, known: Mapping[str, str | None] | None = None) -> Roster:
    """Read and check a roster file; `known` are the codes already in the database with their parents.

    Raises RosterError with every problem.
    """
    try:
        header = _Header(read_sheet(data))
    except UnreadableSheet as error:
        raise RosterError([Problem(0, 0, str(error))]) from None
    if problems := header.problems():
        raise RosterError(problems)
    checker = _Checker(header, known or {})
    entries = [checker.entry(row) for row in header.body]
    if not entries:
        checker.problems.append(Problem(header.row, 0, "表头之下没有数据"))
    checker.parents(header.body, entries)
    if checker.problems:
        raise RosterError(checker.problems)
    ignored = [f"不认识“{title}”列，未导入" for title in header.unknown]
    return Roster(tuple(entries), (*ignored, *advice(entries)))
