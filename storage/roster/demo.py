"""Seeds the demo city's roster: its states as they stand from 2026-07-15 on, with believable days behind them."""

import asyncio
import csv
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from storage import calendar, commitments, organizations, plans
from storage import reports as progress
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


async def reports(session: AsyncSession, file: Path) -> None:
    """Put a year of reports into the records: each with the day it happened, its promise, and when that was kept."""
    plan = await plans.in_force(session)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        told = list(csv.reader(rows))[1:]
    ids = {row.code: row.id for row in await organizations.by_codes(session, {row[1] for row in told})}
    for day, code, content, kinds, people, promised, due, kept in told:
        on = date.fromisoformat(day)
        part = progress.Part(content, on, activities(kinds), int(people) if people else None)
        origin = progress.Origin(datetime.combine(on, AT, plan.timezone if plan else None), None, None)
        number = await progress.next_number(session, on.year)
        (report,) = await progress.add(session, number, ids[code], [part], origin)
        if promised:
            promise = await commitments.make(
                session, ids[code], promised, date.fromisoformat(due), report_id=report, made_on=on
            )
            if kept:
                await commitments.keep(session, promise, by_report=report, on=date.fromisoformat(kept))


def activities(text: str) -> dict[str, int]:
    """ "甲2、乙1" as kinds with their counts."""
    return {kind: int(count) for kind, count in re.findall(r"([^\d、]+)(\d+)", text)}
