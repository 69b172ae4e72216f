"""Overdue: from the first workday after the day, every few workdays, until three are unanswered."""

from handlers.contract import Tick
from handlers.duties import days
from handlers.duties.ladder import SUBJECTS
from storage.mail import planning


async def plan(tick: Tick) -> None:
    """Plan the next overdue nudges, and the call list after them. Two statements."""
    dates = await planning.due_dates(tick.session, SUBJECTS)
    until, on_since = tick.now + days.HORIZON, tick.switched_on_at or tick.now
    places = [place for due_on in dates for place in days.overdue(tick.plan, tick.calendar, due_on, until)]
    near = [place for place in places if days.within_reach(tick.now, place.at, on_since)]
    await planning.plan_overdue(tick.session, SUBJECTS, near, tick.plan.rules.stop_after, tick.now)
