"""How something that an organisation owes is put: an item that falls due, or a promise in the words it was made."""

from datetime import date
from typing import Any

from handlers.views.deadline import deadline
from storage.calendar import Calendar
from storage.derived.due import Item
from storage.plans import PlanFacts


def item(owed: Item, today: date, calendar: Calendar) -> dict[str, Any]:
    """What it is, whether it waits for the committee, and until when."""
    return {
        "subject": owed.subject,
        "name": owed.name,
        "paused": owed.paused,
        "due": deadline(owed.due_on, today, calendar),
    }


def promise(promised: str, due_on: date, today: date, calendar: Calendar) -> dict[str, Any]:
    """What is promised, and until when."""
    return {"object": promised, "due": deadline(due_on, today, calendar)}


def deliverables(owed: Item, plan: PlanFacts) -> list[str]:
    """What has to be handed in: a milestone's own papers; for the declaration, those of the milestones up to its day."""
    if owed.subject != "declaration":
        return list(owed.deliverables)
    return [paper for step in plan.milestones if step.due_on <= plan.declaration_due for paper in step.deliverables]
