"""The committee's weekly summary, as a draft, when its week closes."""

from handlers.contract import Due, Release, Skip, Tick
from handlers.duties import days
from handlers.views import summary
from handlers.views.week import DAY, cut_off, week_of
from storage import chats
from storage.mail import planning


async def plan(tick: Tick) -> None:
    """Plan this week's and the next weeks' summaries. One statement."""
    cuts = {cut_off(tick.plan, tick.calendar, tick.today + DAY * ahead) for ahead in range(0, days.HORIZON.days + 1, 7)}
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
    week = week_of(tick.plan, tick.calendar, day, tick.now)
    reply = await summary.committee(tick.session, tick.plan, tick.calendar, week, committee)
    return [*said, Release((newest.id,), reply, f"weekly_committee:{newest.id}", counts=False)]
