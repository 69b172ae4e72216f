"""What the parts of a date phrase mean: one small function for each way of naming days."""

import re
from datetime import date

from messages.reading.numerals import number
from messages.reading.spans import (
    DAY,
    Both,
    ImpossibleDateError,
    Span,
    Today,
    blurred,
    day_of,
    month_end,
    month_of,
    monthless,
    one,
    part_of,
    shifted,
    yearless,
)

Match = re.Match[str]
FIXED_DAYS = {"七一": (7, 1), "八一": (8, 1), "三八": (3, 8), "五四": (5, 4)}
FIRST_DAYS = {
    "元旦": (1, 1),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "国庆": (10, 1),
    "十一": (10, 1),
    "国庆节": (10, 1),
} | FIXED_DAYS
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6} | {str(n): n - 1 for n in range(1, 8)}
RELATIVE = {"大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "昨儿": -1, "前晚": -2, "今儿": 0, "今晨": 0, "明儿": 1, "昨": -1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0,
            "当天": 0, "明天": 1, "明日": 1, "明早": 1, "后天": 2, "后日": 2, "大后天": 3}  # fmt: skip


def _n(words: str) -> int:
    value = 1 if words == "元" else number(words)
    if value is None:
        raise ImpossibleDateError
    return value


def _year(words: str, today: date) -> int:
    word = words.rstrip("年")
    shift = {"今": 0, "本": 0, "当": 0, "明": 1, "后": 2, "去": -1, "前": -2}.get(word)
    if shift is not None:
        return today.year + shift
    value = _n(word)
    return value if value > 99 else 2000 + value


def _relative_month(words: str, today: date) -> tuple[int, int]:
    by = words.count("下") - words.count("上")
    return shifted(today.year, today.month, by)


def calendar_day(m: Match, now: Today) -> Both:
    groups = m.groupdict()
    month, day = _n(m["m"]), _n(m["d"])
    if groups.get("y"):
        return one(day_of(_year(m["y"], now.day), month, day))
    return yearless(now.day, month, day)


def day_range(m: Match, now: Today) -> Both:
    first = calendar_day(m, now)
    month = _n(m["m2"]) if m["m2"] else _n(m["m"])
    day = _n(m["d2"])

    def until(start: Span | None) -> Span | None:
        if start is None:
            return None
        last = day_of(start.first.year + (month < start.first.month), month, day)
        return Span(start.first, last) if last >= start.first else None

    return Both(until(first.past), until(first.future))


def bare_range(m: Match, now: Today) -> Both:
    last = monthless(now.day, _n(m["d2"]))
    first = _n(m["d"])

    def since(end: Span | None) -> Span | None:
        return Span(end.last.replace(day=first), end.last) if end and 1 <= first <= end.last.day else None

    return Both(since(last.past), since(last.future))


def compact(m: Match, now: Today) -> Both:
    return one(day_of(int(m["y"]), int(m["m"]), int(m["d"])))


def month_day(m: Match, now: Today) -> Both:
    return one(day_of(*_relative_month(m["rm"], now.day), _n(m["d"])))


def weekday(m: Match, now: Today) -> Both:
    which, weekday = m["week"] or "", WEEKDAYS[m["wd"]]
    by = which.count("下") - which.count("上")
    day = now.monday + DAY * (weekday + 7 * by)
    if which:
        return one(day)
    past = day if day <= now.day else day - DAY * 7
    future = day if day >= now.day else day + DAY * 7
    return Both(Span(past, past), Span(future, future))


def week(m: Match, now: Today) -> Both:
    by = m["week"].count("下") - m["week"].count("上")
    monday = now.monday + DAY * 7 * by
    return blurred(monday, monday + DAY * 6)


def relative(m: Match, now: Today) -> Both:
    return one(now.day + DAY * RELATIVE[m["word"]])


def count(m: Match, now: Today) -> Both:
    half, unit = m["n"] == "半", m["unit"]
    count = 1 if half else _n(m["n"])
    if unit.startswith(("工作日", "个工作日")):
        day = now.workday(count)
    elif "月" in unit:
        if half:
            day = now.day + DAY * 15
        else:
            year, month = shifted(now.day.year, now.day.month, count)
            day = min(date(year, month, 1) + DAY * (now.day.day - 1), month_end(year, month))
            day += DAY * (15 if m["more"] else 0)
    else:
        day = now.day + DAY * (count * (7 if unit in ("周", "个星期", "星期", "个礼拜", "礼拜") else 1))
    return Both(None, Span(day, day))


