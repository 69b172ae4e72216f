"""Which of the dates in a message is when something happened, and which is a deadline."""

import datetime as dt
import re
from dataclasses import dataclass, field
from datetime import date

from messages.reading.date_forms import Moment
from messages.reading.sketch import QUOTED
from messages.reading.spans import DAY, Span

CLAUSES = ",。;!?\n"
CLAUSE = re.compile(rf"[{CLAUSES}]")
SENTENCE = re.compile(r"[。;\n]")
AS_OF = re.compile(r"(?:截[至止](?:至|到|于|时间|日期)?[:为是]?|(?:^|(?<=[,。;\s]))(?P<plain>到|至)) ?$")
"""截至11月20日: how things stood on that day, where it is past; until when, where it is still to come."""
STOOD = re.compile(r"^ ?(?:为?止)?[,:]?[^,。;]{0,8}?(?:已|共|累计|总计|合计)")
"""What tells behind 到11月20日 that it is a state."""
DONE_BY = re.compile(r"^ ?(?:(?:之|以)?前|截止|为止|止)[,]?[^,。;]{0,8}?(?:已|共|累计|总计|完成了)")
"""11月20日前已完成: no promise."""
PLANNED = re.compile(
    r"预计|估计|大概(?=\s?$)|挪到|推到|往后推|最迟|最晚|不迟于|计划|打算|准备|拟(?!定|稿)|下一步|下步|接下来|将(?!.{0,4}[”》])|争取|力争|定于|定在|安排在|约在|暂定|改到|改期|推迟到|推迟至|延到|延至|延期|延后到|"
    r"宽限|缓到|限|要求|请于|务必|(?<!服务)(?<!公开)(?<!党员)承诺(?!书|上墙|践诺|制|墙|牌|栏)|保证|届时|再(?=开|报|交|完成)|顺延|截[止至](?!目前|现在|当前|日前|今|昨)|放到|调到|重新报|重报|之后再|再定|召开时间|要在|会在|准于"
)
NOT_DONE = re.compile(
    r"(?:还|尚|暂|仍)(?:没|未)|没有?(?:开|办|完成|召开|举行|定|做|搞|交|报|弄|能|组织|开展|落实)|未(?:能|开|召开|完成|举行|开展|定|如期|按期)|取消了|没开成|开不成|不开了|泡汤"
)
ORIGINALLY = re.compile(
    r"(?:原|本来|原来|原本)(?:定|计划|本|来|先|拟)(?:于|在|是)?[^,。;]{0,6}$|(?:不是|而不是|误写成?|写成了?|错写成?|误报为?|误登为|填成了?)[^,。;]{0,4}$|(?:把|将|由|从)[^,。;]{0,6}$"
)
DONE = re.compile(r"了|过(?!程)|已|完毕|完了|圆满|顺利")
CORRECTED = re.compile(r"(?:应该?是|应当是|应为|改成|改为|改到|更正为|更改为|(?<!不)是|实际(?:是|为)|更正[:,\s]*)[^,。;]{0,6}$")
ISSUED = re.compile(r"^(?:印发|下发|发布)的|^(?:的?通知|文件|号文)|^(?:就|又|是)?(?:放假|休息|休假|调休)")
APPOSITION = re.compile(r"(?:也就是|就是|即|也即|是)$")
PLANNED_AFTER = re.compile(
    r"^(?:上午|下午|晚上|早上|中午|[一二两三四五六七八九十\d点半时分:])*(?:就)?(?:能(?=出|完|交|报|到|弄|定|好)|将|要(?!求)|拟(?!定)|准备|打算|计划|预计|争取|即将)(?![^,。;]{0,12}了)"
)
"""What follows a day on which something is still to come."""
BY_FORM = {"in some days": "due", "days ago": "done"}
"""Forms that look only one way."""
PART_ENDS = frozenset("旬初底末中")
LONG_AGO = DAY * 150
SOON = DAY * 120


