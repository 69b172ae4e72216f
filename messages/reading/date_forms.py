"""Every form in which people write a date: one entry a form, each with an example that the tests execute."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from messages.reading import dates
from messages.reading.dates import WEEKDAYS, Match
from messages.reading.spans import Both, ImpossibleDateError, Span, Today

YEAR = r"(?P<y>20\d\d年?|[12]\d年|二零[零一二三四五六七八九]{2}年?|[今明后去前本当]年)"
MON = r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2}|元(?=月))"
DAYN = r"(?P<d>\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
DAY2 = DAYN.replace("<d>", "<d2>")
COUNT = r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)"
RELATIVE_MONTH = r"(?P<rm>上上个?月|下下个?月|上个?月|下个?月|本月份?|这个?月|当月)"
PART = r"(?P<part>初|上旬|中旬|下旬|中|底|末|内)"
TO = r"\s?(?:至|到|[-~]{1,3})\s?"
HOLIDAYS = r"(?P<name>元旦|春节|清明节?|五一|劳动节|端午节?|中秋节?|国庆节?|十一(?!月)|七一|八一|三八|五四)"


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a date: `past` and `future` are what the example means on Monday 2026-11-23."""

    name: str
    pattern: re.Pattern[str]
    build: Callable[[Match, Today], Both]
    example: str
    past: str | None
    future: str | None


def _form(
    name: str, pattern: str, build: Callable[[Match, Today], Both], example: str, past: str | None, future: str | None
) -> Form:
    return Form(name, re.compile(pattern), build, example, past, future)


NOT_A_DAY = r"(?!\d|\.\d|[万亿千元%‰米吨]|[个名人件次场份项位户篇条册]|平方|公里|公斤|小时|分钟|版|GB|MB|mb|gb)"
LEFT = r"(?<![\d.\-/第])"
NOT_A_PLACE = r"(?!楼|院|线|路|门|馆|库|窗|文|会议室|方案|机|厅|室|码|店|桌|令|公告|通知)"

