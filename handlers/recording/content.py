"""The words of what was done: without the organisation, the day and the next step, which are read back by themselves."""

import re
from collections.abc import Iterable

from messages.reading.characters import simplify
from messages.reading.date_forms import WRITTEN
from messages.reading.text import Text

CLAUSE = re.compile(r"[^,。;!\n]+")
UNTIL = re.compile(
    r"^\s*(?:(?:并|要|将|争取|力争|确保|预计|计划|准备|打算)*(?:在|于)?)?"
    r"[^,。;]{0,12}?(?:前|之前|以前|之内|以内|底|末|[日号]|旬|周[一二三四五六日天]|星期[一二三四五六日天]|天|月)"
    r"(?:前|之前|以前|内)?(?:要|能|可)?(?:完成|搞定|弄完|做完|办完|报送|落实|到位)?\s*$"
)
LEADS_ON = re.compile(r"^\s*(?:下一?步|接下来|后续|计划|预计|打算|准备|力争|争取)")
DAY = re.compile(
    r"^(?:我们?(?:局|委|院|单位|支部)?)?(?:于|在)?"
    r"(?:(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]|(?:20\d\d[./-])?\d{1,2}[./-]\d{1,2}[日号]?|\d{1,2}[日号]|今天|昨天|前天|今日|昨日"
    r"|(?:上|本|这)?(?:个)?(?:周|星期|礼拜)[一二三四五六日天])"
)
BEHIND_DAY = re.compile(r"(?:上午|下午|晚上|早上)?[,:\s]*(?=[^\s,。;至到\-~]{2})")
UNIT = re.compile(r"(?:机关)?(?:党委|党总支|联合党支部|党支部|支部委员会)$")
BEHIND_NAME = re.compile(r"(?:机关)?(?:党委|党总支|党支部|总支|支部)?(?:这边|那边|的)?[:,\s]*")
EDGES = " \n,。;、:"


def done(text: str, *, next_step: str | None, names: Iterable[str], dated: bool) -> str:
    """What is left of a message once its next step, its organisation and (if it was understood) its day are taken out."""
    rest = _without_name(Text.of(without_next(text, next_step) if next_step else text).trim(EDGES), names)
    return (_without_day(rest) if dated else rest).trim(EDGES).raw


def without_next(text: str, next_step: str) -> str:
    """Without the clause of the next step and the clauses that only say when; "" if nothing else was told."""
    said, step = Text.of(text), Text.of(next_step).norm
    place = said.norm.find(step)
    if place < 0:
        return text
    kept: list[tuple[int, int]] = []
    gone_before = False
    for clause in CLAUSE.finditer(said.norm):
        inside = clause.start() < place + len(step) and clause.end() > place
        ending = gone_before and UNTIL.match(clause.group()) is not None
        leading = LEADS_ON.match(clause.group()) is not None and clause.end() <= place and place - clause.end() < 3
        if inside or ending or leading:
            gone_before = True
        else:
            gone_before = False
            kept.append(clause.span())
    return _joined(said, kept)


def _joined(text: Text, kept: list[tuple[int, int]]) -> str:
    """The kept clauses with the punctuation that stood before each."""
    parts: list[str] = []
    for nth, (start, end) in enumerate(kept):
        before = text[kept[nth - 1][1] : start] if nth else text[:0]
        parts.append((before.raw if len(before) == 1 else "，" if nth else "") + text[start:end].raw)
    return "".join(parts)


def _without_day(text: Text) -> Text:
    """Without the day at the beginning, and the weekday that is written beside it."""
    day = DAY.match(text.norm)
    if day is None:
        return text
    written = WRITTEN.match(text.norm, day.end())
    behind = BEHIND_DAY.match(text.norm, written.end() if written else day.end())
    return text[behind.end() :] if behind else text


def _without_name(text: Text, names: Iterable[str]) -> Text:
    """Without the organisation's name at the beginning."""
    known = {form for name in names if name for form in (simplify(name), UNIT.sub("", simplify(name)))}
    known |= {f"市{name}" for name in known}
    for name in sorted(known, key=len, reverse=True):
        if text.norm.startswith(name):
            behind = BEHIND_NAME.match(text.norm, len(name))
            tail = text[behind.end() if behind else len(name) :]
            return tail if len(tail) else text
    return text
