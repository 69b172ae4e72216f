"""The free-text parts of a message, always as typed: content, reason, next step, events."""

import re

from messages.reading.moments import Roles
from messages.reading.text import Text
from messages.requests import Event

CLAUSES = re.compile(r"[^,。;!\n]+")
COMMAND = re.compile(
    r"^(?:[\s:,]|请|麻烦|报进展|报送|上报|汇报|补报|填报|报告|登记|报一?下|报个|报|工作进展|进展情况|进展|更正|订正|修正|纠正|受阻|困难|(?:遇到|碰到)(?:了|点|一些|个)*(?:困难|问题|难题)了?(?=[:,])|(?:进行|推进|搞|做)不下去了?(?=[:,])|推不动了?(?=[:,])|卡住了?(?=[:,])|意见建议|意见|建议|群众意见|"
    r"我?(?:们)?(?:想)?提(?:个|条|一个|一条)?(?:意见|建议))+[\s:,]*"
)
ASKS_TIME = re.compile(
    r"^(?:到|至|延)?[\d年月日号一二三四五六七八九十明今本下个周底末.()星期\-]+(?:之?前|吧)?$|"
    r"延期|^申请延|延长|宽限|展期|缓(?:交|报|几|一)|推迟|顺延|延(?:到|至)|晚(?:几天|点|些|两天|[一二两三四五\d]+(?:天|周|个?月))|(?:多|再)(?:给|要)|(?:赶|交|报)不(?:出来|上|完)|来不及|"
    r"^(?:请|望|恳请|盼|特此|谢谢|可以吗|行不行|行吗|可否|麻烦)[^,]{0,8}$|(?:能不能|能否|可否|可以)(?:再)?(?:给|晚|缓|推|往后)|往后(?:推|延|挪)"
)
BECAUSE = re.compile(r"(?:原因(?:是|为|[:])|理由(?:是|为|[:])|因为|由于|因)[:\s]*")
BECAUSE_IN = re.compile(
    r"(?:因为|由于|因|原因是)\s?(?P<r>.{2,40}?)[,]?(?:恳请|特此|特?申请|拟|想|需要?|希望|能否|能不能|可否|请求|请|要|得)?(?:延期|延长|宽限|推迟|缓|晚|延到|延至|展期|再给|多给)"
)
HELP_PLEA = re.compile(
    r"(?:请|希望|需要|恳请|想请|麻烦|盼|求)[^,]{0,14}(?:协调|支持|帮助|帮忙|帮|解决|出面)|^(?:工作|目前|现在|我们|进展|创建|品牌|有点|已经?|推进|遇到|碰到)*(?:推(?:不动|进不下去|不下去)|卡住|受阻|遇阻|困难)了?$"
)
NEXT = re.compile(
    r"(?:下一?步(?:打算|计划|准备|工作|将|要|拟|安排)*|接下来(?:准备|打算|要|将)?|计划|预计|打算|准备|拟(?!定|稿)|将|争取|力争|承诺|后续|之后)(?:是|为|[:,])?"
)
AFTER_DUE = re.compile(
    r"^\s?(?:上午|下午|下班|[日号])?(?:之前|以前|前|截止|之内|以内|内)?(?:要|将|争取|力争|务必|能|可以|可|计划|准备|拟)?(?:完成|搞定|弄完|做完|办完)?"
)


def body(text: Text) -> Text:
    """The text without the command's word at its beginning."""
    match = COMMAND.match(text.norm)
    return (text[match.end() :] if match else text).trim(" \n,。;:、")


def has_content(norm: str) -> bool:
    """True when something was told beside a percentage."""
    left = re.sub(r"\d+(?:\.\d+)?\s?[%‰]|百分之[零一二三四五六七八九十百两]+", "", norm)
    left = re.sub(
        r"完成[率度]?|进度|进展|[一二三四五六七八九]成|目前|已经?|大概|差不多|左右|到|了|整体|总体|我们|我局|◎|报|为|的|约|任务|工作|达",
        "",
        left,
    )
    return len(re.findall(r"[\w]", left)) >= 2


def reason_for_time(text: Text) -> str | None:
    """Why more time is asked for: the clauses beside the request."""
    if inside := BECAUSE_IN.search(text.norm):
        return text[inside.start("r") : inside.end("r")].trim().raw
    kept = [m for m in CLAUSES.finditer(text.norm) if m[0].strip() and not ASKS_TIME.search(m[0].strip())]
    return _joined(text, kept)