FORMS = (
    _form("day range", rf"(?<!\d)(?:{YEAR}[-./]?)?{MON}月份?{DAYN}[日号]?{TO}(?:(?P<m2>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月)?{DAY2}[日号]", dates.day_range, "11月18日至20日", "2026-11-20", "2027-11-20"),
    _form("year-month-day", rf"(?<!\d)(?:{YEAR}的?)?{MON}月份?的?{DAYN}(?:[日号]|(?![\d个名人件次场份项]))", dates.calendar_day, "11月20日", "2026-11-20", "2027-11-20"),
    _form("digits with year", rf"{LEFT}(?P<y>20\d\d)\s?[-./]\s?(?P<m>\d{{1,2}})\s?[-./]\s?(?P<d>\d{{1,2}})(?!\d)", dates.calendar_day, "2026-12-15", "2026-12-15", "2026-12-15"),
    _form("compact", r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)", dates.compact, "20261215", "2026-12-15", "2026-12-15"),
    _form("bare day range", rf"(?<![\d月第年]){DAYN}[日号]?{TO}{DAY2}[日号]", dates.bare_range, "18至20日", "2026-11-20", "2026-12-20"),
    _form("dotted", rf"{LEFT}(?P<m>1[0-2]|0?[1-9])\.(?P<d>3[01]|[12]\d|0?[1-9]){NOT_A_DAY}(?!月)", dates.calendar_day, "11.18", "2026-11-18", "2027-11-18"),
    _form("dashed", rf"{LEFT}(?P<m>1[0-2]|0?[1-9])[-/](?P<d>3[01]|[12]\d|0?[1-9]){NOT_A_DAY}(?![月日号天年点岁\-/.]|的|以上)", dates.calendar_day, "12-15", "2025-12-15", "2026-12-15"),
    _form("day of a month", rf"{RELATIVE_MONTH}的?{DAYN}[日号]", dates.month_day, "下个月5号", "2026-12-05", "2026-12-05"),
    _form("part of a relative month", rf"{RELATIVE_MONTH}的?{PART}?", dates.relative_month_part, "下月中旬", "2026-12-20", "2026-12-20"),
    _form("part of a month", rf"(?<![\d个])(?:{YEAR}的?)?{MON}月份?的?{PART}?(?!\d|会)", dates.month_part, "12月底", "2025-12-31", "2026-12-31"),
    _form("bare day", rf"(?<![\d.\-/第月年栋楼路街投选])(?<![投选] )(?<!支持)(?<!赞成)(?<![〔\[(]20\d\d[〕\])]){DAYN}[日号]{NOT_A_PLACE}", dates.bare_day, "20号", "2026-11-20", "2026-12-20"),
    _form("part of this month", r"(?<![个\d一二三四五六七八九十])月(?P<part>初|中旬|上旬|下旬|底|末|中)(?!国)", dates.this_month_part, "月底", "2026-11-30", "2026-11-30"),
    _form("weekday", r"(?<!每)(?P<week>上上个?|下下个?|上个?|下个?|这个?|本)?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天1-6])(?!会)", dates.weekday, "周五", "2026-11-20", "2026-11-27"),
    _form("week", r"(?P<week>上上个?|下下个?|上个?|下个?|这个?|本|这一)(?:周|星期|礼拜)(?:末|内|之内|底)?", dates.week, "下周", "2026-12-06", "2026-12-06"),
    _form("weekend", r"(?<!每)(?P<week>)周末", dates.week, "周末", "2026-11-29", "2026-11-29"),
    _form("relative day", r"(?P<word>大前天|前天|前日|前晚|昨天|昨日|昨晚|昨夜|昨儿|今儿|今晨|明儿|今天|今日|今早|今晚|当天|大后天|后天|后日|明天|明日|明早)", dates.relative, "昨天", "2026-11-22", "2026-11-22"),
    _form("days ago", rf"{COUNT}(?P<unit>天|日|周|个星期|星期|个礼拜|礼拜)(?:之前|以前|前)", dates.ago, "三天前", "2026-11-20", None),
    _form("in some days", rf"(?<![\d第]){COUNT}个?(?P<unit>工作日|个?月|天|日|周|个星期|星期|个礼拜|礼拜)(?P<more>半)?(?:之后|以后|后|之内|以内|内)", dates.count, "三天后", None, "2026-11-26"),
    _form("quarter", rf"(?:{YEAR})?第?(?P<q>下一|上一|下个?|上个?|[本这当该]|[一二三四1-4])个?季度(?:末|底|内|结束)?", dates.quarter, "本季度末", "2026-12-31", "2026-12-31"),
    _form("end of the year", r"(?:(?P<y>20\d\d|[12]\d|[今明后去])年?|本)?(?P<yp>年底|年末|年内|上半年|下半年|年终)(?!总结|考核)", dates.year_part, "年底", "2026-12-31", "2026-12-31"),
    _form("holiday", rf"(?:{YEAR})?{HOLIDAYS}(?:假期|长假|放假|节)?(?P<side>之?以?前|之?以?后|期间|假期|长假|当[天日]|那天|那一天)", dates.holiday, "元旦前", "2025-12-31", "2026-12-31"),
    _form("next holiday", r"(?<![一-鿿])(?P<side>节前|节后)", dates.next_holiday, "节前", "2026-09-30", "2026-12-31"),
)  # fmt: skip
"""In the order of preference: where two forms begin at the same place, the longer wins, then the earlier entry."""
HINT = re.compile(r"[\d月日号周星礼天年节季昨今明后前]")
OPEN, SHUT = "(\\[【〔〈《{“", ")\\]】〕〉》}”"
WEEKDAY = "(?:周|星期|礼拜)"
CLOCK = r"(?:[ ,\-~至]|上午|下午|早上|晚上|晚|中午|全天|\d{1,2}[:点时](?:\d{1,2}分?|半)?)*"
WRITTEN = re.compile(
    rf" ?(?P<open>[{OPEN}])? ?(?:上上个?|下下个?|上个?|下个?|这个?|本)?(?P<unit>{WEEKDAY})?(?P<first>[一二三四五六日天1-7])"
    rf"(?(open)(?: ?(?P<to>至|到|-|~|、|,|和|及|与) ?{WEEKDAY}?(?P<last>[一二三四五六日天1-7]))?{CLOCK} ?[{SHUT}]|(?(unit)(?![会至到~、和及与\-\d])|(?!)))"
)
"""The weekday behind a date: 11月20日（星期五）, 12月10日周四前, 11月18日至20日（周三至周五）."""
ASIDE = re.compile(rf" ?[{OPEN}] ?"), re.compile(rf"{CLOCK} ?[{SHUT}]")
"""A day and, in brackets, the same day in other words: 明天（11月24日）, 12月10日（下周四）."""
DAYS = frozenset(
    (
        "day range",
        "year-month-day",
        "digits with year",
        "compact",
        "bare day range",
        "dotted",
        "dashed",
        "day of a month",
        "bare day",
    )
)
"""Forms that name a day of the calendar, beside which a weekday is a check."""
BEFORE = re.compile(r"\s?(?:上午|下午|下班|晚上|中午|[日号])?(?:之前|以前|前|截止|截至|到期|为限|之内|以内|内(?!容))")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date phrase in the text; `deadline` when 前, 截止 or the like follows it."""

    start: int
    end: int
    form: str
    words: str
    past: Span | None
    future: Span | None
    deadline: bool
    impossible: bool = False
    weekdays: tuple[int, ...] = ()  # those written beside it: its last day's, or its first and last one's

    @property
    def fixed(self) -> date | None:
        """The day, where past and future agree."""
        return self.past.last if self.past and self.past == self.future else None


def find(norm: str, now: Today) -> list[Moment]:
    """All date phrases of a normalised text, in order, without overlaps."""
    if not HINT.search(norm):
        return []
    matches = [(m.start(), -m.end(), order, m) for order, form in enumerate(FORMS) for m in form.pattern.finditer(norm)]
    found = list(_moments(sorted(matches, key=lambda item: item[:3]), norm, now))
    return list(_joined(found, norm)) if len(found) > 1 else found


def _moments(matches: list[tuple[int, int, int, Match]], norm: str, now: Today) -> Iterator[Moment]:
    taken = 0
    for start, end, order, match in matches:
        if start < taken:
            continue
        try:
            both, impossible = FORMS[order].build(match, now), False
        except ImpossibleDateError:
            both, impossible = Both(None, None), True
        taken = -end
        weekdays: tuple[int, ...] = ()
        if FORMS[order].name in DAYS and (written := WRITTEN.match(norm, taken)) and _of(both, written):
            taken, weekdays = written.end(), _weekdays(both, written)
        yield Moment(
            start,
            taken,
            FORMS[order].name,
            match[0],
            both.past,
            both.future,
            _deadline(norm, taken, match[0]),
            impossible,
            weekdays,
        )


def _deadline(norm: str, end: int, words: str) -> bool:
    return BEFORE.match(norm, end) is not None or words.endswith(("内", "前"))


def _of(both: Both, written: Match) -> bool:
    """Told as a weekday in brackets or close behind, it is the date's own; a bare （四）, or one behind a blank, where it agrees."""
    weekday = WEEKDAYS[written["first"]]
    told = written["unit"] is not None and (written["open"] is not None or written[0][0] != " ")
    return told or any(span.last.weekday() == weekday for span in (both.past, both.future) if span)


