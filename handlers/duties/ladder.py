"""The deadline ladder: T-30, T-7, T-3, T-1 before a declaration, a return or a milestone is due."""

from handlers.contract import Tick
from handlers.duties import days
from storage.mail import planning

SUBJECTS = ("declaration", "return", "milestone")


async def plan(tick: Tick) -> None:
    """Plan the rungs that are near. Two statements."""
    dates = await planning.due_dates(tick.session, SUBJECTS)
    rungs = [rung for due_on in dates for rung in days.ladder(tick.plan, tick.calendar, due_on)]
    near = [rung for rung in rungs if days.within_reach(tick.now, rung.at)]
    await planning.plan_items(tick.session, "ladder", SUBJECTS, near, tick.now)