def _joined(text: Text, kept: list[re.Match[str]]) -> str | None:
    if not kept:
        return None
    start, end = kept[0].start(), kept[0].end()
    for match in kept[1:]:
        if re.fullmatch(r"[,。;!\n\s]+", text.norm[end : match.start()]):
            end = match.end()
    part = text[start:end].trim()
    if because := BECAUSE.match(part.norm):
        part = part[because.end() :].trim()
    return part.raw if len(part) >= 2 else None


def reason_of_return(text: Text, after: int) -> str | None:
    """What stands behind the organisation or the word 退回; else what stands before."""
    word = re.search(
        r"(?:退回|退了|打回|驳回|不予通过|不通过|不同意|退给|重新申报|重报)(?:去|来|修改|完善|申请|申报|吧|一下|重新报|的)*",
        text.norm,
    )
    start = max(after, word.end() if word else 0)
    rest = text[start:]
    lead = re.match(
        r"[\s,:;。]*(?:的)?(?:品牌)?(?:申报(?:表|材料)?|申请|材料)?(?:退回|打回)?(?:修改|完善)?(?:因为|由于|原因(?:是)?|理由(?:是)?|意见(?:是)?)?[\s,:;。]*",
        rest.norm,
    )
    rest = rest[lead.end() if lead else 0 :].trim()
    if len(rest) >= 2:
        return rest.raw
    before = text[after : word.start() if word else 0].trim()
    return before.raw if len(before) >= 4 else None


def reason_of_block(text: Text) -> str | None:
    """What is in the way, without the plea for help."""
    part = body(text)
    kept = [m for m in CLAUSES.finditer(part.norm) if not HELP_PLEA.search(m[0].strip())]
    return _joined(part, kept) or (part.raw if len(part) >= 4 and not re.fullmatch(r"(?:受阻|卡住)了?", part.norm) else None)


def next_step(text: Text, roles: Roles) -> str | None:
    """What is promised for the due day."""
    moment = roles.due_moment
    if moment is None:
        return None
    before = text.norm[: moment.start]
    behind = text[moment.end :]
    stop = re.search(r"[,。;\n]", behind.norm.lstrip("前之以 "))
    cut = (stop.start() + len(behind.norm) - len(behind.norm.lstrip("前之以 "))) if stop else len(behind)
    after = behind[:cut]
    lead = AFTER_DUE.match(after.norm)
    tail = after[lead.end() if lead else 0 :].trim()
    marker = max(NEXT.finditer(before), key=lambda m: m.start(), default=None)
    if marker and len(text[marker.end() : moment.start].trim(" ,。;:、在于到前")) >= 2:
        return text[marker.end() : moment.start].trim(" ,。;:、在于到前").raw
    if len(tail) >= 2:
        return tail.raw
    clauses = list(CLAUSES.finditer(before))
    last = body(text[clauses[-1].start() : clauses[-1].end()]).trim() if clauses else None
    return last.raw if last and len(last) >= 2 else None


def events(text: Text, roles: Roles) -> tuple[Event, ...]:
    """Several things on several days, told in one message."""
    days = roles.happened
    if len({day for _, day in days}) < 2:
        return ()
    found = []
    for index, (moment, day) in enumerate(days):
        end = days[index + 1][0].start if index + 1 < len(days) else len(text)
        part = text[moment.end : end]
        if index + 1 == len(days) and (marker := re.search(r"[,。;\n]\s?(?:下一?步|接下来|计划|预计)", part.norm)):
            part = part[: marker.start()]
        part = part[: _item(part.norm)].trim(" \n,。;:、.()和及")
        if len(part) >= 2:
            found.append(Event(day, part.raw))
        elif found and not len(part):
            continue
        else:
            found.append(Event(day, _shared(text, days[-1][0].end)))
    return tuple(found) if len(found) > 1 else ()


def _shared(text: Text, start: int) -> str:
    return text[start:].trim(" \n,。;:、.分别都").raw


def _item(norm: str) -> int:
    """Where the number of the next item begins: …；2."""
    match = re.search(r"[\s,。;\n]*(?:[(]?(?:\d{1,2}|[一二三四五六七八九十])[)、.]|[①-⑩])\s*$", norm)
    return match.start() if match else len(norm)
