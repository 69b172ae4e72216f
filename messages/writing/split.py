"""A long text → messages that a platform can carry: cut at paragraph ends, nothing left out."""

import re
from collections.abc import Iterator

from messages.writing.markup import Run, Tag, parse, write
from messages.writing.reply import Limits

Line = list[Run]
BREAKS = (re.compile(r"[。；！？;!?]"), re.compile(r"[，、：,]|\s"))


def parts(markup: str, limits: Limits) -> list[tuple[str, str]]:
    """The messages that carry a rendered text, each as (text in the platform's markup, plain text).

    Cuts stand at line ends (at an empty line where one is near), only inside a line that alone is too long, and there
    after a sentence, a comma or a space; tags are closed and opened again. At least one part, whatever the text.
    """
    shelves: list[list[Line]] = [[]]
    used = 0
    for line in _fitting(_lines(parse(markup)), limits):
        size = _size(line, limits) + 1
        if shelves[-1] and used + size > limits.text:
            shelves.append(_last_paragraph(shelves[-1], limits.text - size, limits))
            used = _sizes(shelves[-1], limits)
        shelves[-1].append(line)
        used += size
    written = [_written(shelf, limits) for shelf in shelves]
    return [pair for pair in written if pair[1]] or written[:1]


def measure(text: str, unit: str) -> int:
    """How long a text is for a platform."""
    if unit == "bytes":
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text)


def _lines(runs: list[Run]) -> Iterator[Line]:
    line: Line = []
    for run in runs:
        for position, piece in enumerate(run.text.split("\n")):
            if position:
                yield line
                line = []
            if piece:
                line.append(Run(piece, run.tags))
    yield line


def _size(line: Line, limits: Limits) -> int:
    """Telegram counts after its tags are read; the others count what is sent."""
    return measure(write(line, "plain" if limits.markup == "html" else limits.markup), limits.unit)


def _fitting(lines: Iterator[Line], limits: Limits) -> Iterator[Line]:
    """The same lines, with those that are too long for a message of their own cut into several."""
    for line in lines:
        rest = line
        while _size(rest, limits) + 1 > limits.text:
            fits, rest = _cut(rest, limits)
            yield fits
        yield rest


def _cut(line: Line, limits: Limits) -> tuple[Line, Line]:
    """The longest beginning that fits, ended at a good place, and the rest; never less than one character."""
    plain = "".join(run.text for run in line)
    low, high = 1, len(plain)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(_take(line, middle)[0], limits) + 1 <= limits.text else (low, middle - 1)
    for kind in BREAKS:
        if ends := [found.end() for found in kind.finditer(plain, low // 2, low)]:
            return _take(line, ends[-1])
    return _take(line, _whole_character(plain, low))


def _whole_character(plain: str, at: int) -> int:
    """Back to before what belongs to the character at the cut: joiners, variation selectors, skin tones."""
    back = at
    while 1 < back < len(plain) and (_joins(plain[back]) or plain[back - 1] == "\u200d"):
        back -= 1
    return back if back > max(1, at - 16) else at


def _joins(character: str) -> bool:
    return (
        character in "\u200d\ufe0e\ufe0f\u20e3"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\u0300" <= character <= "\u036f"
    )


def _take(line: Line, length: int) -> tuple[Line, Line]:
    taken: Line = []
    for position, run in enumerate(line):
        if length < len(run.text):
            head = [Run(run.text[:length], run.tags)] if length else []
            return [*taken, *head], [Run(run.text[length:], run.tags), *line[position + 1 :]]
        taken.append(run)
        length -= len(run.text)
    return taken, []


def _last_paragraph(shelf: list[Line], room: int, limits: Limits) -> list[Line]:
    """Take the unfinished last paragraph off a full message, where it is short, so that it stays whole in the next."""
    for position in range(len(shelf) - 1, 0, -1):
        if not shelf[position]:
            carried = shelf[position + 1 :]
            if _sizes(carried, limits) > min(room, limits.text // 2):
                return []
            del shelf[position:]
            return carried
    return []


def _sizes(lines: list[Line], limits: Limits) -> int:
    return sum(_size(line, limits) + 1 for line in lines)


def _written(shelf: list[Line], limits: Limits) -> tuple[str, str]:
    while shelf and not shelf[0]:
        del shelf[0]
    while shelf and not shelf[-1]:
        del shelf[-1]
    runs: list[Run] = []
    for position, line in enumerate(shelf):
        if position:
            shared = tuple(a for a, b in zip(_tags(shelf[position - 1], -1), _tags(line, 0), strict=False) if a == b)
            runs.append(Run("\n", shared))
        runs += line
    return write(runs, limits.markup), write(runs, "plain")


def _tags(line: Line, position: int) -> tuple[Tag, ...]:
    return line[position].tags if line else ()
