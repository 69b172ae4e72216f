"""Promises made in reports: a word before the day, and one when it has passed."""

from handlers.contract import Tick
from handlers.duties import days
from storage.mail import planning

SUBJECTS = ("commitment",)


async def plan(tick: Tick) -> None:
    """Plan both words for the promises that are near. Two statements."""
    dates = await planning.due_dates(tick.session, SUBJECTS)
    rungs = [rung for due_on in dates for rung in days.promise(tick.plan, tick.calendar, due_on)]
    near = [rung for rung in rungs if days.within_reach(tick.now, rung.at)]
    await planning.plan_items(tick.session, "promise", SUBJECTS, near, tick.now)
