"""Stretches of days and the arithmetic that date words need; everything is a function of today and the calendar."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from messages.reading.scene import Workdays

DAY = timedelta(days=1)


class ImpossibleDateError(ValueError):
    """A day that no calendar has: 2月30日."""


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day; `sharp` when it names one day, or days that something took place on."""

    first: date
    last: date
    sharp: bool = True


@dataclass(frozen=True, slots=True)
class Both:
    """What the words mean for something done, and for something still to come."""

    past: Span | None
    future: Span | None


@dataclass(frozen=True, slots=True)
class Today:
    """What relative words count from."""

    day: date
    workdays: Workdays

    @property
    def monday(self) -> date:
        """The first day of this week."""
        return self.day - DAY * self.day.weekday()

    def workday(self, count: int) -> date:
        """The count-th workday after today."""
        day = self.day
        for _ in range(min(count, 400)):
            day += DAY
            while not self.workdays.is_workday(day):
                day += DAY
        return day


def one(day: date) -> Both:
    """A day that means the same either way."""
    return Both(Span(day, day), Span(day, day))


def blurred(first: date, last: date) -> Both:
    """A stretch that has a last day but names no day."""
    span = Span(first, last, sharp=False)
    return Both(span, span)


def day_of(year: int, month: int, day: int) -> date:
    """The day, or ImpossibleDate."""
    try:
        return date(year, month, day)
    except ValueError as wrong:
        raise ImpossibleDateError from wrong


def month_end(year: int, month: int) -> date:
    """The last day of a month; the month may run over the year."""
    year, month = shifted(year, month, 0)
    return date(year, month, calendar.monthrange(year, month)[1])


def shifted(year: int, month: int, by: int) -> tuple[int, int]:
    """A month some months away."""
    count = year * 12 + month - 1 + by
    return count // 12, count % 12 + 1


@lru_cache(maxsize=4096)
def yearless(today: date, month: int, day: int) -> Both:
    """A month-day: the latest such day for something done, the next for a deadline."""
    if not 1 <= month <= 12 or not 1 <= day <= 31 or day > calendar.monthrange(2024, month)[1]:
        raise ImpossibleDateError
    past = next((d for year in range(today.year, today.year - 9, -1) if (d := _try(year, month, day)) and d <= today), None)
    future = next((d for year in range(today.year, today.year + 9) if (d := _try(year, month, day)) and d >= today), None)
    return Both(Span(past, past) if past else None, Span(future, future) if future else None)


@lru_cache(maxsize=4096)
def monthless(today: date, day: int) -> Both:
    """N号: the latest such day for something done, the next for a deadline; months without it are passed over."""
    if not 1 <= day <= 31:
        raise ImpossibleDateError
    past = next(d for by in range(0, -4, -1) if (d := _try(*shifted(today.year, today.month, by), day)) and d <= today)
    future = next(d for by in range(4) if (d := _try(*shifted(today.year, today.month, by), day)) and d >= today)
    return Both(Span(past, past), Span(future, future))


def _try(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def month_of(today: date, month: int) -> Both:
    """A month without a year: the latest that has begun, or the next that has not ended."""
    if not 1 <= month <= 12:
        raise ImpossibleDateError
    past_year = today.year if month <= today.month else today.year - 1
    next_year = today.year if month >= today.month else today.year + 1
    return Both(
        Span(date(past_year, month, 1), month_end(past_year, month), sharp=False),
        Span(date(next_year, month, 1), month_end(next_year, month), sharp=False),
    )


PARTS = {"初": (1, 10), "上旬": (1, 10), "中": (11, 15), "中旬": (11, 20), "下旬": (21, 31), "底": (25, 31), "末": (25, 31)}
"""First and last day of a part of a month; 31 stands for the month's last day."""


def part_of(month: Span, part: str) -> Span:
    """上旬, 月中, 中旬, 月底 … of a month."""
    first, last = PARTS.get(part, (1, 31))
    return Span(month.first.replace(day=first), month.last if last == 31 else month.first.replace(day=last), sharp=False)
