"""Reads a table file into rows of text: CSV in UTF-8 or GBK, and the workbooks that Excel and WPS save."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.roster.limits import LARGEST, MOST_COLUMNS, MOST_MERGED, MOST_ROWS, UnreadableSheet, beyond

__all__ = ["Row", "UnreadableSheet", "column_letter", "read_file", "read_sheet"]

WIDEST_CELL = 2000  # characters; nothing in a roster is longer
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
BLANK = re.compile(r"[\t\r\n\u3000\u00a0]+")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
ESCAPED = re.compile(r"^'(?=[=+\-@])")  # how a formula-safe export writes text that looks like a formula


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is what the spreadsheet program shows beside it.

    By index: `numbers` were stored as numbers and not as text; `merged` lie under a merged cell and show nothing of their own.
    """

    number: int
    cells: tuple[str, ...]
    numbers: frozenset[int] = frozenset()
    merged: frozenset[int] = frozenset()


def read_file(file: Path) -> bytes:
    """A file's bytes, no more of them than a roster may have. Raises OSError, UnreadableSheet."""
    with file.open("rb") as opened:
        return _small_enough(opened.read(LARGEST + 1))


def read_sheet(data: bytes) -> list[Row]:
    """The rows that hold anything, as text without control characters. Raises UnreadableSheet."""
    _small_enough(data)
    table: Iterable[Sequence[object]]
    if data[:4] in {ZIP, OLE}:
        from storage.roster import workbook  # its library is large, and a CSV needs none

        table, ranges = workbook.first_sheet(data)
        merged = _covered(ranges)
    else:
        table, merged = _csv(data), {}
    rows = (_row(number, cells, merged.get(number, frozenset())) for number, cells in enumerate(table, 1))
    return [row for row in rows if any(row.cells)]


def _small_enough(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise UnreadableSheet(f"文件超过{LARGEST // 1024 // 1024}MB")
    return data


def _row(number: int, cells: Sequence[object], merged: frozenset[int]) -> Row:
    counted = (index for index, cell in enumerate(cells) if isinstance(cell, int | float) and not isinstance(cell, bool))
    return Row(number, tuple(_clean(cell) for cell in cells), frozenset(counted), merged)


def _covered(ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> dict[int, frozenset[int]]:
    """Row number → the columns that lie under a merged cell which begins in a row above."""
    covered: dict[int, set[int]] = {}
    left_over = MOST_MERGED
    for (top, left), (bottom, right) in ranges:
        left_over -= max(min(bottom, MOST_ROWS) - top, 1)
        if left_over < 0:
            raise UnreadableSheet("合并单元格太多，请取消合并")
        for row in range(top + 1, min(bottom, MOST_ROWS) + 1):
            covered.setdefault(row + 1, set()).update(range(left, min(right, MOST_COLUMNS) + 1))
    return {row: frozenset(columns) for row, columns in covered.items()}


def column_letter(index: int) -> str:
    """A column as spreadsheet programs call it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _clean(cell: object) -> str:
    text = _as_text(cell)
    if not text.isprintable():
        text = INVISIBLE.sub("", BLANK.sub(" ", text))
    return ESCAPED.sub("", text.strip())[:WIDEST_CELL]


def _as_text(cell: object) -> str:
    """A cell as it is shown: whole numbers without a decimal point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _decoded(data: bytes) -> str:
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet("文件编码无法识别，请另存为 UTF-8 或 GBK 编码的 CSV")


def _csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    if text[:1] == "\x00" or text.count("\x00") > len(text) // 10:
        raise UnreadableSheet("不是可读的表格文件")
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter):
            if len(rows) >= MOST_ROWS or any(row[MOST_COLUMNS:]):
                raise UnreadableSheet(beyond(f"第{len(rows) + 1}行"))
            rows.append(row[:MOST_COLUMNS])
    except csv.Error as error:
        raise UnreadableSheet(f"不是可读的CSV文件（{error}）") from None
    return rows
