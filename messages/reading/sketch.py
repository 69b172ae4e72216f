"""A message as the intent rules see it: ◎ for an organisation, ◇ for a day, “” for quoted words; and the rule that fits."""

import re
from dataclasses import dataclass
from functools import lru_cache

from messages.reading.date_forms import Moment
from messages.reading.intents import COMPILED, Rank, Rule
from messages.reading.names import sounds
from messages.reading.organizations import Mention

QUOTED = re.compile(r"“[^“”\n]{0,80}”|《[^《》\n]{0,80}》|‘[^’\n]{0,80}’")
LEAD = re.compile(
    r"^(?:[\s,。:;、.!~]+|请问一?下?|你好|您好|麻烦(?:你|您)?|帮忙|帮我们?|帮(?!助|扶|困)|劳驾|那个|嗯+|我(?:们)?(?:想|要)(?=报|申|查|看|问|提|绑)|"
    r"小?助手|老师|领导|各位|给我|请(?!求|工委|假|市直|领导|予以|组织)|我来|再(?=报|催|提醒|查|看|问|补)|想(?=报|查|问)|现在?(?=报|查)|先(?=报)|"
    r"(?:代|替|帮|给)(?=◎.{0,4}(?:报|申报|延期|更正|撤回|查))|现(?=申请|报|将)|特(?=申请|此)|◎(?:这边|那边|那里|这里|目前|现|来)?的?)"
)
"""Politeness and the organisation's name, which may stand before the command's word."""
REAL_WORDS = frozenset({"禁毒", "回报", "会报", "保送", "同国", "惠报"})
QUESTION = re.compile(r"(?:[?]|吗|么|没有?|呢|不行|好不好|行不|可以不)[呀啊哦哈吧]?[?。! ]*$")


@dataclass(frozen=True, slots=True)
class Decision:
    """The intent, and the rule and the words that decided it."""

    intent: str
    action: str | None
    rule: Rule | None
    matched: str = ""


def sketch(norm: str, mentions: list[Mention], moments: list[Moment]) -> str:
    """Organisations, days and quotations replaced by their signs."""
    signs = [(mention.start, mention.end, "◎") for mention in mentions]
    signs += [(m.start, m.end, "◇") for m in moments if _is_day(m)]
    signs += [(match.start(), match.end(), "“”") for match in QUOTED.finditer(norm) if len(match[0]) < len(norm.strip())]
    parts, end = [], 0
    for start, stop, sign in sorted(signs, key=lambda item: (item[0], -item[1])):
        if start >= end:
            parts += [norm[end:start], sign]
            end = stop
    return re.sub(r"[ \t]+", " ", "".join(parts) + norm[end:]).strip()


def _is_day(moment: Moment) -> bool:
    return bool((moment.past and moment.past.sharp) or (moment.past is None and moment.impossible)) and moment.words != "当天"


def head(drawn: str) -> str:
    """The sketch without what may stand before a command's word."""
    while match := LEAD.match(drawn):
        if match.end() == len(drawn):
            break
        drawn = drawn[match.end() :]
    return drawn


COMMANDS = [
    "进度",
    "待办",
    "申报",
    "撤回",
    "更正",
    "延期",
    "帮助",
    "周报",
    "台账",
    "规划",
    "绑定",
    "通过",
    "退回",
    "记录",
    "提醒",
    "汇报",
    "报送",
    "进展",
    "简报",
    "受阻",
    "附件",
    "交接",
    "暂停",
    "投票",
    "测评",
    "未报",
    "上报",
    "评定",
    "减负",
    "送达",
]
"""Words that begin a command; typed with the wrong characters of the same sound they are still understood."""


@lru_cache(maxsize=1)
def _heard() -> dict[str, str]:
    return {sounds(word): word for word in COMMANDS}


def decide(drawn: str) -> Decision:
    """The first rule that fits, by sound if none does; unknown if nothing helps."""
    decision = _by_rules(drawn)
    if decision.rule is not None and decision.rule.rank < Rank.SAY:
        return decision
    start = head(drawn)
    for place in range(min(len(start) - 1, 4)):
        typed = start[place : place + 2]
        word = _heard().get(sounds(typed))
        if word and word != typed and typed not in REAL_WORDS:
            again = _by_rules(start[:place] + word + start[place + 2 :])
            if again.rule is not None and again.rule.rank <= Rank.HEAD:
                return again
    return decision


def _by_rules(drawn: str) -> Decision:
    start = head(drawn)
    asked = QUESTION.search(drawn) is not None and len(drawn) < 60
    for rank, _, intent, rule, pattern, unless in COMPILED:
        if rank is Rank.HEAD and asked:
            continue
        if rank is Rank.WHOLE:
            match = pattern.match(start)
        elif rank is Rank.HEAD or rule.pattern.startswith("^"):
            match = pattern.search(start)
        else:
            match = pattern.search(drawn)
        if match and not (unless and unless.search(drawn)):
            return Decision(intent, rule.action, rule, match[0])
    return Decision("unknown", None, None)
