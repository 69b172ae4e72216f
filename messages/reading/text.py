"""A message in two spellings, character by character: as the rules read it, and as it was typed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from messages.reading.characters import UNSEEN, simplify
from messages.reading.one_form import edited, formed

LONGEST = 10_000
"""Characters that are read; the rest of a longer message is kept by the inbox and not looked at."""


@dataclass(frozen=True, slots=True)
class Text:
    """`norm` is what the rules read; `cells` are what was typed for each of its characters, one of them, several or none."""

    cells: Sequence[str]
    norm: str

    @classmethod
    def of(cls, typed: str) -> "Text":
        """Any string at all becomes a Text, in the one form, without what cannot be seen."""
        return cls(*formed(UNSEEN.sub("", typed.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]))

    @classmethod
    def whole(cls, typed: str) -> "Text":
        """Nothing is left out of `raw`, nothing joined or cut off: what cannot be seen stands with the character before it."""
        return cls(*edited(typed, simplify(typed), ((*match.span(), "") for match in UNSEEN.finditer(typed))))

    @property
    def raw(self) -> str:
        """What was typed."""
        return self.cells if isinstance(self.cells, str) else "".join(self.cells)

    def span_of(self, typed: str) -> tuple[int, int] | None:
        """Where these typed words stand last, as places in `norm`; None where they do not."""
        start = self.raw.rfind(typed)
        if start < 0:
            return None
        before = list(accumulate(map(len, self.cells), initial=0))  # what was typed before each character of `norm`
        return bisect_right(before, start) - 1, bisect_right(before, start + len(typed)) - 1

    def __len__(self) -> int:
        return len(self.norm)

    def __getitem__(self, span: slice) -> "Text":
        return Text(self.cells[span], self.norm[span])

    def without(self, spans: Sequence[tuple[int, int]], by: str = " ") -> "Text":
        """The text with each span replaced by one character."""
        if not spans:
            return self
        cells: list[str] = []
        norm, end = [], 0
        for start, stop in sorted(spans):
            if start < end:
                continue
            cells += (*self.cells[end:start], by)
            norm += [self.norm[end:start], by]
            end = stop
        return Text([*cells, *self.cells[end:]], "".join(norm) + self.norm[end:])

    def trim(self, characters: str = " \n,。;:、.!~-") -> "Text":
        """The text without these (normalised) characters at both ends."""
        start, stop = 0, len(self.norm)
        while start < stop and self.norm[start] in characters:
            start += 1
        while stop > start and self.norm[stop - 1] in characters:
            stop -= 1
        return self[start:stop]
