"""规划: the phases and milestones of the plan, and where we are."""

from typing import Any

from handlers import rights
from handlers.contract import MEMBER, About, Allow, Audience, Context, Matter, Refusal, command
from handlers.views.deadline import deadline
from handlers.views.phase import phase
from messages.requests.asking import ShowPlan
from messages.writing.reply import Reply
from storage.derived import counts
from storage.plans import MilestoneFacts


async def _read(ctx: Context[Any], asked: ShowPlan, allow: Allow) -> Matter[bool]:
    """The plan is everybody's; where the committee asks among its own, the counts of all stand beside it."""
    if rights.serves_committee(ctx) and ctx.chat.kind in rights.AMONG_US:
        return Matter(True, "all")
    return Matter(False, "nothing")


PLAN: About[bool] = About("the plan; the committee among its own: all organisations, too", _read)


@command(
    ShowPlan,
    who=MEMBER,
    about=PLAN,
    audience=Audience.OWN,
    summary="看规划：阶段、节点和时限，目前走到哪里",
    examples={"规划": "品牌申报阶段", "三年规划有哪些节点": "巩固提高"},
)
async def plan(ctx: Context[bool], asked: ShowPlan) -> Reply:
    """The plan as it stands today."""
    facts = ctx.plan
    if facts is None:
        raise Refusal("common/no_plan")
    now = facts.phase_on(ctx.today)
    coming = next((step.slug for step in facts.milestones if step.due_on >= ctx.today), None)
    values: dict[str, Any] = {
        "title": facts.title,
        "notice": facts.notice,
        "starts_on": facts.starts_on.isoformat(),
        "ends_on": facts.ends_on.isoformat(),
        "current": now.ordinal if now else None,
        "phases": [phase(one, ctx.today, ctx.calendar) for one in facts.phases],
        "milestones": [_step(ctx, step, coming) for step in facts.milestones],
        "declaration_due": facts.declaration_due.isoformat(),
        "counts": (await counts.counts(ctx.session, ctx.today)).values() if ctx.about else None,
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
