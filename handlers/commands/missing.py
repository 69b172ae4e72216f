"""未报: who has not declared yet, in the official order; for the committee alone."""

from datetime import date
from typing import Any

from handlers.contract import COMMITTEE, Audience, Context, command
from handlers.duties import days
from handlers.matters import ALL
from messages.requests.asking import Missing, Weekly
from messages.writing.reply import Button, Reply
from storage import organizations
from storage.derived import counts, due


@command(
    Missing,
    who=COMMITTEE,
    about=ALL,
    audience=Audience.COMMITTEE,
    summary="查未报：尚未申报和退回待重新报送的单位（按单位序列）",
    examples={"未报": "尚未申报5个", "谁还没报": "排名不分先后"},
)
async def missing(ctx: Context[None], asked: Missing) -> Reply:
    """The list in the committee's chat or in private; anywhere else one neutral line, and the list in private."""
    told = await counts.counts(ctx.session, ctx.today)
    owed = await due.items(ctx.session, subjects=("declaration", "return"))
    units = await organizations.by_ids(ctx.session, {item.organization_id for item in owed})
    plain = ctx.plan.declaration_due if ctx.plan else None
    direct: list[dict[str, Any]] = []
    separate: list[dict[str, Any]] = []
    returned: list[dict[str, Any]] = []
    for item in sorted(owed, key=lambda one: units[one.organization_id].position):
        unit = units[item.organization_id]
        line = {
            "org": unit.short_name,
            "due_on": item.due_on.isoformat(),
            "moved": item.subject == "return" or item.due_on != plain,
            "overdue": item.due_on < ctx.today,
            "paused": item.paused,
        }
        (returned if item.subject == "return" else direct if unit.direct else separate).append(line)
    values: dict[str, Any] = {
        "today": ctx.today.isoformat(),
        "counts": told.values(),
        "direct": direct,
        "separate": separate,
        "returned": returned,
        "deadline": _deadline(ctx, plain),
    }
    return Reply("missing/list", values, buttons=(Button(Weekly()),))


def _deadline(ctx: Context[Any], due_on: date | None) -> dict[str, Any] | None:
    if due_on is None:
        return None
    return {
        "due_on": due_on.isoformat(),
        "over": due_on < ctx.today,
        "workdays": ctx.calendar.workdays_until(ctx.today, due_on),
        "estimated": days.estimated(ctx.calendar, ctx.today, due_on),
    }
