"""The days and hours on which the clock speaks: ladders, overdue places and sending windows; pure."""

from datetime import date, datetime, timedelta

from handlers.views.week import monday
from storage.calendar import Calendar
from storage.mail.planning import Rung
from storage.plans import PlanFacts

DAY = timedelta(days=1)
HORIZON = timedelta(days=14)
"""How far ahead notices are planned: today's preview shows all of next week."""
LOOKBACK = timedelta(days=31)
"""How far back a rung that nobody planned is still noted as missed."""


def morning(plan: PlanFacts, day: date) -> datetime:
    """When the day's first sending window opens."""
    return datetime.combine(day, plan.rules.windows[0][0], plan.timezone)


def is_open(plan: PlanFacts, calendar: Calendar, at: datetime) -> bool:
    """The bot may speak unasked now: a workday, within a sending window (its last minute included)."""
    clock = at.timetz().replace(tzinfo=None, second=0, microsecond=0)
    return calendar.is_workday(at.date()) and any(start <= clock <= end for start, end in plan.rules.windows)


def next_open(plan: PlanFacts, calendar: Calendar, at: datetime) -> datetime:
    """The moment itself if the bot may speak then, else the next opening of a window."""
    if is_open(plan, calendar, at):
        return at
    day = at.date()
    while True:
        if calendar.is_workday(day):
            for start, _ in plan.rules.windows:
                opening = datetime.combine(day, start, plan.timezone)
                if opening >= at:
                    return opening
        day += DAY


def within_reach(now: datetime, at: datetime, earliest: datetime | None = None) -> bool:
    """The moment is worth planning: not long past, not far ahead."""
    return max(now - LOOKBACK, earliest or now - LOOKBACK) <= at <= now + HORIZON


def ladder(plan: PlanFacts, calendar: Calendar, due_on: date) -> list[Rung]:
    """T-n for each n of the plan, on an earlier workday where that day is none; one rung a day, the most urgent."""
    by_day = {calendar.on_or_before(due_on - DAY * before): before for before in sorted(plan.rules.ladder, reverse=True)}
    return [Rung(due_on, before, morning(plan, day)) for day, before in by_day.items()]


def promise(plan: PlanFacts, calendar: Calendar, due_on: date) -> list[Rung]:
    """Once before (the day before, where the promise was made too late for that), and once when overdue."""
    early = calendar.on_or_before(due_on - DAY * plan.rules.promise_before)
    late = calendar.on_or_before(due_on - DAY)
    rungs = [Rung(due_on, plan.rules.promise_before, morning(plan, early))]
    if late > early:
        rungs.append(Rung(due_on, 1, morning(plan, late), only_since=early))
    rungs.append(Rung(due_on, -1, morning(plan, calendar.add_workdays(due_on, 1))))
    return rungs


def overdue(plan: PlanFacts, calendar: Calendar, due_on: date, until: datetime) -> list[Rung]:
    """The first workday after the due day, and every few workdays from then on."""
    day, nth, places = calendar.add_workdays(due_on, 1), 1, []
    while (at := morning(plan, day)) <= until:
        places.append(Rung(due_on, -nth, at))
        day, nth = calendar.add_workdays(day, plan.rules.overdue_every), nth + 1
    return places


def next_week(plan: PlanFacts, calendar: Calendar, day: date) -> datetime:
    """The first moment of next week (or of the first week with work in it) at which the bot may speak."""
    return morning(plan, calendar.on_or_after(monday(day) + 7 * DAY))
