"""规划: the phases and milestones of the plan, and where we are."""

from typing import Any

from handlers import rights
from handlers.contract import MEMBER, Audience, Context, Refusal, command
from handlers.matters import NOTHING
from handlers.views.deadline import deadline
from handlers.views.phase import phase
from messages.requests.asking import ShowPlan
from messages.writing.reply import Reply
from storage.derived import counts
from storage.plans import MilestoneFacts


@command(
    ShowPlan,
    who=MEMBER,
    about=NOTHING,
    audience=Audience.ANY,
    summary="看规划：阶段、节点和时限，目前走到哪里",
    examples={"规划": "品牌申报阶段", "三年规划有哪些节点": "巩固提高"},
)
async def plan(ctx: Context[None], asked: ShowPlan) -> Reply:
    """The plan as it stands today; the counts only where the committee asks among its own."""
    facts = ctx.plan
    if facts is None:
        raise Refusal("common/no_plan")
    now = facts.phase_on(ctx.today)
    told = await counts.counts(ctx.session, ctx.today)
    coming = next((step.slug for step in facts.milestones if step.due_on >= ctx.today), None)
    among_us = rights.serves_committee(ctx) and rights.visible(ctx, Audience.COMMITTEE, "all")
    values: dict[str, Any] = {
        "title": facts.title,
        "notice": facts.notice,
        "starts_on": facts.starts_on.isoformat(),
        "ends_on": facts.ends_on.isoformat(),
        "current": now.ordinal if now else None,
        "phases": [phase(one, ctx.today, ctx.calendar) for one in facts.phases],
        "milestones": [_step(ctx, step, coming) for step in facts.milestones],
        "declaration_due": facts.declaration_due.isoformat(),
        "counts": told.values() if among_us else None,
        "one": asked.org is not None,
    }
    return Reply("plan/facts", values)


def _step(ctx: Context[Any], step: MilestoneFacts, coming: str | None) -> dict[str, Any]:
    return {
        "name": step.name,
        "due": deadline(step.due_on, ctx.today, ctx.calendar),
        "next": step.slug == coming,
        "deliverables": list(step.deliverables),
    }
