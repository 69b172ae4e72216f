"""未报: who has not declared yet, in the official order; for the committee alone."""

from typing import Any

from handlers.contract import COMMITTEE, Audience, Context, command
from handlers.matters import ALL
from handlers.views.deadline import deadline
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
    dues = {day: deadline(day, ctx.today, ctx.calendar) for day in {item.due_on for item in owed}}
    direct: list[dict[str, Any]] = []
    separate: list[dict[str, Any]] = []
    returned: list[dict[str, Any]] = []
    for item in sorted(owed, key=lambda one: units[one.organization_id].position):
        unit = units[item.organization_id]
        line = {
            "org": unit.short_name,
            "due": dues[item.due_on],
            "moved": item.subject == "return" or item.due_on != plain,
            "paused": item.paused,
        }
        (returned if item.subject == "return" else direct if unit.direct else separate).append(line)
    values: dict[str, Any] = {
        "counts": told.values(),
        "direct": direct,
        "separate": separate,
        "returned": returned,
        "deadline": deadline(plain, ctx.today, ctx.calendar) if plain else None,
    }
    return Reply("missing/list", values, buttons=(Button(Weekly()),))
