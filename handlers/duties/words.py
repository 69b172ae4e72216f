"""What a template may say of something that is due: plain values, seen from today."""

from datetime import date
from typing import Any

from handlers.duties import days
from storage.calendar import Calendar
from storage.derived.due import Item
from storage.plans import PlanFacts


def item_values(item: Item, today: date, calendar: Calendar, plan: PlanFacts) -> dict[str, Any]:
    """An item with the days that are left, JSON-able.

    `advise`: the last workday before a deadline on a day of rest, while it lies ahead. `answer_by`: the last workday before
    the next overdue nudge. `estimated`: the count goes through a year without published make-up days.
    """
    left = (item.due_on - today).days
    before = calendar.on_or_before(item.due_on)
    again = calendar.add_workdays(today, plan.rules.overdue_every)
    return {
        "subject": item.subject,
        "subject_id": item.subject_id,
        "name": item.name,
        "due_on": item.due_on.isoformat(),
        "days_left": left,
        "workdays_left": calendar.workdays_until(today, item.due_on) if left > 0 else 0,
        "holiday": left > 0 and days.holiday_between(calendar, today, item.due_on),
        "advise": before.isoformat() if today <= before < item.due_on else None,
        "answer_by": calendar.add_workdays(again, -1).isoformat(),
        "estimated": days.estimated(calendar, today, item.due_on if left > 0 else again),
        "deliverables": list(deliverables(item, plan)),
        "paused": item.paused,
    }


def deliverables(item: Item, plan: PlanFacts) -> tuple[str, ...]:
    """What has to be handed in: a milestone's own papers; for the declaration, those of the milestones up to its day."""
    if item.subject != "declaration":
        return item.deliverables
    return tuple(paper for step in plan.milestones if step.due_on <= plan.declaration_due for paper in step.deliverables)
