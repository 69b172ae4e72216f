"""Seeds the demo city's roster: its states as they stand from 2026-07-15 on, with believable days behind them."""

import asyncio
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from storage import calendar, plans
from storage.roster.check import Entry
from storage.roster.states import Days
from storage.roster.store import Imported, load
from storage.roster.words import Standing

FIRST_DECLARED, LAST_DECLARED = date(2026, 6, 8), date(2026, 6, 26)
FIRST_DECIDED, LAST_DECIDED = date(2026, 7, 6), date(2026, 7, 14)
WAITING_SINCE = date(2026, 7, 10)
MATURED = date(2026, 7, 15)
COME_BACK = date(2026, 12, 11)
AT = time(10)


def _spread(first: date, last: date, place: int) -> date:
    """One of the weekdays from first to last, by place."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekdays = [day for day in days if day.weekday() < 5]
    return weekdays[place % len(weekdays)]


async def seed(session: AsyncSession, file: Path, now: datetime) -> Imported:
    """Import the file with the demo's days; `now` is aware, in the plan's time zone.

    When the clock stands earlier than a day of the story, that day becomes the last workday before the clock's:
    the roster's states hold from the first moment of every transcript.
    """
    plan = await plans.in_force(session)
    zone = plan.timezone if plan else now.tzinfo
    today = now.astimezone(zone).date()
    newest = (await calendar.load(session)).on_or_before(today - timedelta(days=1))

    def at(day: date) -> datetime:
        return datetime.combine(min(day, newest), AT, zone)

    def days(entry: Entry, standing: Standing) -> Days:
        waiting = standing.state == "submitted"
        declared = WAITING_SINCE if waiting else _spread(FIRST_DECLARED, LAST_DECLARED, entry.row)
        decided = _spread(FIRST_DECLARED, LAST_DECLARED, 0) if waiting else _spread(FIRST_DECIDED, LAST_DECIDED, entry.row)
        return Days(at(declared), at(decided), at(MATURED), COME_BACK)

    return await load(session, await asyncio.to_thread(file.read_bytes), now=now, days_of=days)
