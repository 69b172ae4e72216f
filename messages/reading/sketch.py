"""A message as the intent rules see it: ◎ for an organisation, ◇ for a day, “” for quoted words, ◆ before it when it names any time; and the rule that fits."""

import re
from dataclasses import dataclass, replace

from messages.reading.date_forms import Moment
from messages.reading.intents import compiled
from messages.reading.organizations import Mention
from messages.reading.rules import Rank, Rule
from messages.reading.slips import corrections

QUOTED = re.compile(r"“[^“”\n]{0,80}”|《[^《》\n]{0,80}》|‘[^’\n]{0,80}’")
LEAD = re.compile(
    r"^(?:[\s,。:;、.!~]+|请问一?下?|你好|您好|麻烦(?:你|您)?|帮忙|帮我们?|帮(?!助|扶|困)|劳驾|那个|嗯+|我(?:们)?(?:想|要)(?=报|申|查|看|问|提|绑)|"
    r"小?助手|老师|领导|各位|给我|请(?!求|工委|假|市直|领导|予以|组织)|我来|再(?=报|催|提醒|查|看|问|补)|想(?=报|查|问)|现在?(?=报|查)|先(?=报)|"
    r"(?:代|替|帮|给)(?=◎.{0,4}(?:报|申报|延期|更正|撤回|查))|现(?=申请|报|将)|特(?=申请|此)|◎(?:这边|那边|那里|这里|目前|现|来)?的?|(?:我们?|本|咱)(?:局|委|院|中心|支部|单位|党委|总支|站|支队)(?=申报|延期|更正|撤回|报))"
)
"""Politeness and the organisation's name, which may stand before the command's word."""
QUESTION = re.compile(
    r"(?:[?]|吗|么|没有?|呢|不行|好不好|行不|可以不|(?:怎么|咋|如何|怎样)(?:弄|办|用|填|写|报|改|操作|申请|做|搞|交|查|说|讲|弄呢))[呀啊哦哈吧]?[?。! ]*$"
)

NOTHING = re.compile(r"(?<!有)没有?(?:啥|什么)(?!时候|[^,。]{0,8}[?吗])")
"""没啥进展 asks nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The intent, and the rule and the words that decided it."""

    intent: str
    act: str | None
    rule: Rule | None
    matched: str = ""
    slip: tuple[str, str] | None = None  # a command word as typed and as meant, of equal length


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
    return ("◆" if moments else "") + re.sub(r"[ \t]+", " ", "".join(parts) + norm[end:]).strip()


def _is_day(moment: Moment) -> bool:
    return bool((moment.past and moment.past.sharp) or (moment.past is None and moment.impossible)) and moment.words != "当天"


def head(drawn: str) -> str:
    """The sketch without what may stand before a command's word."""
    drawn = drawn.lstrip("◆")
    while match := LEAD.match(drawn):
        if match.end() == len(drawn):
            break
        drawn = drawn[match.end() :]
    return drawn


def decide(drawn: str) -> Decision:
    """The first rule that fits, by sound or shape if none does; unknown if nothing helps."""
    decision = _by_rules(drawn)
    if decision.rule is not None and decision.rule.rank < Rank.SAY:
        return decision
    start, dated = head(drawn), "◆" * drawn.startswith("◆")
    for typed, meant in corrections(start):
        again = _by_rules(dated + start.replace(typed, meant, 1))
        if again.rule is not None and again.rule.rank <= Rank.HEAD:
            return replace(again, slip=(typed, meant))
    return decision


def _by_rules(sketched: str) -> Decision:
    start, drawn = head(sketched), sketched.lstrip("◆")
    asked = QUESTION.search(drawn) is not None and len(drawn) < 60
    nothing = NOTHING.search(drawn) is not None
    for rank, _, intent, rule, pattern, unless in compiled():
        if (rank is Rank.HEAD and asked) or (rank is Rank.ASK and nothing):
            continue
        if rank is Rank.WHOLE:
            match = pattern.match(start)
        elif rank is Rank.HEAD or rule.pattern.startswith("^"):
            match = pattern.search(start)
        else:
            match = pattern.search(sketched if rank is Rank.HINT else drawn)
        if match is None and rank > Rank.HEAD and start != drawn:
            match = pattern.search(drawn)
        if match and not (unless and unless.search(drawn)):
            return Decision(intent, rule.act, rule, match[0])
    return Decision("unknown", None, None)