@dataclass(frozen=True, slots=True)
class Roles:
    """What the dates are for; `happened` keeps each day with the place of its words, for several events."""

    date: dt.date | None = None
    due: dt.date | None = None
    happened: tuple[tuple[Moment, dt.date], ...] = ()
    due_moment: Moment | None = None
    doubt: "Doubt | None" = None
    why: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Doubt:
    """A date that cannot be taken as it was said: a day that no calendar has, or one that is another weekday."""

    problem: str  # impossible_date, weekday
    slot: str  # date or due: what the date would have been
    words: str  # the date that is none, or the weekday that was written
    day: dt.date | None = None  # the day whose weekday is another


def clause(norm: str, moment: Moment) -> tuple[str, str]:
    """What stands before and after a date phrase, within its clause."""
    cut = max(norm.rfind(sign, 0, moment.start) for sign in CLAUSES) + 1
    stop = CLAUSE.search(norm, moment.end)
    return norm[cut : moment.start], norm[moment.end : stop.start() if stop else None]


def assign(norm: str, moments: list[Moment], today: date, *, asking: bool = False) -> Roles:
    """For a report: days done and the promised day. With `asking` (extend, nudge, return …) every day is a deadline."""
    quoted = [match.span() for match in QUOTED.finditer(norm)]
    happened: list[tuple[Moment, date]] = []
    due: tuple[Moment, date] | None = None
    stood: date | None = None
    planning = False
    doubt: Doubt | None = None
    last_end = 0
    for moment in moments:
        if any(start < moment.start and moment.end < end for start, end in quoted):
            continue
        if moment.impossible:
            doubt = doubt or Doubt("impossible_date", "due" if moment.deadline or asking else "date", moment.words)
            continue
        before, after = clause(norm, moment)
        if last_end and APPOSITION.fullmatch(norm[last_end : moment.start].strip(" ,(")):
            continue
        if SENTENCE.search(norm, last_end, moment.start):
            planning = False
        if not asking and (as_of := _as_of(norm, moment, before, today)):
            stood, last_end = as_of, moment.end
            continue
        planning = planning or PLANNED.search(norm[last_end : moment.start]) is not None
        last_end = moment.end
        if ORIGINALLY.search(before) or ISSUED.match(after):
            continue
        role = "due" if asking or _later_that_month(moment, happened) else _role(moment, before, after, norm, planning, today)
        if role == "due" and moment.future and due is None:
            due = (moment, moment.future.last)
            doubt = doubt or _weekday(moment, moment.future, "due")
        elif role == "done" and moment.past and moment.past.sharp:
            happened.append((moment, moment.past.last))
            doubt = doubt or _weekday(moment, moment.past, "date")
    happened = _same_month(norm, happened)
    return Roles(
        happened[-1][1] if happened else stood, due[1] if due else None, tuple(happened), due[0] if due else None, doubt
    )


def _as_of(norm: str, moment: Moment, before: str, today: date) -> date | None:
    """The day, where the date only says how things stood on it."""
    match = AS_OF.search(before)
    if match is None or moment.past is None or moment.past.last > today or not _nearer_past(moment, today):
        return None
    if match["plain"] and not STOOD.match(norm[moment.end : moment.end + 20]):
        return None
    return moment.past.last


def _nearer_past(moment: Moment, today: date) -> bool:
    """It lies less far back than ahead, if it can lie ahead at all."""
    if moment.past is None or moment.future is None:
        return moment.past is not None
    return today - moment.past.last <= moment.future.last - today or moment.fixed is not None


def _weekday(moment: Moment, span: Span, slot: str) -> Doubt | None:
    """The weekday that is written beside a date and is not its own."""
    days = (span.first, span.last)[-len(moment.weekdays) :] if moment.weekdays else ()
    wrong = ((day, told) for day, told in zip(days, moment.weekdays, strict=True) if day.weekday() != told)
    day, told = next(wrong, (None, 0))
    return Doubt("weekday", slot, f"星期{'一二三四五六日'[told]}", day) if day else None


