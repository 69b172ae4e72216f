"""What a weekly summary says: the committee's, with the names of those missing as a second message, and a unit's own."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.views.deadline import deadline
from handlers.views.item import item
from handlers.views.reasons import KINDS
from handlers.views.week import DAY, Week, next_week
from messages.writing.reply import Policy, Reply, ToChat
from storage.calendar import Calendar
from storage.derived import counts, digest, due, reach
from storage.derived.digest import UnitActivity
from storage.derived.due import Item
from storage.mail import notices
from storage.plans import PlanFacts

STEPS = ("submitted", "approved", "returned", "matured", "exemplar")
AHEAD = timedelta(days=30)
"""How far ahead a unit's summary looks for what comes next."""


async def committee(
    session: AsyncSession, plan: PlanFacts, calendar: Calendar, week: Week, chat: int, policy: Policy = "superior"
) -> Reply:
    """The committee's summary of a week, with the names as a second message. A fixed number of statements."""
    at = week.until if week.closed else None
    told = await counts.counts(session, week.last, at=at)
    brought = await digest.activity(session, week.since, week.until)
    missing = [name for _, name in await counts.missing(session, at=at)]
    unreached = await reach.unreachable(session)
    values: dict[str, Any] = {
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
        "counts": told.values(),
        "reports": brought.reports,
        "organizations": brought.organizations,
        "promised": brought.promised,
        "kept": brought.kept,
        "activities": brought.activities,
        "steps": _steps(brought),
        "missing": len(missing),
        "unreached": len(unreached),
        "overdue": await due.tally(session, until=week.last - DAY),
        "claims": len(await due.open_claims(session)),
        "next": await _next_week(session, plan, calendar, week),
    }
    reply = Reply("weekly/committee", values, to=ToChat(chat), policy=policy)
    if not missing and not unreached:
        return reply
    names = {"last": week.last.isoformat(), "missing": missing, "unreached": unreached}
    return reply.also(ToChat(chat), "weekly/missing", values=names, policy=policy)


def _steps(brought: digest.Activity) -> dict[str, Any]:
    """The brands that moved, by step; branch brands apart."""
    moved: dict[str, list[str]] = {step: [] for step in (*STEPS, "branch")}
    for step in brought.steps:
        if step.standing == "branch":
            if step.step == "submitted":
                moved["branch"].append(step.organization)
        elif step.organization not in moved[step.step]:
            moved[step.step].append(step.organization)
    return moved


async def _next_week(session: AsyncSession, plan: PlanFacts, calendar: Calendar, week: Week) -> dict[str, Any]:
    """What falls due in the seven days from next Monday on, how many words are planned, and the nearest deadline."""
    start, end = next_week(plan, week.first)
    monday = start.date()
    deadlines = [("品牌申报", plan.declaration_due), *((step.name, step.due_on) for step in plan.milestones)]
    nearest = min((one for one in deadlines if one[1] >= monday), key=lambda one: one[1], default=None)
    return {
        "tally": await due.tally(session, until=end.date() - DAY, after=monday - DAY),
        "nudges": await notices.organizations_between(session, KINDS, start, end),
        "nearest": nearest and {"name": nearest[0], "due": deadline(nearest[1], week.last, calendar)},
    }


def unit(org: str, brought: UnitActivity, owed: list[Item], week: Week, calendar: Calendar) -> dict[str, Any]:
    """What a unit's own summary says; what it owes is seen from the week's last day."""
    return {
        "org": org,
        "state": brought.state,
        "brand": brought.brand,
        "branch": brought.branch,
        "reports": brought.reports,
        "steps": [list(step) for step in brought.steps],
        "items": [item(one, week.last, calendar) for one in owed],
        "branch_brands": brought.branch_brands,
    }
