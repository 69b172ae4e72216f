"""How a phase of the plan is put: its name, its days, what is aimed at."""

from datetime import date
from typing import Any

from handlers.views.deadline import deadline
from storage.calendar import Calendar
from storage.plans import PhaseFacts


def phase(facts: PhaseFacts, today: date, calendar: Calendar) -> dict[str, Any]:
    """A phase, its end as a deadline."""
    return {
        "ordinal": facts.ordinal,
        "name": facts.name,
        "starts_on": facts.starts_on.isoformat(),
        "ends": deadline(facts.ends_on, today, calendar),
        "target_kind": facts.target_kind,
        "target_percent": facts.target_percent,
        "exemplars": facts.exemplars,
        "focus": facts.focus,
    }
