"""What is read back of a report: everything that was understood, with weekdays, so that a slip is seen at once."""

from collections.abc import Sequence
from typing import Any

from handlers.contract import Context
from handlers.recording.effects import Caused, ask, undo
from handlers.views import item
from messages.writing.reply import Reply
from storage.reports import Part
from storage.tables import Organization


def reply(
    ctx: Context[Any],
    template: str,
    organization: Organization,
    number: str,
    told: Sequence[Part],
    caused: Caused,
    promise: dict[str, Any] | None,
    **more: Any,
) -> Reply:
    """The readback with its [撤回] button, and one button for each promise that may be meant."""
    values = {
        "number": number,
        "organization": organization.short_name,
        "parts": [part_values(part) for part in told],
        "next": promise,
        "kept": list(caused.kept),
        "reached": list(caused.reached),
        "waiting": list(caused.waiting),
        "asked": [item.promise(one.object, one.due_on, ctx.today, ctx.calendar) for one in caused.asked],
        **more,
    }
    buttons = (*ask(caused.asked, number, organization.code), undo(number, organization.code))
    return Reply(template, values, buttons=buttons, about={"org": organization.code, "number": number})


def part_values(part: Part) -> dict[str, Any]:
    """One part as JSON."""
    return {
        "content": part.content.rstrip("。；，;,. "),
        "date": part.occurred_on.isoformat() if part.occurred_on else None,
        "activities": part.activities,
        "participants": part.participants,
        "percent": part.percent,
    }
