"""A message in two spellings of equal length: as typed, and normalised for the rules."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0f\ud800-\udfff]")
LIKE = {
    " ": "\t\u3000\xa0◎◇◆",
    "@": "＠﹫",
    "“": "「『｢〝“",
    "”": "」』｣〞”",
    "-": "—–―−－",
    "~": "～∼〜",
    ":": "∶：",
    "零": "〇○",
    "干": "乾",
    "账": "帐",
    "着": "著",
    "复": "覆",
    "只": "衹祇",
}
"""Look-alikes that the tables below do not cover; ◎ is the sign that stands for an organisation in a sketch."""
LONGEST = 10_000
"""Characters that are read; the rest of a longer message is kept by the inbox and not looked at."""


@lru_cache(maxsize=1)
def table() -> dict[int, str]:
    """Character for character: full width → half width, capitals → small, traditional → simplified."""
    words = json.loads(resources.files("zhconv").joinpath("zhcdict.json").read_text(encoding="utf-8"))["zh2Hans"]
    signs = {ord(old): new for old, new in words.items() if len(old) == 1 and len(new) == 1}
    signs.update({code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)})
    signs.update({code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)})
    for new, olds in LIKE.items():
        signs.update({ord(old): new for old in olds})
    return signs


def simplify(text: str) -> str:
    """The normalised spelling, of the same length."""
    return text.translate(table())


@dataclass(frozen=True, slots=True)
class Text:
    """`raw` is what was typed, without invisible characters; `norm` is what the rules read; same length."""

    raw: str
    norm: str

    @classmethod
    def of(cls, typed: str) -> "Text":
        """Any string at all becomes a Text."""
        raw = UNSEEN.sub("", typed.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]
        return cls(raw, simplify(raw))

    def __len__(self) -> int:
        return len(self.norm)

    def __getitem__(self, span: slice) -> "Text":
        return Text(self.raw[span], self.norm[span])

    def without(self, spans: list[tuple[int, int]], by: str = " ") -> "Text":
        """The text with each span replaced by one character."""
        raw, norm, end = [], [], 0
        for start, stop in sorted(spans):
            if start < end:
                continue
            raw += [self.raw[end:start], by]
            norm += [self.norm[end:start], by]
            end = stop
        raw.append(self.raw[end:])
        norm.append(self.norm[end:])
        return Text("".join(raw), "".join(norm))

    def trim(self, characters: str = " \n,。;:、.!~-") -> "Text":
        """The text without these (normalised) characters at both ends."""
        start, stop = 0, len(self.norm)
        while start < stop and self.norm[start] in characters:
            start += 1
        while stop > start and self.norm[stop - 1] in characters:
            stop -= 1
        return self[start:stop]
