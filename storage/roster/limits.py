"""How large a roster's file may be, outside and inside."""

LARGEST = 64 * 1024 * 1024
"""Bytes: of the file, and of what comes out of it."""
MOST_ROWS, MOST_COLUMNS, MOST_MERGED = 50_000, 100, 500_000


class UnreadableSheet(Exception):
    """The file is no table, and why (in Chinese)."""


def beyond(what: str) -> str:
    """What lies too far out."""
    return f"{what} 在{MOST_ROWS}行、{MOST_COLUMNS}列以外：请删去名册以外的内容再导入（Ctrl+End 可跳到最远的单元格）"
