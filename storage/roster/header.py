"""Finds the header of a roster file, and says what it lacks."""

import re
from dataclasses import dataclass

from storage.roster.sheet import Row
from storage.roster.words import COLUMNS

HEADER_WITHIN = 10  # rows: a title may stand above the header


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


class Header:
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
