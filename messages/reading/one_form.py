"""What people type in many forms, brought to one, with the typed characters kept for each that is left."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from messages.reading.characters import CIRCLED, simplify

Edit = tuple[int, int, str]
"""A stretch of the text, and what the rules read in its place."""

MONTH = r"(?:1[0-2]|0?[1-9])"
DAY = r"(?:3[01]|[12]\d|0?[1-9])"
SPELLED = "一二三四五六七八九十廿卅"
ALONE = r"(?<![\d.\-/第])"
"""Before figures that are a month or a day, and no part of a longer number."""
COUNTED = r"[万亿千元%‰米吨个名人件次场份项位户篇条册组家余多来几周岁点时分级款章节\d./\-:]|平方|公里|公斤|小时"
"""Behind figures they make an amount."""
ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ"
PART = r"(?:[初底末](?!步|稿|审|期|心|选|定|评|核|册|端|梢|位|线)|[上中下]旬)"
WEEK = r"(?:周|星期|礼拜)"

WIDE = re.compile(rf"[㈠-㈩㈪-㈰㋀-㋋㍘-㍰㏠-㏾℃]|(?P<figures>[{CIRCLED}{ROMAN}]+)(?= *[年月日号])")
"""Characters that stand for several, and figures in circles or Roman ones."""
OF_A_DATE = re.compile(r" *(?:[年月日]|号(?!召(?!开)))(?![底初末中终内常程报度均前间称刊])")
"""Behind such figures: ⑪月⑳日; ①月底 is an item."""
DOTS = "·•‧∙・。"
DOTTED = re.compile(
    rf"{ALONE}(?:20\d\d *[.{DOTS}] *{MONTH} *[.{DOTS}] *{DAY}(?!\d)|"
    rf"{MONTH}[{DOTS}]{DAY}(?=之?前|以前|上午|下午|晚|召开|开|举|组织|完成|参加|[到至~\-,;) \n]|$))"
)
"""11·20召开; 12·4 before a noun is the name of a day."""
UNBRACKETED = re.compile(rf"(?:{WEEK}|\d)$")
BESIDE = frozenset("0123456789年月份的日号底旬末初周期拜度个上下本这个第半天" + SPELLED + "./-")
"""A blank behind anything else is left."""
BLANK = re.compile(r" +")
JOINS = tuple(
    (re.compile(rf"(?:{before})$"), re.compile(after))
    for before, after in (
        (rf"{ALONE}(?:20)?\d\d", r"年"),
        (rf"{ALONE}{MONTH}", r"月(?!饼|亮|球)"),
        (rf"{ALONE}{DAY}|[年月] *{DAY}", r"[日号](?!常|程|报|历|益|称|召力|码|均)"),
        (r"第", r"\d"),
        (r"年|月|月份", rf"(?:\d{{1,2}}|[{SPELLED}]{{1,3}}) *[月日号]"),
        (rf"(?<![一-鿿])[{SPELLED}]{{1,2}}|年 *[{SPELLED}]{{1,2}}", rf"月 *(?:{PART}|[{SPELLED}\d])"),
        (rf"月 *[{SPELLED}]{{1,3}}", r"[日号]"),
        (r"[\d一二三四五六七八九十本下上个当] *月[份的]?", PART),
        (r"[日号底旬末初]", r"(?:之前|以前|前(?![往期来去后天台景提沿段]))"),
        (r"[周期拜]", r"[一二三四五六日天](?=$|[\s,。;:、)\]前上下早晚中之以召开举])"),
        (r"(?<![一-鿿])[上下本这]|上上|下下|(?:我们|我局|我委|已|于|在)[上下本这]", rf"个? ?(?:{WEEK}|月)"),
        (r"[上下这]个", rf"{WEEK}|月"),
        (r"\d|[一二两三四五六七八九十半]", r"个? ?(?:工作日|季度|星期|礼拜)|个 ?月|[天日周] ?(?:之?内|以内|之?后|以后|之?前|以前)"),
        (r"[\d一二两三四五六七八九十] ?个|[上下本]个", r"工作日|季度|月|星期|礼拜"),
        (r"工作日|季度|星期|礼拜|个月|[\d一二两三四五六七八九十][天日周]", r"(?:之内|以内|内(?![容部设涵外])|之后|以后|后(?![续期勤备面来]))"),
        (rf"{ALONE}20\d\d *[./\-]? *{MONTH} *[./\-]?|{ALONE}20\d\d *[./\-]?", rf"[./\-]? *{MONTH} *[./\-] *{DAY}(?!\d)|[./\-]? *{DAY}(?!\d)"),
        (rf"{ALONE}(?:1[0-2]|0[1-9])", rf"[./\-] *{DAY}(?! ?(?:{COUNTED}|[月日号年天]))"),
        (rf"{ALONE}(?:1[0-2]|0[1-9]) *[./\-]", rf"{DAY}(?! ?(?:{COUNTED}|[月日号年天]))"),
        (rf"{ALONE}[1-9]", rf"/ *(?:3[01]|[12]\d)(?! ?(?:{COUNTED}|[月日号年天]))"),
        (rf"{ALONE}[1-9] */", rf"(?:3[01]|[12]\d)(?! ?(?:{COUNTED}|[月日号年天]))"),
    )
)  # fmt: skip
"""What stands before and behind a blank that belongs to a date or a number."""
TWICE = re.compile(
    rf"[月号日周](?:(?<=月)(?=月(?:{PART}|\d))|(?<=月[份的]月)(?={PART})|(?<=号)(?=号)|(?<=\d日)(?=日(?:前|之前|以前|内|[,。;\s]|$))|"
    r"(?<=周)(?=周[一二三四五六日天末]))|星期(?=星期[一二三四五六日天])|礼拜(?=礼拜[一二三四五六日天])"
)
"""A unit that is told twice: 十二月月底, 上周周五."""
THOUSANDS = re.compile(
    r"[,\xa0\u2009\u202f](?<=\d.)(?<!\d{4}.)(?=\d{3}(?:[,\xa0\u2009\u202f]\d{3})*(?:\.\d+)?\s?[人户名件份次条元篇册个万亿张位])"
)
"""As typed: a full-width comma between figures parts two clauses."""


def formed(raw: str) -> tuple[Sequence[str], str]:
    """What was typed for each character of the text that the rules read, and that text."""
    cells: Sequence[str] = raw
    norm = simplify(raw)
    if thousands := [(*match.span(), "") for match in THOUSANDS.finditer(raw)]:
        cells, norm = edited(cells, norm, thousands)
    for search, edits in PASSES:
        if search(norm) and (found := list(edits(norm))):
            cells, norm = edited(cells, norm, found)
    return cells, norm


def edited(cells: Sequence[str], norm: str, edits: Iterable[Edit]) -> tuple[Sequence[str], str]:
    """What was typed goes with the first character of what replaces it; where nothing does, with the one before (at the start, behind)."""
    kept: list[str] = []
    read: list[str] = []
    lead, end = "", 0
    for start, stop, by in edits:
        kept += cells[end:start]
        read += (norm[end:start], by)
        typed = "".join(cells[start:stop])
        if by:
            kept += [typed, *[""] * (len(by) - 1)]
        elif kept:
            kept[-1] += typed
        else:
            lead += typed
        end = stop
    kept += cells[end:]
    if lead and kept:
        kept[0] = lead + kept[0]
    return kept, "".join(read) + norm[end:]


def _wide(norm: str) -> Iterator[Edit]:
    """㋊ and ㏳ spelled out; ㈰ behind a figure and 周㈤ without their brackets."""
    for match in WIDE.finditer(norm):
        start, end = match.span()
        if match["figures"]:
            if not OF_A_DATE.match(norm, end) and not norm[:start].rstrip(" ").endswith("月"):
                continue
            for place, sign in enumerate(match[0], start):
                yield place, place + 1, f"{unicodedata.numeric(sign):.0f}"
            continue
        usual = unicodedata.normalize("NFKC", match[0]).lower()
        bare = usual[0] == "(" and UNBRACKETED.search(norm[max(0, start - 2) : start]) is not None
        yield start, end, usual[1] if bare else usual


def _dots(norm: str) -> Iterator[Edit]:
    for match in DOTTED.finditer(norm):
        yield *match.span(), re.sub(f" *[.{DOTS}] *", ".", match[0])


def _blanks(norm: str) -> Iterator[Edit]:
    for match in BLANK.finditer(norm):
        start, end = match.span()
        if start and norm[start - 1] in BESIDE:
            before = norm[max(0, start - 16) : start]
            if any(behind.match(norm, end) and beside.search(before) for beside, behind in JOINS):
                yield start, end, ""


def _twice(norm: str) -> Iterator[Edit]:
    return ((*match.span(), "") for match in TWICE.finditer(norm))


PASSES: tuple[tuple[Callable[[str], object], Callable[[str], Iterator[Edit]]], ...] = (
    (WIDE.search, _wide),
    (re.compile(f"[{DOTS}](?= *\\d)").search, _dots),
    (BLANK.search, _blanks),
    (TWICE.search, _twice),
)
