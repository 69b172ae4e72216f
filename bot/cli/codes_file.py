"""The spreadsheet with one invitation code an organisation: for its writer's eyes only, and never a formula."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

HEADINGS = ("编号", "规范简称", "身份", "邀请码", "有效期至")
WIDTHS = (10, 32, 8, 32, 18)
FORMULA = re.compile(r"^[=+\-@\t\r]")


def write(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Write the table with mode 0600; every cell is text. Raises OSError."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        file.chmod(0o600)  # one that was there already
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("邀请码")
        bold = book.add_format({"bold": True})
        for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, safe(cell))
        sheet.freeze_panes(1, 0)
        book.close()


def safe(cell: str) -> str:
    """A cell that stays text when the table is saved as CSV and opened again."""
    return f"'{cell}" if FORMULA.match(cell) else cell
