"""What the clock asks for: the table of duties, planned ahead as notices and released when a sending window is open."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.contract import Due, Duty, Release, Skip, Tick
from handlers.duties import (
    calendar_notice,
    calls,
    days,
    ladder,
    nudge,
    overdue,
    phase,
    promise,
    weekly_committee,
    weekly_unit,
)
from storage import switch
from storage.calendar import Calendar
from storage.mail import notices
from storage.mail.notices import Planned
from storage.plans import PlanFacts

BATCH = 500
"""Organisations at a time, so that a transaction stays short."""


async def _planned_with_overdue(tick: Tick) -> None:
    """The call list takes the place after the last overdue nudge: `overdue` plans it."""


DUTIES: tuple[Duty, ...] = (
    Duty("ladder", ladder.plan, nudge.say),
    Duty("overdue", overdue.plan, nudge.say),
    Duty("promise", promise.plan, nudge.say),
    Duty("calls", _planned_with_overdue, calls.say),
    Duty("phase", phase.plan, phase.say),
    Duty("weekly_committee", weekly_committee.plan, weekly_committee.say),
    Duty("weekly_unit", weekly_unit.plan, weekly_unit.say),
    Duty("calendar", calendar_notice.plan, calendar_notice.say),
)


async def plan(tick: Tick) -> None:
    """Plan what every duty has ahead. Running it twice, late or in several processes changes nothing."""
    for duty in DUTIES:
        await duty.plan(tick)


def _may_speak(tick: Tick) -> bool:
    return tick.switched_on_at is not None and days.is_open(tick.plan, tick.calendar, tick.now)


async def batches(tick: Tick) -> list[list[int]]:
    """The organisations for which something has come due, as many at a time as one transaction is for; at least one batch."""
    waiting = await notices.organizations_due(tick.session, tick.now) if _may_speak(tick) else []
    return [waiting[start : start + BATCH] for start in range(0, max(len(waiting), 1), BATCH)]


async def release(tick: Tick, organizations: Collection[int]) -> list[Release | Skip]:
    """What has come due for these organisations and for the committee, checked again and merged, if the bot may speak now.

    Some notices may have been moved to later.
    """
    if tick.switched_on_at is None or not _may_speak(tick):
        return []
    found = await notices.due_for_committee(tick.session, tick.now)
    found += await notices.due_for_organizations(tick.session, organizations, tick.now)
    said: list[Release | Skip] = [Skip(one.id, "启用前") for one in found if one.due_at < tick.switched_on_at]
    speakers: dict[Callable[[Tick, list[Due]], Awaitable[list[Release | Skip]]], list[Due]] = {}
    says = {duty.kind: duty.say for duty in DUTIES}
    for one in found:
        if one.due_at >= tick.switched_on_at:
            speakers.setdefault(says[one.kind], []).append(_due(one))
    for say, dues in speakers.items():
        said += await say(tick, dues)
    return said


def _due(one: Planned) -> Due:
    return Due(one.id, one.kind, one.organization_id, one.subject, one.subject_id, one.rung, one.due_on, one.due_at)


async def next_instant(session: AsyncSession, plan: PlanFacts, calendar: Calendar, now: datetime) -> datetime | None:
    """The next moment at which a duty has something to do: a notice comes due in an open window, or planning must go on.

    Aware, later than `now`. Two statements.
    """
    replan = now + days.HORIZON / 2
    soonest = await notices.next_at(session)
    if soonest is None or await switch.on_since(session) is None:
        return replan
    wanted = max(soonest.astimezone(plan.timezone), now + timedelta(seconds=1))
    return min(days.next_open(plan, calendar, wanted), replan)