def ago(m: Match, now: Today) -> Both:
    days = _n(m["n"]) * (7 if m["unit"] in ("周", "个星期", "星期", "个礼拜", "礼拜") else 1)
    day = now.day - DAY * days
    return Both(Span(day, day), None)


def relative_month_part(m: Match, now: Today) -> Both:
    year, month = _relative_month(m["rm"], now.day)
    span = part_of(Span(date(year, month, 1), month_end(year, month)), m["part"] or "内")
    return Both(span, span)


def this_month_part(m: Match, now: Today) -> Both:
    span = Span(now.day.replace(day=1), month_end(now.day.year, now.day.month))
    this = part_of(span, m["part"])
    if this.last >= now.day:
        return Both(this, this)
    year, month = shifted(now.day.year, now.day.month, 1)
    return Both(this, part_of(Span(date(year, month, 1), month_end(year, month)), m["part"]))


def month_part(m: Match, now: Today) -> Both:
    month, part = _n(m["m"]), m["part"] or "内"
    if m["y"]:
        year = _year(m["y"], now.day)
        if not 1 <= month <= 12:
            raise ImpossibleDateError
        span = part_of(Span(date(year, month, 1), month_end(year, month)), part)
        return Both(span, span)
    both = month_of(now.day, month)
    future = part_of(both.future, part) if both.future else None
    if future and future.last < now.day:
        future = Span(future.first.replace(year=future.first.year + 1), future.last.replace(year=future.last.year + 1), False)
    return Both(part_of(both.past, part) if both.past else None, future)


def quarter(m: Match, now: Today) -> Both:
    word = m["q"]
    current = (now.day.month - 1) // 3
    year = _year(m["y"], now.day) if m["y"] else now.day.year
    if word in "本这当该":
        index = current
    elif word in ("下", "下个", "下一"):
        index = current + 1
    elif word in ("上", "上个", "上一"):
        index = current - 1
    else:
        index = _n(word) - 1
        if not m["y"] and index < current:
            return Both(blurred(*_quarter_days(year, index)).past, blurred(*_quarter_days(year + 1, index)).future)
    return blurred(*_quarter_days(year, index))


def _quarter_days(year: int, index: int) -> tuple[date, date]:
    year, month = shifted(year, index * 3 + 1, 0)
    return date(year, month, 1), month_end(year, month + 2)


def year_part(m: Match, now: Today) -> Both:
    year = _year(m["y"], now.day) if m["y"] else now.day.year
    return blurred(date(year, 1, 1), date(year, 6, 30) if m["yp"].startswith("上半") else date(year, 12, 31))


def holiday(m: Match, now: Today) -> Both:
    year = _year(m["y"], now.day) if m["y"] else None
    years = [year] if year else [now.day.year - 1, now.day.year, now.day.year + 1]
    if m["side"].startswith(("当", "那")) and (day := FIRST_DAYS.get(m["name"])):
        return one(date(year, *day)) if year else yearless(now.day, *day)
    edges = [_edge(span, m["side"], now) for candidate in years if (span := _days_off(m["name"], candidate, now))]
    return _nearest(edges, now)


def next_holiday(m: Match, now: Today) -> Both:
    names = ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")
    years = (now.day.year - 1, now.day.year, now.day.year + 1)
    edges = [_edge(span, m["side"], now) for year in years for name in names if (span := _days_off(name, year, now))]
    return _nearest(edges, now)


def _days_off(name: str, year: int, now: Today) -> tuple[date, date] | None:
    if name in FIXED_DAYS:
        day = date(year, *FIXED_DAYS[name])
        return day, day
    return now.workdays.holiday(name, year)


def _edge(days: tuple[date, date], side: str, now: Today) -> date:
    if side.endswith("前"):
        return days[0] - DAY
    if side.endswith("后"):
        day = days[1] + DAY
        while not now.workdays.is_workday(day):
            day += DAY
        return day
    return days[1]


def _nearest(days: list[date], now: Today) -> Both:
    past = max((day for day in days if day <= now.day), default=None)
    future = min((day for day in days if day >= now.day), default=None)
    return Both(Span(past, past, sharp=False) if past else None, Span(future, future, sharp=False) if future else None)


def bare_day(m: Match, now: Today) -> Both:
    """20号."""
    return monthless(now.day, _n(m["d"]))
