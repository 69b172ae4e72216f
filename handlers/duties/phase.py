"""Phases open and close: told to the committee and to the chats for all, never to a unit."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.contract import Due, Release, Skip, Tick
from handlers.duties import days
from handlers.views.phase import phase
from messages.writing.reply import Reply, ToChat
from storage import chats
from storage.derived import counts
from storage.mail import planning
from storage.plans import PhaseFacts

DAY = timedelta(days=1)
OPENS, NEAR, CLOSES = 1, 30, 0
STEPS = {OPENS: "opens", NEAR: "near", CLOSES: "closes"}


def moments(tick: Tick, phase: PhaseFacts) -> list[tuple[int, datetime]]:
    """When a phase is spoken of: on its first workday, a month before its end, on its last workday."""
    found = {
        OPENS: tick.calendar.on_or_after(phase.starts_on),
        NEAR: tick.calendar.on_or_before(phase.ends_on - NEAR * DAY),
        CLOSES: tick.calendar.on_or_before(phase.ends_on),
    }
    return [(rung, days.morning(tick.plan, day)) for rung, day in found.items()]


async def plan(tick: Tick) -> None:
    """Plan what is near of all phases. One statement."""
    planned = [
        (phase.ordinal, rung, phase.starts_on if rung == OPENS else phase.ends_on, at)
        for phase in tick.plan.phases
        for rung, at in moments(tick, phase)
        if tick.now - 7 * DAY <= at <= tick.now + days.HORIZON
    ]
    await planning.plan_once(tick.session, "phase", "phase", planned, tick.now)


async def say(tick: Tick, dues: list[Due]) -> list[Release | Skip]:
    """One message for each; of several about one phase only the newest."""
    everywhere = await chats.of_kind(tick.session, "all")
    committee = await chats.committee(tick.session)
    places = ([committee] if committee else []) + [chat for chat in everywhere if chat != committee]
    said: list[Release | Skip] = []
    newest = {one.subject_id: one for one in sorted(dues, key=lambda one: one.due_at)}
    phases = {phase.ordinal: phase for phase in tick.plan.phases}
    told = await counts.counts(tick.session, tick.today) if dues else None
    for one in dues:
        facts = phases.get(one.subject_id)
        if not places:
            said.append(Skip(one.id, "尚未绑定工委群"))
        elif facts is None or one.due_on not in {facts.starts_on, facts.ends_on}:
            said.append(Skip(one.id, "规划已调整"))
        elif newest[one.subject_id].id != one.id or (one.rung != OPENS and tick.today > facts.ends_on):
            said.append(Skip(one.id, "停机期间错过，不补发"))
        elif told is not None:
            values = {"plan": tick.plan.title, "phase": phase(facts, tick.today, tick.calendar), "step": STEPS[one.rung]}
            numbers = {place: told.values() if place == committee else None for place in places}
            replies = [
                Reply("phase/notice", values | {"counts": numbers[place]}, to=ToChat(place), policy="summary")
                for place in places
            ]
            reply = replace(replies[0], others=tuple(replies[1:]))
            said.append(Release((one.id,), reply, f"phase:{one.id}", counts=False))
    return said
