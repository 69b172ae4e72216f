"""How a deadline is put for people: one plain shape, made from its day, the day it is seen from, and the calendar."""

from datetime import date, timedelta
from functools import lru_cache
from typing import TypedDict

from storage.calendar import Calendar

DAY = timedelta(days=1)


class Deadline(TypedDict):
    """JSON-able: days as ISO strings, all counts as seen from today. templates/_deadline.j2 holds the wording."""

    on: str
    over: bool
    today: bool
    days: int  # that are left; negative once it is over
    workdays: int  # that are left, the day itself included; 0 once it is over
    holiday: bool  # a public holiday shortens the time that is left
    estimated: bool  # workdays until then are a guess: make-up days are not published yet
    advice: str | None  # the last workday before a deadline on a day of rest (“建议18日前完成”)
    advice_ahead: bool  # there is one, and it has not gone by
    same_month: bool  # the day of the advice lies in the deadline's month
    same_year: bool  # the deadline lies in today's year


@lru_cache(maxsize=256)
def deadline(day: date, today: date, calendar: Calendar) -> Deadline:
    """What templates may say of a deadline; kept, since thousands share one, and to be left as it is."""
    workday = calendar.on_or_before(day)
    return {
        "on": day.isoformat(),
        "over": day < today,
        "today": day == today,
        "days": (day - today).days,
        "workdays": calendar.workdays_until(today, day),
        "holiday": _holiday_between(calendar, today, day),
        "estimated": estimated(calendar, today, day),
        "advice": workday.isoformat() if workday != day else None,
        "advice_ahead": today <= workday < day,
        "same_month": workday.month == day.month,
        "same_year": day.year == today.year,
    }


def estimated(calendar: Calendar, start: date, end: date) -> bool:
    """Workdays between these days are a guess: a year's make-up days are not published yet (暂按法定节假日推算)."""
    return any(not calendar.published(year) for year in range(min(start, end).year, max(start, end).year + 1))


def _holiday_between(calendar: Calendar, today: date, day: date) -> bool:
    """A public holiday (not only weekends) shortens the time that is left."""
    between = (today + DAY * n for n in range(1, (day - today).days + 1))
    return any(one.weekday() < 5 and not calendar.is_workday(one) for one in between)
