"""待办: what is due, the overdue first; in the committee's name, what the committee owes."""

from datetime import datetime
from typing import Any

from handlers.contract import MEMBER, Audience, Context, Refusal, command
from handlers.matters import UNIT_OR_ALL
from handlers.views.item import deliverables, item
from messages.requests.asking import Missing, Status, Todo
from messages.writing.reply import Button, Reply
from storage import organizations
from storage.derived import due, owed
from storage.plans import PlanFacts
from storage.tables import Organization


@command(
    Todo,
    who=MEMBER,
    about=UNIT_OR_ALL,
    audience=Audience.OWN,
    summary="查待办：已到期、近期到期和之后的事项，还有几个工作日",
    examples={"待办": "个工作日", "还有几天截止": "个工作日"},
)
async def todo(ctx: Context[Organization | None], asked: Todo) -> Reply:
    """Overdue before soon before later, promises included, with the workdays that are left."""
    organization = ctx.about
    if organization is None:
        return await _committee(ctx)
    plan = _plan(ctx)
    below = [one for one in await organizations.subtree_ids(ctx.session, organization.id) if one != organization.id]
    items = await due.items(ctx.session, organization_ids=[organization.id, *below])
    own = [
        item(one, ctx.today, ctx.calendar) | {"deliverables": deliverables(one, plan)}
        for one in items
        if one.organization_id == organization.id
    ]
    soon = plan.rules.ahead_days
    values: dict[str, Any] = {
        "org": organization.short_name,
        "today": ctx.today.isoformat(),
        "overdue": [one for one in own if one["due"]["over"]],
        "soon": [one for one in own if 0 <= one["due"]["days"] <= soon],
        "later": [one for one in own if one["due"]["days"] > soon],
        "below": len({one.organization_id for one in items if one.organization_id != organization.id}),
    }
    return Reply("todo/unit", values, buttons=(Button(Status(org=organization.code)),))


def _plan(ctx: Context[Any]) -> PlanFacts:
    if ctx.plan is None:
        raise Refusal("common/no_plan")
    return ctx.plan


async def _committee(ctx: Context[Any]) -> Reply:
    waiting: dict[str, list[dict[str, Any]]] = {"review": [], "paper": [], "extension": [], "separation": []}
    for one in await owed.by_committee(ctx.session):
        since = one.since.astimezone(ctx.now.tzinfo).date() if isinstance(one.since, datetime) else one.since
        waiting[one.kind].append(
            {
                "org": one.organization,
                "name": one.name,
                "subject": one.subject,
                "since": since.isoformat() if since else None,
                "to": one.to.isoformat() if one.to else None,
            }
        )
    return Reply("todo/committee", {"today": ctx.today.isoformat(), **waiting}, buttons=(Button(Missing()),))
