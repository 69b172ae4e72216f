"""The workday calendar: China's published days off and make-up days (调休), with the committee's own days laid over."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays.countries  # one country brings them all: at the start, not in the middle of a tick
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import CalendarDay

DAY = timedelta(days=1)
NAMES = {
    "元旦": "元旦",
    "春节": "春节",
    "清明": "清明节",
    "清明节": "清明节",
    "五一": "劳动节",
    "劳动节": "劳动节",
    "端午": "端午节",
    "端午节": "端午节",
    "中秋": "中秋节",
    "中秋节": "中秋节",
    "国庆": "国庆节",
    "国庆节": "国庆节",
    "十一": "国庆节",
}


@lru_cache(maxsize=32)
def _year(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """Days off by name, and make-up workdays, of one year as the library knows them."""
    china = holidays.country_holidays("CN", years=[year], language="zh_CN")
    return dict(china.items()), frozenset(day for day in china.weekend_workdays if day.year == year)


class Calendar:
    """Immutable; `own` maps the committee's days to (is a workday, name)."""

    def __init__(self, own: Mapping[date, tuple[bool, str]] | None = None) -> None:
        self._own = dict(own or {})
        self._own_years = {day.year for day in self._own}

    def is_workday(self, day: date) -> bool:
        """True on a day of work, make-up days included."""
        if (own := self._own.get(day)) is not None:
            return own[0]
        off, made_up = _year(day.year)
        return day in made_up or (day.weekday() < 5 and day not in off)

    def published(self, year: int) -> bool:
        """True when the year's make-up days are known: from the library, or loaded by the committee."""
        return bool(_year(year)[1]) or year in self._own_years

    def holiday(self, name: str, year: int) -> tuple[date, date] | None:
        """The first and last day off around a holiday, weekends and bridges included; None for an unknown name."""
        wanted = NAMES.get(name)
        if wanted is None:
            return None
        named = [day for day, known in _year(year)[0].items() if wanted in known]
        named += [day for day, (works, known) in self._own.items() if not works and day.year == year and wanted in known]
        if not named:
            return None
        first, last = min(named), max(named)
        while not self.is_workday(first - DAY):
            first -= DAY
        while not self.is_workday(last + DAY):
            last += DAY
        return first, last

    def on_or_before(self, day: date) -> date:
        """The day itself, or the latest workday before it."""
        while not self.is_workday(day):
            day -= DAY
        return day

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next workday after it."""
        while not self.is_workday(day):
            day += DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The count-th workday after the day (before it, if negative)."""
        step = DAY if count >= 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_until(self, today: date, due: date) -> int:
        """还有N个工作日: the workdays after today up to and with the due day; 0 when there are none left."""
        return sum(self.is_workday(today + DAY * n) for n in range(1, (due - today).days + 1))

    def week_closes_on(self, day: date) -> date | None:
        """The last workday of the day's Monday-to-Sunday week (a make-up Sunday counts); None in a week without work."""
        monday = day - DAY * day.weekday()
        return next((d for d in (monday + DAY * n for n in range(6, -1, -1)) if self.is_workday(d)), None)


async def load(session: AsyncSession) -> Calendar:
    """The calendar with the committee's own days. One statement."""
    rows = (await session.execute(select(CalendarDay))).scalars()
    return Calendar({row.day: (row.workday, row.name) for row in rows})
