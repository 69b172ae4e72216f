"""A table file is read within limits of bytes, rows and columns, whatever it claims to be inside."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from storage.roster.limits import LARGEST, MOST_ROWS
from storage.roster.sheet import Row, UnreadableSheet, read_file, read_sheet

TITLES = ["id", "规范简称"]


def workbook(*cells: tuple[int, int, str], blank: int = 0) -> bytes:
    """An .xlsx file with a header, these cells, and as many rows of coloured blanks."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    colour = book.add_format({"bg_color": "#FFFF00"})
    sheet.write_row(0, 0, TITLES)
    for row in range(1, blank + 1):
        for column in range(10):
            sheet.write_blank(row, column, None, colour)
    for row, column, text in cells:
        sheet.write_string(row, column, text)
    book.close()
    return target.getvalue()


def rewritten(data: bytes, part: str, content: bytes) -> bytes:
    """The workbook with another content of one part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*(name for name in old.namelist() if name != part), part]):
            new.writestr(name, content if name == part else old.read(name))
    return target.getvalue()


def lying(data: bytes) -> bytes:
    """The same file, its last directory entry telling a thousandth of the true size."""
    at = data.rindex(b"PK\x01\x02")
    size = int.from_bytes(data[at + 24 : at + 28], "little")
    return data[: at + 24] + (size // 1000).to_bytes(4, "little") + data[at + 28 :]


SHEET = "xl/worksheets/sheet1.xml"
ODD = b"<worksheet><sheetData><row r='1'><x:c s='1' \n r = 'CW1' t='n'> <x:v>1</x:v></x:c></row></sheetData></worksheet>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (workbook((1_048_575, 16_383, "x")), "单元格 XFD1048576 在50000行、100列以外"),
        (workbook((MOST_ROWS, 0, "x")), "单元格 A50001 在50000行、100列以外"),
        (workbook((0, 100, "x")), "单元格 CW1 在50000行、100列以外"),
        (rewritten(workbook(), SHEET, ODD), "单元格 CW1 在50000行、100列以外"),
        (rewritten(workbook(), SHEET, b" " * ((1 << 20) - 40) + ODD), "单元格 CW1 在50000行、100列以外"),
        (rewritten(workbook(), SHEET, b"<worksheet"), "不是可读的表格文件"),
        (workbook()[:-30], "不是可读的表格文件"),
        (b"PK\x03\x04" + b"\x00" * 100, "不是可读的表格文件"),
        (b"id\n" * (MOST_ROWS + 1), "第50001行 在50000行、100列以外"),
        (b"id" + b"," * 100 + b"x\n", "第1行 在50000行、100列以外"),
    ],
    ids=[
        "far corner", "far row", "far column", "odd spelling", "over a chunk's end", "torn sheet", "torn file",
        "no zip", "long csv", "wide csv",
    ],
)  # fmt: skip
def test_what_is_too_large_or_no_table_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableSheet) as refused:
        read_sheet(data)
    assert str(refused.value).startswith(said)


def test_what_would_come_out_of_a_file_counts_whatever_the_file_says() -> None:
    bomb = rewritten(workbook(), "xl/zzz.xml", b" " * (LARGEST + 1))
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableSheet, match="表格解压后超过64MB"):
        read_sheet(bomb)
    with pytest.raises(UnreadableSheet, match="不是可读的表格文件"):
        read_sheet(lying(bomb))
    with pytest.raises(UnreadableSheet, match="文件超过64MB"):
        read_sheet(b" " * (LARGEST + 1))


def test_other_kinds_of_zip_are_told_how_to_be_saved() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("content.xml", "<x/>")
    with pytest.raises(UnreadableSheet, match=r"请另存为 \.xlsx 或 CSV"):
        read_sheet(target.getvalue())


def test_blank_rows_that_are_only_coloured_are_nothing() -> None:
    assert [row.cells for row in read_sheet(workbook(blank=10_000))] == [tuple(TITLES)]
    gbk = ("id,规范简称\n" + ",\n" * 10_000 + "01,甲支部\n").encode("gbk")
    assert read_sheet(gbk) == [Row(1, ("id", "规范简称")), Row(10_002, ("01", "甲支部"))]


def test_a_far_cell_costs_no_memory() -> None:
    data = workbook((1_048_575, 16_383, "x"))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSheet):
            read_sheet(data)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_no_more_of_a_file_is_read_than_a_roster_may_have(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as opened:
        opened.truncate(200 * 1024 * 1024)
    with pytest.raises(UnreadableSheet, match="文件超过64MB"):
        read_file(file)
