"""Turns the rows of a roster file into checked entries: every mistake at once, by row and column, nothing half-read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from storage.roster.advice import advice
from storage.roster.header import Header, Problem, RosterError
from storage.roster.keys import Alike, spoilt
from storage.roster.sheet import Row, UnreadableSheet, column_letter, read_sheet
from storage.roster.words import COLUMNS, COMMITTEE, DIRECT_LABELS, KINDS, SUBORDINATE_LABELS, Standing, standing

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,29}")
BETWEEN_ALIASES = re.compile(r"[、,，;；/|\s]+")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
LONGEST = {"short_name": 60, "full_name": 120, "brand": 40, "brand_type": 30}
MOST_MEMBERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation that the database has; `parent` is a code."""

    short_name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One checked row; `parent` is a code, None directly under the committee; a day that the file doesn't tell is None."""

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
    submitted_on: date | None = None
    decided_on: date | None = None  # approved or returned
    return_due: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A checked file: entries in official order (the order of the rows), advice that stops nothing, and what to confirm."""

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = field(default=())
    doubts: tuple[str, ...] = field(default=())


class _Checker:
    def __init__(self, header: Header, known: Mapping[str, Known]) -> None:
        self.header = header
        self.known = known  # by code
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self.at: set[tuple[int, int]] = set()  # cells that were complained of: one thing is said of each
        self.rows: dict[str, int] = {}

    def cell(self, row: Row, name: str) -> str:
        """The text of a field; empty where the file has no such column."""
        index = self.header.at.get(name)
        return row.cells[index] if index is not None and index < len(row.cells) else ""

    def wrong(self, row: Row, name: str, reason: str) -> None:
        """Note a mistake in a cell."""
        index = self.header.at.get(name, 0)
        if (row.number, index) in self.at:
            return
        self.at.add((row.number, index))
        now = self.cell(row, name)
        shown = f"“{now[:30]}{'…' if len(now) > 30 else ''}”" if now else "空"
        reason += "" if not now and reason.startswith(("不能为空", "在合并单元格下")) else f"，现为{shown}"
        self.problems.append(Problem(row.number, index, f"{self.place(row, name)}：{reason}"))

    def place(self, row: Row, name: str) -> str:
        """Where a cell is, as it is shown."""
        index = self.header.at.get(name, 0)
        return f"第{row.number}行“{self.header.titles[index] or COLUMNS[name][0]}”列（{column_letter(index)}{row.number}）"

    def ask(self, row: Row, name: str, question: str) -> None:
        """Note what is taken as meant only when somebody says so."""
        self.doubts.append(Problem(row.number, self.header.at.get(name, 0), f"{self.place(row, name)}：{question}"))

    def hidden(self, row: Row) -> None:
        """Nothing is read out of a cell that lies under a merged one."""
        for name, index in self.header.at.items():
            if index in row.merged:
                self.wrong(row, name, "在合并单元格下，请取消合并，每行都填")

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
        if reason := self.spoilt(row, "code"):
            self.wrong(row, "code", reason)
        elif not CODE.fullmatch(code) or code in COMMITTEE:
            self.wrong(row, "code", "应为数字或字母组成的编号，不超过30位，且不是代表工委的00")
        elif code in self.rows:
            self.wrong(row, "code", f"与第{self.rows[code]}行重复")
        self.rows.setdefault(code, row.number)
        return code

    def spoilt(self, row: Row, name: str) -> str | None:
        """Whether a spreadsheet program has made something else of a code."""
        reason = spoilt(self.cell(row, name), number=self.header.at.get(name, -1) in row.numbers)
        return reason and f"{reason}，请把这一列设为文本后重填"

    def parent(self, row: Row) -> str:
        """The code above; an empty cell says nothing, since a merged one looks the same in a CSV."""
        text = self.cell(row, "parent")
        if not text:
            self.wrong(row, "parent", "不能为空：直属党组织填00，其余填上级的编号（原来是合并单元格的，每行都填）")
        elif reason := self.spoilt(row, "parent"):
            self.wrong(row, "parent", reason)
        return text

    def day(self, row: Row, name: str) -> date | None:
        """A day, where the file tells it."""
        text = self.cell(row, name)
        try:
            found = DAY.fullmatch(text)
            day = date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if text and day is None:
            self.wrong(row, name, "应为日期，如 2026-06-30")
        return day

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
        self.hidden(row)
        kind = KINDS.get(self.cell(row, "kind"))
        if kind is None:
            self.wrong(row, "kind", "应为党委、党总支、党支部、联合党支部之一")
        parent = self.parent(row)
        above = None if parent in COMMITTEE or not parent else parent
        short_name = self.line(row, "short_name", required=True)
        aliases = dict.fromkeys(alias for alias in BETWEEN_ALIASES.split(self.cell(row, "aliases")) if alias)
        return Entry(
            row=row.number,
            code=self.code(row),
            short_name=short_name,
            full_name=self.line(row, "full_name", required=False) or None,
            kind=kind or "branch",
            parent=above,
            member_count=self.members(row),
            aliases=tuple(alias for alias in aliases if alias != short_name),
            brand=self.line(row, "brand", required=False),
            brand_type=self.line(row, "brand_type", required=False),
            standing=self.state(row, direct=above is None),
            submitted_on=self.day(row, "submitted_on"),
            decided_on=self.day(row, "decided_on"),
            return_due=self.day(row, "return_due"),
            ended_on=self.day(row, "ended_on"),
        )

    def codes(self, rows: Sequence[Row], entries: Sequence[Entry]) -> None:
        """No code is another one that has lost its zeros."""
        alike = Alike([*self.known, *self.rows])
        for row, entry in zip(rows, entries, strict=True):
            for other in alike.others(entry.code) if entry.code not in self.known else ():
                name = self.known[other].short_name if other in self.known else f"第{self.rows[other]}行"
                self.wrong(row, "code", f"是不是“{other}”（{name}），丢了前面的0？确是另一个组织的，请换一个编号")

    def names(self, rows: Sequence[Row], entries: Sequence[Entry]) -> None:
        """A name that stands under another code already may be the same organisation, or the rows have slipped."""
        holders: dict[str, list[str]] = {}
        for code, known in self.known.items():
            holders.setdefault(known.short_name, []).append(code)
        twins: dict[tuple[str | None, str], int] = {}
        for row, entry in zip(rows, entries, strict=True):
            before = self.known.get(entry.code)
            twin = twins.setdefault((entry.parent, entry.short_name), row.number)
            if before is not None and before.short_name == entry.short_name:
                continue
            for other in holders.get(entry.short_name, ()):
                question = f"“{entry.short_name}”在名册里的编号是 {other}，这里是 {entry.code}，是不是同一个组织？"
                self.ask(row, "short_name", f"{question}是则改回 {other}")
            if twin != row.number and entry.short_name not in holders:
                self.ask(row, "short_name", f"与第{twin}行同一上级、同名，是不是同一个组织？是则删去一行")

    def parents(self, rows: Sequence[Row], entries: Sequence[Entry]) -> None:
        """Every parent exists, and nobody is above themselves."""
        above = {code: known.parent for code, known in self.known.items()} | {entry.code: entry.parent for entry in entries}
        alike = Alike(above)
        ended = {entry.code for entry in entries if entry.ended_on is not None}
        settled: set[str] = set()
        for row, entry in zip(rows, entries, strict=True):
            if entry.parent is None:
                continue
            if entry.parent not in above:
                near = "、".join(f"“{other}”" for other in alike.others(entry.parent))
                self.wrong(row, "parent", "没有这个编号的组织" + (f"，是不是{near}" if near else ""))
                continue
            if entry.parent in ended and entry.code not in ended:
                self.wrong(row, "parent", "这个上级在表中已撤销")
            way: dict[str, None] = {}
            at: str | None = entry.code
            while at is not None and at in above and at not in settled and at not in way:
                way[at] = None
                at = above[at]
            if at in way:
                self.wrong(row, "parent", "上下级成环")
            settled.update(way)


def check(data: bytes, known: Mapping[str, Known] | None = None) -> Roster:
    """Read and check a roster file; `known` are the organisations already in the database, by code.

    Raises RosterError with every problem.
    """
    try:
        header = Header(read_sheet(data))
    except UnreadableSheet as error:
        raise RosterError([Problem(0, 0, str(error))]) from None
    if problems := header.problems():
        raise RosterError(problems)
    checker = _Checker(header, known or {})
    entries = [checker.entry(row) for row in header.body]
    if not entries:
        checker.problems.append(Problem(header.row, 0, "表头之下没有数据"))
    checker.codes(header.body, entries)
    checker.parents(header.body, entries)
    if checker.problems:
        raise RosterError(checker.problems)
    checker.names(header.body, entries)
    ignored = [f"不认识“{title}”列，未导入" for title in header.unknown]
    return Roster(tuple(entries), (*ignored, *advice(entries)), tuple(map(str, checker.doubts)))
