"""Cuts a WeCom text that the webhook cannot carry at once: at paragraph ends, a table with its header again."""

import re
from collections.abc import Iterator

_RULE = re.compile(r"\|?(\s*:?-{3,}:?\s*\|)+\s*(:?-{3,}:?\s*)?")
_SENTENCE = re.compile(r"(?<=[。；！？])")


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` UTF-8 bytes; nothing is left out."""
    pieces: list[str] = []
    standing = ""
    for block in _blocks(text, limit):
        joined = f"{standing}\n\n{block}" if standing else block
        if _size(joined) <= limit:
            standing = joined
        else:
            pieces.append(standing)
            standing = block
    return [piece for piece in (*pieces, standing) if piece.strip()]


def has_table(text: str) -> bool:
    """Whether the text needs markdown_v2."""
    lines = text.splitlines()
    return any(_is_table(lines[place : place + 2]) for place in range(len(lines) - 1))


def _blocks(text: str, limit: int) -> Iterator[str]:
    for paragraph in re.split(r"\n[ \t]*\n", text):
        if not paragraph.strip():
            continue
        if _size(paragraph) <= limit:
            yield paragraph
            continue
        lines = paragraph.split("\n")
        start = next((place for place in range(len(lines) - 1) if _is_table(lines[place : place + 2])), None)
        if start is None or _size("\n".join(lines[start : start + 2])) > limit // 2:
            yield from _packed(lines, limit)
        else:
            yield from _packed(lines[:start], limit)
            yield from _table(lines[start : start + 2], lines[start + 2 :], limit)


def _table(header: list[str], rows: list[str], limit: int) -> Iterator[str]:
    """The rows under their header, as often as needed."""
    head = "\n".join(header)
    for rest in _packed(rows, limit - _size(head) - 1):
        yield f"{head}\n{rest}"


def _packed(lines: list[str], limit: int) -> Iterator[str]:
    standing = ""
    for line in (piece for whole in lines for piece in _short(whole, limit)):
        joined = f"{standing}\n{line}" if standing else line
        if _size(joined) <= limit:
            standing = joined
        else:
            yield standing
            standing = line
    if standing:
        yield standing


def _short(line: str, limit: int) -> Iterator[str]:
    """One line, or, where it alone is too long, its sentences, or as many characters as fit."""
    if _size(line) <= limit:
        yield line
        return
    standing = ""
    for sentence in _SENTENCE.split(line):
        for piece in _sliced(sentence, limit):
            if _size(standing + piece) <= limit:
                standing += piece
            else:
                yield standing
                standing = piece
    yield standing


def _sliced(text: str, limit: int) -> Iterator[str]:
    rest = text.encode()
    while rest:
        end = min(limit, len(rest))
        while end < len(rest) and rest[end] & 0xC0 == 0x80:
            end -= 1
        yield rest[:end].decode()
        rest = rest[end:]


def _is_table(lines: list[str]) -> bool:
    return len(lines) == 2 and lines[0].lstrip().startswith("|") and _RULE.fullmatch(lines[1].strip()) is not None


def _size(text: str) -> int:
    return len(text.encode())
