"""What happens when the clock asks: duties plan their notices and release what has come due; the house is kept tidy."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.known import Known
from bot.outbox import Writer
from storage import drafts, heartbeat, inbox

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
        """Nothing is asked for yet."""
