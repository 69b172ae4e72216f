"""A year whose days off and make-up days are not published yet is announced to the committee in December."""

from datetime import date, timedelta

from handlers.contract import Due, Release, Skip, Tick
from handlers.duties import days
from messages.writing.reply import Reply, ToChat
from storage import chats
from storage.mail import planning


async def plan(tick: Tick) -> None:
    """Plan the announcement for December's first workday. One statement, only around then."""
    at = days.morning(tick.plan, tick.calendar.on_or_after(date(tick.today.year, 12, 1)))
    year = tick.today.year + 1
    if tick.now - timedelta(days=7) <= at <= tick.now + days.HORIZON and not tick.calendar.published(year):
        await planning.plan_once(tick.session, "calendar", "year", [(year, 0, date(year, 1, 1), at)], tick.now)


async def say(tick: Tick, dues: list[Due]) -> list[Release | Skip]:
    """Tell the committee, unless the year was published meanwhile."""
    committee = await chats.committee(tick.session)
    said: list[Release | Skip] = []
    for one in dues:
        if committee is None:
            said.append(Skip(one.id, "尚未绑定工委群"))
        elif tick.calendar.published(one.subject_id):
            said.append(Skip(one.id, "日历已公布"))
        else:
            reply = Reply("phase/calendar", {"year": one.subject_id}, to=ToChat(committee), policy="summary")
            said.append(Release((one.id,), reply, f"calendar:{one.id}", counts=False))
    return said
