"""Reads a table file into rows of text: CSV in UTF-8 or GBK, and whatever Excel and WPS save."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import python_calamine

LARGEST_FILE = 64 * 1024 * 1024
MOST_CELLS = 8_000_000
WIDEST_CELL = 2000  # characters; nothing in a roster is longer
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
BLANK = re.compile(r"[\t\r\n\u3000\u00a0]+")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
ESCAPED = re.compile(r"^'(?=[=+\-@])")  # how a formula-safe export writes text that looks like a formula


class UnreadableSheet(Exception):
    """The file is no table, and why (in Chinese)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is what the spreadsheet program shows beside it."""

    number: int
    cells: tuple[str, ...]


def read_sheet(data: bytes) -> list[Row]:
    """The rows that hold anything, as text without control characters. Raises UnreadableSheet."""
    if len(data) > LARGEST_FILE:
        raise UnreadableSheet(f"文件超过{LARGEST_FILE // 1024 // 1024}MB")
    table: Iterable[Sequence[object]] = _workbook(data) if data[:4] in {ZIP, OLE} else _csv(data)
    rows = (Row(number, tuple(_clean(cell) for cell in cells)) for number, cells in enumerate(table, 1))
    return [row for row in rows if any(row.cells)]


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


def _workbook(data: bytes) -> Iterable[Sequence[object]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
    except python_calamine.PasswordError:
        raise UnreadableSheet("表格设有密码，请去掉密码后再导入") from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableSheet(f"不是可读的表格文件（{error}）") from None
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise UnreadableSheet("表格范围过大，请删去数据以外的空行空列")
    return sheet.to_python(skip_empty_area=False)


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
    try:
        return list(csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableSheet(f"不是可读的CSV文件（{error}）") from None
