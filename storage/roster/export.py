"""Writes the roster as a table: the template to fill in, or what the database knows, in the import's own columns."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.database.inserting import table_of
from storage.roster import states
from storage.roster.header import Problem
from storage.roster.sheet import Row
from storage.roster.words import COLUMNS, DIRECT_LABELS, KIND_NAMES, SUBORDINATE_LABELS
from storage.tables import Alias, Brand, Organization

TITLES = tuple("上级id(00=工委)" if name == "parent" else title for name, (title, _, _) in COLUMNS.items())
WIDTHS = (8, 34, 34, 12, 16, 9, 24, 14, 18, 12, 12, 12, 12, 24)
RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program would take for a formula
HELP = (
    "填写说明（导入时只读第一张表）",
    "id：组织的编号，同一组织始终用同一编号；再次导入时按编号更新。",
    "行的先后就是单位序列；上级id填上级组织的编号，直属党组织填00。",
    f"组织类型：{'、'.join(KIND_NAMES.values())}。",
    f"申报状态：直属党组织可填{'、'.join(DIRECT_LABELS)}；下属党组织可填{'、'.join(SUBORDINATE_LABELS)}，没有就空着。",
    "申报日期、审核日期、完善期限（退回的单位重新报送的时限）：填2026-06-30这样的日期；不知道的空着，机器人不会代填。",
    "单位撤销：保留这一行，在撤销日期里填日期。删去一行不等于撤销，组织仍然保留。",
    "不要合并单元格：每行都要填全。",
    "别名：平时的叫法，用“、”分开。全称、品牌名称、品牌类型可以空着。",
    "不要填写姓名、电话和身份证号。",
)


@dataclass(frozen=True, slots=True)
class _Formats:
    head: Any
    text: Any
    quoted: Any
    number: Any
    wrong: Any


async def rows(session: AsyncSession) -> list[list[str | int]]:
    """What the database knows, in official order, in the columns of an import. Five statements."""
    stands = await states.current(session)
    organizations = (await session.execute(select(table_of(Organization)).order_by(col(Organization.position)))).all()
    codes = {row.id: row.code for row in organizations}
    shared = select(col(Alias.organization_id), col(Alias.name)).where(col(Alias.account_id).is_(None)).order_by(col(Alias.id))
    aliases: dict[int, list[str]] = {}
    for owner, name in (await session.execute(shared)).all():
        aliases.setdefault(owner, []).append(name)
    kinds = (await session.execute(select(col(Brand.organization_id), col(Brand.brand_type)))).all()
    types: dict[int, str] = {row[0]: row[1] for row in kinds}
    return [
        [
            row.code, row.short_name, row.full_name or "", KIND_NAMES[row.kind], codes.get(row.parent_id, "00"),
            row.member_count, stands[row.id].brand, types.get(row.id, ""), stands[row.id].standing.label(),
            *(f"{stands[row.id].days[name] or ''}" for name in states.TOLD), f"{row.ended_on or ''}",
            "、".join(aliases.get(row.id, ())),
        ]
        for row in organizations
    ]  # fmt: skip


def as_csv(table: Sequence[Sequence[str | int]]) -> bytes:
    """The table as CSV that Excel opens rightly; what looks like a formula gets an apostrophe, which importing takes off."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(TITLES)
    writer.writerows([f"'{cell}" if str(cell).startswith(RISKY) else cell for cell in row] for row in table)
    return out.getvalue().encode("utf-8-sig")


def _formats(book: Any) -> _Formats:
    return _Formats(
        head=book.add_format({"bold": True, "bg_color": "#F2DCDB", "border": 1, "num_format": "@"}),
        text=book.add_format({"num_format": "@"}),
        quoted=book.add_format({"num_format": "@", "quote_prefix": True}),
        number=book.add_format({"num_format": "0"}),
        wrong=book.add_format({"num_format": "@", "bg_color": "#FFC7CE"}),
    )


def _book(out: io.BytesIO) -> Any:
    return xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def _cell(sheet: Any, line: int, column: int, cell: str | int, formats: _Formats) -> None:
    if isinstance(cell, int):
        sheet.write_number(line, column, cell, formats.number)
    elif cell:
        sheet.write_string(line, column, cell, formats.quoted if cell.startswith(RISKY) else formats.text)


def as_xlsx(table: Sequence[Sequence[str | int]]) -> bytes:
    """The table as a workbook: codes stay text, kinds are chosen from a list, a second sheet says how to fill it in."""
    out = io.BytesIO()
    book = _book(out)
    formats = _formats(book)
    sheet = book.add_worksheet("党组织名册")
    for column, (title, width) in enumerate(zip(TITLES, WIDTHS, strict=True)):
        sheet.set_column(column, column, width, None if title == "党员数" else formats.text)
        sheet.write_string(0, column, title, formats.head)
    sheet.freeze_panes(1, 2)
    lines = max(len(table) + 200, 500)
    sheet.data_validation(1, TITLES.index("组织类型"), lines, TITLES.index("组织类型"), _choice(tuple(KIND_NAMES.values())))
    states_column = TITLES.index("申报状态")
    sheet.data_validation(1, states_column, lines, states_column, _choice((*DIRECT_LABELS, *SUBORDINATE_LABELS)))
    for line, row in enumerate(table, 1):
        for column, cell in enumerate(row):
            _cell(sheet, line, column, cell, formats)
    guide = book.add_worksheet("填写说明")
    guide.set_column(0, 0, 100)
    for line, text in enumerate(HELP):
        guide.write_string(line, 0, text, formats.text)
    book.close()
    return out.getvalue()


def _choice(words: Sequence[str]) -> dict[str, Any]:
    return {"validate": "list", "source": list(words), "error_type": "warning", "error_message": "请从列表中选择"}


def marked(table: Sequence[Row], problems: Sequence[Problem]) -> bytes:
    """The rows as they were read, each wrong cell coloured, with what is wrong in a column of its own."""
    out = io.BytesIO()
    book = _book(out)
    formats = _formats(book)
    sheet = book.add_worksheet("需要修改")
    width = max((len(row.cells) for row in table), default=0)
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(max(problem.row, 1), []).append(problem.text)
    at = {(problem.row, problem.column) for problem in problems if problem.row}
    for row in table:
        for column, cell in enumerate(row.cells):
            if (row.number, column) in at:
                sheet.write_string(row.number - 1, column, cell, formats.wrong)
            else:
                _cell(sheet, row.number - 1, column, cell, formats)
    for number, texts in reasons.items():
        sheet.write_string(number - 1, width, "；".join(texts), formats.wrong)
    sheet.set_column(width, width, 80)
    book.close()
    return out.getvalue()