def _weekdays(both: Both, written: Match) -> tuple[int, ...]:
    """One weekday of one day, or two of a stretch; anything else is no check."""
    told = tuple(WEEKDAYS[sign] for sign in (written["first"], written["last"]) if sign)
    span = both.past or both.future
    stretch = span is not None and span.first != span.last
    return told if len(told) == 1 + stretch else ()


def _joined(moments: Iterable[Moment], norm: str) -> Iterator[Moment]:
    """Two moments, the second in brackets, are one: the day of the calendar, with what was said of it in other words."""
    kept: Moment | None = None
    for moment in moments:
        if kept is not None and (whole := _same(kept, moment, norm)):
            kept = whole
            continue
        if kept is not None:
            yield kept
        kept = moment
    if kept is not None:
        yield kept


def _same(one: Moment, aside: Moment, norm: str) -> Moment | None:
    shut = ASIDE[1].match(norm, aside.end)
    if shut is None or not ASIDE[0].fullmatch(norm, one.end, aside.start):
        return None
    named, other = (one, aside) if one.form in DAYS else (aside, one)
    if named.form not in DAYS or other.form not in ("weekday", "relative day", "week", "part of this month", "holiday"):
        return None
    weekday = other.form == "weekday"
    if not weekday and not _within(named, other):
        return None
    weekdays = (WEEKDAYS[other.words[-1]],) if weekday else named.weekdays
    return replace(named, start=one.start, end=shut.end(), weekdays=weekdays, deadline=_deadline(norm, shut.end(), aside.words))


def _within(named: Moment, other: Moment) -> bool:
    """The day lies where the other words say."""
    days = [span.last for span in (named.past, named.future) if span]
    spans = [span for span in (other.past, other.future) if span]
    return any(span.first <= day <= span.last for day in days for span in spans)
