"""Each unit's own weekly summary, only when there is something to read."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from handlers.contract import Due, Release, Skip, Tick
from handlers.duties import days
from handlers.views import summary
from handlers.views.reasons import unreached
from handlers.views.week import DAY, begins, week_of
from messages.writing.reply import Reply, ToChat
from storage import organizations
from storage.derived import digest, due, reach
from storage.derived.digest import UnitActivity
from storage.derived.due import Item
from storage.mail import notices, planning


async def plan(tick: Tick) -> None:
    """Plan the summaries of this week and the next for every organisation that can be reached. One statement a week."""
    for ahead in range(0, days.HORIZON.days + 1, 7):
        closes = tick.calendar.week_closes_on(tick.today + DAY * ahead)
        if closes is None:
            continue
        at = datetime.combine(closes, tick.plan.rules.summary_units, tick.plan.timezone)
        if tick.now - DAY <= at <= tick.now + days.HORIZON:
            await planning.plan_everybody(tick.session, "weekly_unit", closes, at, tick.now, reach.reachable())


async def say(tick: Tick, dues: list[Due]) -> list[Release | Skip]:
    """A summary for each unit that has something to read, within its cap. A fixed number of statements."""
    units = {one.organization_id for one in dues if one.organization_id}
    week = week_of(tick.plan, tick.calendar, tick.today, tick.now)
    places = await reach.places(tick.session, units)
    sent = await notices.spoken_to(tick.session, units, begins(tick.plan, tick.today))
    brought = await digest.of_units(tick.session, units, week.since, week.until)
    items = await _soon(tick, units)
    rows = await organizations.by_ids(tick.session, units)
    said: list[Release | Skip] = []
    for one in dues:
        unit = one.organization_id or 0
        owed = items.get(unit, [])
        reason = unreached(places.get(unit), one)
        if reason is None and one.due_on != tick.today:
            reason = "停机期间错过，可随时查周报"
        if reason is None and not worth_reading(brought[unit], owed, tick):
            reason = "本周无可读内容"
        if reason is None and sent.get(unit, 0) >= tick.plan.rules.weekly_cap:
            reason = "本周提示已达上限"
        if reason is not None:
            said.append(Skip(one.id, reason))
            continue
        values = summary.unit(rows[unit].short_name, brought[unit], owed, week, tick.calendar)
        first, *more = places[unit].chats
        reply = Reply("weekly/unit", values, to=ToChat(first), about={"org": rows[unit].code}, policy="summary")
        others = tuple(replace(reply, to=ToChat(chat)) for chat in more)
        said.append(Release((one.id,), replace(reply, others=others), f"weekly_unit:{one.id}", unit))
    return said


async def _soon(tick: Tick, units: Collection[int]) -> dict[int, list[Item]]:
    soon: dict[int, list[Item]] = {}
    until = tick.today + summary.AHEAD
    for item in await due.items(tick.session, organization_ids=units, until=until):
        soon.setdefault(item.organization_id, []).append(item)
    return soon


def worth_reading(brought: UnitActivity, owed: list[Item], tick: Tick) -> bool:
    """A report, decision or promise of the week, or something due within the next days."""
    until = tick.today + DAY * tick.plan.rules.ahead_days
    soon = any(tick.today <= item.due_on <= until for item in owed)
    return bool(brought.reports or brought.steps or brought.promises) or soon
