"""The committee's weekly summary, as a draft; who is missing comes as a second message, so that the first can be forwarded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.contract import Due, Release, Skip, Tick
from handlers.duties import days
from messages.writing.reply import Chat, Policy, Reply
from storage import chats
from storage.calendar import Calendar
from storage.derived import counts, digest, due, reach
from storage.mail import notices, planning
from storage.plans import PlanFacts

DAY = timedelta(days=1)
NUDGES = ("ladder", "overdue", "promise")
STEPS = ("submitted", "approved", "returned", "matured", "exemplar")


@dataclass(frozen=True, slots=True)
class Week:
    """A week to sum up: its first and last day, and what was told after `since` up to `until` belongs to it."""

    first: date
    last: date
    since: datetime
    until: datetime
    closed: bool  # it lies behind: counts stand as they stood then


def week_of(plan: PlanFacts, calendar: Calendar, day: date, now: datetime) -> Week:
    """The day's week up to now, or up to its cut-off where that is past."""
    cut = days.cut_off(plan, calendar, day)
    first = days.monday(day)
    since = days.previous_cut_off(plan, calendar, day)
    if cut is None:  # a week without work: nothing closes it before the next one does
        last = min(first + 6 * DAY, now.date())
        return Week(first, last, since, min(now, datetime.combine(first + 7 * DAY, datetime.min.time(), plan.timezone)), False)
    until = min(now, cut)
    last = min(cut.date(), max(now.date(), first))
    return Week(first, last, since, until, now > cut)


async def plan(tick: Tick) -> None:
    """Plan this week's and the next weeks' summaries. One statement."""
    cuts = {days.cut_off(tick.plan, tick.calendar, tick.today + DAY * ahead) for ahead in range(0, days.HORIZON.days + 1, 7)}
    near = sorted(cut for cut in cuts if cut is not None and tick.now - DAY <= cut <= tick.now + days.HORIZON)
    await planning.plan_once(tick.session, "weekly_committee", "week", [(0, 0, cut.date(), cut) for cut in near], tick.now)


async def say(tick: Tick, dues: list[Due]) -> list[Release | Skip]:
    """The newest summary that has come due; one that an outage left behind is said by 周报 when asked for."""
    committee = await chats.committee(tick.session)
    if committee is None:
        return [Skip(one.id, "尚未绑定工委群") for one in dues]
    newest = max(dues, key=lambda one: one.due_at)
    said: list[Release | Skip] = [Skip(one.id, "停机期间错过，可随时查周报") for one in dues if one.id != newest.id]
    day = newest.due_on or tick.today
    reply = await summary(tick.session, tick.plan, tick.calendar, week_of(tick.plan, tick.calendar, day, tick.now), committee)
    return [*said, Release((newest.id,), reply, f"weekly_committee:{newest.id}", counts=False)]


async def summary(
    session: AsyncSession, plan: PlanFacts, calendar: Calendar, week: Week, chat: int, policy: Policy = "superior"
) -> Reply:
    """The summary of a week for the committee, with the names as a second message. A fixed number of statements."""
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
        "closed": week.closed,
        "overdue": await due.tally(session, until=week.last - DAY),
        "claims": len(await due.open_claims(session)),
        "next": await _next_week(session, plan, calendar, week),
    }
    reply = Reply("weekly/committee", values, to=Chat(chat), policy=policy)
    if not missing and not unreached:
        return reply
    names = {"last": week.last.isoformat(), "missing": missing, "unreached": unreached}
    return reply.also(Chat(chat), "weekly/missing", values=names, policy=policy)


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
    monday = week.first + 7 * DAY
    start = datetime.combine(monday, datetime.min.time(), plan.timezone)
    nudged = await notices.organizations_between(session, NUDGES, start, start + timedelta(days=7))
    deadlines = [("品牌申报", plan.declaration_due), *((step.name, step.due_on) for step in plan.milestones)]
    nearest = min((deadline for deadline in deadlines if deadline[1] >= monday), key=lambda one: one[1], default=None)
    return {
        "due": await due.tally(session, until=monday + 6 * DAY, after=monday - DAY),
        "nudges": nudged,
        "nearest": None
        if nearest is None
        else {
            "name": nearest[0],
            "due_on": nearest[1].isoformat(),
            "workdays": calendar.workdays_until(week.last, nearest[1]),
            "estimated": days.estimated(calendar, week.last, nearest[1]),
        },
    }
