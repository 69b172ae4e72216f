"""Opens an Excel workbook's first sheet, after a look at how much would come out of the file."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import python_calamine

from storage.roster.limits import LARGEST, MOST_COLUMNS, MOST_ROWS, UnreadableSheet, beyond

CHUNK = 1 << 20
LONGEST_CELL = 4096  # bytes of a cell's opening tag: no tag is cut at the end of a chunk
FILLED = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]{0,200}?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]{0,200}(?<!/)>\s{0,20}<(?!/)"""
)
"""A cell that holds something, as every program writes it: blank ones that are only coloured or framed are no data."""
BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""What zipfile raises of an archive that is cut off, damaged, under a password, or packed in a way that it does not know."""


def first_sheet(data: bytes) -> tuple[list[list[Any]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    """The rows from A1 on, and the merged ranges ((row, column), (row, column)) from 0. Raises UnreadableSheet."""
    if data.startswith(b"PK"):
        _look(data)
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except python_calamine.PasswordError:
        raise UnreadableSheet("表格设有密码，请去掉密码后再导入") from None
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise UnreadableSheet(f"不是可读的表格文件（{error}）") from None
    if sheet.end is not None and (sheet.end[0] >= MOST_ROWS or sheet.end[1] >= MOST_COLUMNS):
        raise UnreadableSheet(beyond("最右下的单元格"))
    return sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []


def _look(data: bytes) -> None:
    """Every part is unpacked once, in pieces that are thrown away: its true size counts, and how far its cells reach."""
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            if "xl/workbook.xml" not in book.namelist():
                raise UnreadableSheet("不是可读的表格文件，请另存为 .xlsx 或 CSV")
            for part in book.infolist():
                sheet = part.filename.startswith("xl/worksheets/")
                for piece in _pieces(book, part):
                    left -= len(piece) - (LONGEST_CELL if sheet else 0)
                    if left < 0:
                        raise UnreadableSheet(f"表格解压后超过{LARGEST // 1024 // 1024}MB")
                    if sheet:
                        _near(piece)
    except BROKEN as error:
        raise UnreadableSheet(f"不是可读的表格文件（{error}）") from None


def _pieces(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes, each piece with the end of the one before it."""
    before = b" " * LONGEST_CELL
    with book.open(part) as content:
        while piece := content.read(CHUNK):
            yield before + piece
            before = (before + piece)[-LONGEST_CELL:]


def _near(piece: bytes) -> None:
    for letters, number in FILLED.findall(piece):
        if len(letters) == 3 or _column(letters) > MOST_COLUMNS or int(number) > MOST_ROWS:
            raise UnreadableSheet(beyond(f"单元格 {letters.decode()}{number.decode()}"))


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return column
