"""规划: the phases and milestones of the plan, and where we are."""

from datetime import date
from typing import Any

from handlers import rights
from handlers.contract import MEMBER, Audience, Context, Refusal, command
from handlers.duties import days
from handlers.matters import NOTHING
from messages.requests.asking import ShowPlan
from messages.writing.reply import Reply
from storage.derived import counts
from storage.plans import MilestoneFacts, PhaseFacts


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
        "today": ctx.today.isoformat(),
        "current": now.ordinal if now else None,
        "phases": [_phase(phase) for phase in facts.phases],
        "milestones": [_step(ctx, step, coming) for step in facts.milestones],
        "declaration_due": facts.declaration_due.isoformat(),
        "counts": told.values() if among_us else None,
    }
    return Reply("plan/facts", values)


def _phase(phase: PhaseFacts) -> dict[str, Any]:
    return {
        "ordinal": phase.ordinal,
        "name": phase.name,
        "starts_on": phase.starts_on.isoformat(),
        "ends_on": phase.ends_on.isoformat(),
        "target_kind": phase.target_kind,
        "target_percent": phase.target_percent,
        "exemplars": phase.exemplars,
        "focus": phase.focus,
    }


def _step(ctx: Context[Any], step: MilestoneFacts, coming: str | None) -> dict[str, Any]:
    """A milestone; the nearest one with the workdays that are left."""
    nearest = step.slug == coming
    return {
        "name": step.name,
        "due_on": step.due_on.isoformat(),
        "advice": _advice(ctx, step.due_on),
        "over": step.due_on < ctx.today,
        "next": nearest,
        "workdays": ctx.calendar.workdays_until(ctx.today, step.due_on) if nearest else 0,
        "estimated": days.estimated(ctx.calendar, ctx.today, step.due_on),
        "deliverables": list(step.deliverables),
    }


def _advice(ctx: Context[Any], due_on: date) -> str | None:
    """The last workday before a deadline on a day of rest, while that is to come (“建议18日前完成”)."""
    workday = ctx.calendar.on_or_before(due_on)
    return workday.isoformat() if workday != due_on and due_on >= ctx.today else None
