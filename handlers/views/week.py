"""The week that a summary or an outlook is about: its days, and when it is summed up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.calendar import Calendar
from storage.plans import PlanFacts

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """A week to sum up: its first and last day, and what was told after `since` up to `until` belongs to it."""

    first: date
    last: date
    since: datetime
    until: datetime
    closed: bool  # it lies behind: counts stand as they stood then


def monday(day: date) -> date:
    """The first day of the day's week."""
    return day - DAY * day.weekday()


def begins(plan: PlanFacts, day: date) -> datetime:
    """The first moment of the day's week, in the plan's zone."""
    return datetime.combine(monday(day), datetime.min.time(), plan.timezone)


def next_week(plan: PlanFacts, today: date) -> tuple[datetime, datetime]:
    """From next Monday to the Monday after, in the plan's zone."""
    start = begins(plan, today) + 7 * DAY
    return start, start + 7 * DAY


def cut_off(plan: PlanFacts, calendar: Calendar, day: date) -> datetime | None:
    """When the day's week is summed up: on its last workday; None in a week without work."""
    closes = calendar.week_closes_on(day)
    return None if closes is None else datetime.combine(closes, plan.rules.summary_committee, plan.timezone)


def week_of(plan: PlanFacts, calendar: Calendar, day: date, now: datetime) -> Week:
    """The day's week up to now, or up to its cut-off where that is past."""
    cut = cut_off(plan, calendar, day)
    first = monday(day)
    since = _previous_cut_off(plan, calendar, day)
    if cut is None:  # a week without work: nothing closes it before the next one does
        last = min(first + 6 * DAY, now.date())
        return Week(first, last, since, min(now, next_week(plan, day)[0]), False)
    until = min(now, cut)
    last = min(cut.date(), max(now.date(), first))
    return Week(first, last, since, until, now > cut)


def _previous_cut_off(plan: PlanFacts, calendar: Calendar, day: date) -> datetime:
    """When the newest week before the day's own was summed up."""
    week = monday(day) - 7 * DAY
    while (found := cut_off(plan, calendar, week)) is None:
        week -= 7 * DAY
    return found