def _role(moment: Moment, before: str, after: str, norm: str, planning: bool, today: date) -> str | None:
    if told := BY_FORM.get(moment.form):
        return told
    fixed = moment.fixed
    if moment.deadline and _nearer_past(moment, today) and DONE_BY.match(norm[moment.end : moment.end + 24]):
        return None
    if PLANNED_AFTER.match(after) and moment.future and moment.future.last >= today:
        return "due"
    if moment.deadline and not (fixed and fixed < today and DONE.search(after)):
        return None if DONE.match(after[1:3]) and fixed and fixed < today else "due"
    if moment.future and not moment.future.sharp and not planning:
        ahead = moment.future.first > today and moment.past == moment.future
        return "due" if ahead or (moment.words[-1] in PART_ENDS and _nearer_ahead(moment, before + after, today)) else None
    if fixed and fixed > today:
        return "due"
    sentence = norm[moment.end : moment.end + 40]
    if NOT_DONE.search(before + "|" + after) or re.match(
        r"[^。;]{0,14}[,]?[^。;,]{0,6}(?:还没|没开成|取消了|没开|未开)", sentence
    ):
        return None if not PLANNED.search(before) or (fixed and fixed <= today) else "due"
    if fixed:
        return (
            "done" if moment.past and moment.past.sharp and not (planning and fixed >= today) else ("due" if planning else None)
        )
    if planning and not re.match(r"[^,。;]{0,12}(?:召开|开|完成|办|开展|参加|组织)了", after):
        return "due"
    if _nearer_ahead(moment, before + after, today) or _ahead_by_weekday(moment, before + after, today):
        return "due"
    if moment.past and moment.past.sharp:
        return "done"
    return None


def _later_that_month(moment: Moment, happened: list[tuple[Moment, date]]) -> bool:
    """9月20日…，29日…: a bare day still ahead in the month that was just spoken of."""
    if moment.form != "bare day" or not happened or moment.past is None or moment.future is None:
        return False
    day, ahead = happened[-1][1], moment.future.last
    return moment.past.last < day < ahead and (day.year, day.month) == (ahead.year, ahead.month)


def _nearer_ahead(moment: Moment, beside: str, today: date) -> bool:
    """12月3日 in November, with nothing that says 了: it lies long ago or soon ahead."""
    if moment.past is None or moment.future is None or DONE.search(beside):
        return False
    return today - moment.past.last > LONG_AGO and moment.future.last - today < SOON


def agrees(moment: Moment, span: Span) -> bool:
    """No other weekday is written beside the date."""
    return _weekday(moment, span, "date") is None


def _ahead_by_weekday(moment: Moment, beside: str, today: date) -> bool:
    """4月24日（周五） where only the next one is a Friday and near, with nothing that says 了."""
    if not moment.weekdays or moment.past is None or moment.future is None or DONE.search(beside):
        return False
    if moment.future.last - today > SOON:
        return False
    return not agrees(moment, moment.past) and agrees(moment, moment.future)


def _same_month(norm: str, happened: list[tuple[Moment, date]]) -> list[tuple[Moment, date]]:
    """9月3日、20日: a bare day after 、 or 和 belongs to the month before it."""
    result: list[tuple[Moment, date]] = []
    for moment, day in happened:
        if result and moment.form == "bare day":
            previous, last = result[-1]
            if re.fullmatch(r"[\s、和及与,]*", norm[previous.end : moment.start]) and day.day > last.day:
                day = last.replace(day=day.day) if day.day <= 28 else day
        result.append((moment, day))
    return result


def corrected(norm: str, moments: list[Moment], today: date) -> Roles:
    """For a correction: the day that stands after 是, 应为, 改成 …, not the one that was wrong."""
    right = [m for m in moments if CORRECTED.search(norm[: m.start]) and not ORIGINALLY.search(clause(norm, m)[0])]
    chosen = right or [m for m in moments if not ORIGINALLY.search(clause(norm, m)[0])]
    return assign(norm, chosen, today)
