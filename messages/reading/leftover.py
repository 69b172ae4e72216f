"""What is left of a decision's words when all that is understood is taken away."""

import re
from collections.abc import Iterable

from messages.reading.text import Text

OTHER = (
    ("separate", "单独申报|独立申报|单列"),
    ("extension", r"延期|延长|延后|宽限|顺延|推迟|展期|缓交|缓报|缓几天|晚[几些点一两三四五\d][^,。;]{0,3}[报交]"),
    (
        "owner",
        "(?:更换|变更|调整|更改|换)(?:品牌)?(?:责任人|负责人|牵头人)|(?:责任人|负责人|牵头人)的?(?:变更|调整|更换|更改|变动)",
    ),
    ("event", "现场会|观摩"),
    ("binding", "绑定"),
    ("paper", "纸质|纸件|书面"),
)
"""What may be decided beside a declaration, and the words for it."""
OTHER_RULES = tuple((name, re.compile(words)) for name, words in OTHER)
DECLARED = re.compile("申报|品牌")
BEFORE = (
    "麻烦|请|帮忙|帮我|我们|我|工委|经研究|研究决定|研究|决定|经|原则上?|一致|现(?=准|予|同意|批准)|今天|[这那]一?[个份张次版家]|本次|此次|予以|给予|准予|"
    "可以|给|让|把|将|对|一并|都|好的?|行|嗯|@|报的|报来的?|所报|提交的?|交来的?|送来的?|报送的?|上报的?|重新|再次|单位|党组织"
)
"""Politeness, and words that join others, before what is decided."""
AFTER = "的|了|吧|啊|呀|哈|哦|去|谢谢|辛苦|可以|予以|给予|准予|一并|都"
FORM = "党建品牌|品牌|申报书|申报表|申报材料|申报|申请表|材料|修改稿"
YES = "审核|审批|初审|终审|评审|同意创建|通过|批准|同意|准了|批了|过了|(?<!批)准|(?<!通)过|ok"
PARTS = "名称|名字|品牌|口号|定位|内涵|类型|责任人?|措施|案例|材料|要素|内容|特色|方案|申报"
PART = re.compile(PARTS)
"""What a declaration is made of."""
PRAISE = re.compile(
    rf"(?:(?:{PARTS}|[、和与及]|都|已|很|挺|比较|非常|也)*"
    "(?:不错|清楚|清晰|准确|明确|齐全|齐了|完整|到位|突出|鲜明|扎实|规范|合格|符合要求|改好了?|改到位了?|修改好了|到岗|很好|挺好|真好|好|没问题|没有问题|没意见|没有意见|无异议|无意见)了?"
    "|(?:请|望|希望)?(?:继续努力|再接再厉|抓紧推进|继续推进|做好创建|抓好落实))(?=[,。;!~ ]|$)"
)
Known = tuple[re.Pattern[str], re.Pattern[str]]


def _known(words: str) -> Known:
    """What is taken away at the beginning of some words, and at their end, where it is not denied."""
    return re.compile(rf"^(?:{BEFORE}|{AFTER}|{words}|\s)+"), re.compile(rf"(?:{AFTER}|(?<![不未没别要能]){words}|\s)+$")


APPROVED = _known(f"(?:{FORM}|{YES})")
RETURNED = _known(
    f"(?:{FORM}|退回|退件|退给|退了|打回|驳回|退|不予通过|审核不通过|不通过|不同意|不批准|不准|不行|不合格|重新申报|修改后重报|要求|审核|原因|理由|因为|由于|意见|因|是|修改|完善)"
)
RECEIVED = _known(f"(?:纸质版|纸质件?|纸件|书面|盖章|原件|{FORM}|已收到|未收到|没有收到|没收到|收到|收讫|还|已|一式.份)")
STOPPED = _known(
    "(?:先|立即|马上|暂停|停止|停掉|停发|关闭|叫停|停|掉|全部|所有|一切|全市|各单位|工作|自动|提醒|推送|消息|通知)"
)
CUT = re.compile(r"[,。;:、!~()\n]+|(?<=\S)\s+")
QUOTED = re.compile("[“《][^“”《》]{1,30}[”》]")


def blank(norm: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with spaces in these places; as long as it was."""
    for start, end in spans:
        norm = norm[:start] + " " * (end - start) + norm[end:]
    return norm


def left_over(text: Text, understood: Iterable[tuple[int, int]], known: Known) -> str | None:
    """The words, as typed, that are neither understood (the organisation's name) nor known; what is quoted is one of them."""
    rest = blank(text.norm, understood)
    quoted = [match.span() for match in QUOTED.finditer(rest)]
    plain = praiseless(blank(rest, quoted))
    pieces = [text[start + 1 : end - 1].raw for start, end in quoted]
    at = 0
    for cut in (*CUT.finditer(plain), None):
        end = cut.start() if cut else len(plain)
        start, stop = _stripped(plain[at:end], known)
        if start < stop:
            pieces.append(text[at + start : at + stop].raw)
        at = cut.end() if cut else end
    return "，".join(pieces) or None


def _stripped(words: str, known: Known) -> tuple[int, int]:
    """Where what is not known begins and ends."""
    before, after = known
    first = before.match(words)
    start = first.end() if first else 0
    last = after.search(words, start)
    return start, last.start() if last else len(words)


def praiseless(norm: str) -> str:
    """Without what only says that all is well."""
    return blank(norm, [match.span() for match in PRAISE.finditer(norm)])


def other(norm: str) -> str | None:
    """What is named beside a declaration."""
    plain = praiseless(blank(norm, [match.span() for match in QUOTED.finditer(norm)]))
    return next((name for name, rule in OTHER_RULES if rule.search(plain)), None)


def begins(norm: str) -> str | None:
    """What beside a declaration the words begin with."""
    return next((name for name, rule in OTHER_RULES if rule.match(norm)), None)
