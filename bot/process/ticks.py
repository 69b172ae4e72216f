"""What happens when the clock asks: duties plan their notices and release what has come due; the house is kept tidy."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cache import Cache
from bot.outbound.writer import Cause, Writer
from handlers import duties
from handlers.contract import Release, Skip, Tick
from handlers.duties import days
from messages.writing.reply import Reply, ToChat
from storage import chats, drafts, heartbeat, invitations, switch, unknown_words
from storage.database.sessions import Sessions
from storage.mail import inbox, notices

TEXT_KEPT = timedelta(days=30)
OUTAGE = timedelta(minutes=10)  # a shorter silence is a restart


@dataclass(slots=True)
class Ticks:
    """The planner. Running it twice, late, or in three processes changes nothing."""

    sessions: Sessions
    now: Callable[[], datetime]
    known: Cache
    writer: Writer
    bot_name: str
    process: str
    started_at: datetime
    _tidied: date | None = None
    _planned_at: datetime | None = None
    _outage_told: bool = False

    async def beat(self) -> None:
        """This process is alive; once a day, what must not be kept longer goes."""
        now = self.now()
        async with self.sessions.begin() as session:
            await heartbeat.beat(session, self.process, self.started_at, now)
            today = (await self.known.facts(session)).local(now).date()
            if self._tidied != today:
                self._tidied = today
                await inbox.erase_texts(session, now - TEXT_KEPT)
                await drafts.expire(session, now)
                await heartbeat.forget(session, now)
                await unknown_words.forget(session, today)
                await invitations.forget_sent(session, "bind/invited")

    async def run(self, *, undisturbed: bool = False) -> None:
        """Plan what lies ahead, then say what has come due, a batch of organisations at a time.

        `undisturbed`: nobody has done anything since the last time; what was planned then still reaches far enough.
        """
        async with self.sessions.begin() as session:
            tick = await self._tick(session)
            if tick is None:
                return
            if not (undisturbed and self._planned_lately(tick.now)):
                await duties.plan(tick)
                self._planned_at = tick.now
            first, *more = await duties.batches(tick)
            await self._release(tick, first, last=not more)
        for nth, organizations in enumerate(more, 1):
            async with self.sessions.begin() as session:
                tick = await self._tick(session)
                if tick is None:
                    return
                await self._release(tick, organizations, last=nth == len(more))

    async def _tick(self, session: AsyncSession) -> Tick | None:
        facts = await self.known.facts(session)
        if facts.plan is None:
            return None
        on_since = await switch.on_since(session)
        return Tick(session, facts.local(self.now()), facts.plan, facts.calendar, self.bot_name, on_since)

    def _planned_lately(self, now: datetime) -> bool:
        return self._planned_at is not None and now - self._planned_at < days.HORIZON / 2

    async def next_instant(self, session: AsyncSession) -> datetime | None:
        """When a duty has something to do next (aware); None without a plan."""
        facts = await self.known.facts(session)
        if facts.plan is None:
            return None
        return await duties.next_instant(session, facts.plan, facts.calendar, facts.local(self.now()))

    async def _release(self, tick: Tick, organizations: Collection[int], *, last: bool) -> None:
        """One batch: what is said is written, and its notices are settled, in one transaction; after the last, an outage."""
        outcome = await duties.release(tick, organizations)
        skips = [(one.notice, one.reason) for one in outcome if isinstance(one, Skip)]
        releases = [one for one in outcome if isinstance(one, Release)]
        if releases:
            written = await self.writer.write_all(tick.session, [(one.reply, _cause(one, tick.now)) for one in releases])
            first = [(one.notices, ids[0] if ids else None) for one, ids in zip(releases, written, strict=True)]
            await notices.released_all(tick.session, first, tick.now)
        await notices.skipped(tick.session, skips, tick.now)
        if last and not self._outage_told:
            await self._name_outage(tick)

    async def _name_outage(self, tick: Tick) -> None:
        """After an outage the committee hears of it once, with the first tick in an open window."""
        since = await heartbeat.silent_since(tick.session, self.process, self.started_at)
        if since is None or self.started_at - since < OUTAGE:
            self._outage_told = True
            return
        if tick.switched_on_at is None or not days.is_open(tick.plan, tick.calendar, tick.now):
            return
        self._outage_told = True
        committee = await chats.committee(tick.session)
        if committee is not None:
            told, skipped = await notices.after_outage(tick.session, since, self.started_at)
            reply = self._outage(tick, since, told, skipped, committee)
            await self.writer.write(tick.session, reply, Cause(f"outage:{self.process}", tick.now, unprompted=True))

    def _outage(self, tick: Tick, since: datetime, told: int, skipped: int, committee: int) -> Reply:
        zone = tick.plan.timezone
        start, end = since.astimezone(zone), self.started_at.astimezone(zone)
        same_day = start.date() == end.date()
        values = {
            "since": f"{start:%H:%M}" if same_day else f"{start.month}月{start.day}日{start:%H:%M}",
            "until": f"{end:%H:%M}" if same_day else f"{end.month}月{end.day}日{end:%H:%M}",
            "skipped": skipped,
            "released": told,
        }
        return Reply("common/outage", values, to=ToChat(committee), policy="reminder")


def _cause(release: Release, now: datetime) -> Cause:
    return Cause(release.key, now, organization_id=release.organization_id, counts=release.counts, unprompted=True)
