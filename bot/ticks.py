"""What happens when the clock asks: duties plan their notices and release what has come due; the house is kept tidy."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.known import Known
from bot.outbox import Cause, Writer
from handlers import duties
from handlers.contract import Skip, Tick
from storage import drafts, heartbeat, inbox, notices, switch

log = logging.getLogger(__name__)
TEXT_KEPT = timedelta(days=30)
OUTAGE = timedelta(minutes=10)  # a shorter silence is a restart


@dataclass(slots=True)
class Ticks:
    """The planner. Running it twice, late, or in three processes changes nothing."""

    sessions: async_sessionmaker[AsyncSession]
    now: Callable[[], datetime]
    known: Known
    writer: Writer
    bot_name: str
    process: str
    started_at: datetime
    _tidied: object = field(default=None)

    async def beat(self) -> None:
        """This process is alive."""
        now = self.now()
        async with self.sessions.begin() as session:
            await heartbeat.beat(session, self.process, self.started_at, now)
            facts = await self.known.facts(session)
            await self._tidy(session, now, facts.local(now).date())

    async def _tidy(self, session: AsyncSession, now: datetime, today: object) -> None:
        """Once a day: what must not be kept longer goes."""
        if self._tidied == today:
            return
        self._tidied = today
        await inbox.erase_texts(session, now - TEXT_KEPT)
        await drafts.expire(session, now)
        await heartbeat.forget(session, now)

    async def run(self) -> None:
        """Plan what is ahead; then release what has come due. Each is one transaction."""
        async with self.sessions.begin() as session:
            if (tick := await self._tick(session)) is not None:
                await duties.plan(tick)
        async with self.sessions.begin() as session:
            if (tick := await self._tick(session)) is not None:
                await self._release(tick)

    async def next_instant(self, session: AsyncSession) -> datetime | None:
        """When a duty has something to do next (aware); None without a plan."""
        facts = await self.known.facts(session)
        if facts.plan is None:
            return None
        return await duties.next_instant(session, facts.plan, facts.calendar, facts.local(self.now()))

    async def _tick(self, session: AsyncSession) -> Tick | None:
        facts = await self.known.facts(session)
        if facts.plan is None:
            return None
        on_since = await switch.on_since(session)
        return Tick(session, facts.local(self.now()), facts.plan, facts.calendar, self.bot_name, on_since)

    async def _release(self, tick: Tick) -> None:
        """Into the outbox with what is said; what is not said keeps its reason."""
        skips: list[tuple[int, str]] = []
        for one in await duties.release(tick):
            if isinstance(one, Skip):
                skips.append((one.notice, one.reason))
                continue
            cause = Cause(one.key, tick.now, organization_id=one.organization_id, counts=one.counts, unprompted=True)
            written = await self.writer.write(tick.session, one.reply, cause)
            await notices.released(tick.session, one.notices, written[0] if written else None, tick.now)
        await notices.skipped(tick.session, skips, tick.now)
