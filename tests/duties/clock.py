"""A clock for the duties alone: it moves from instant to instant, writes what was said, and settles the notices."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import duties
from handlers.contract import Release, Skip, Tick
from messages.writing.markup import parse, write
from messages.writing.render import render
from messages.writing.reply import Reply
from storage import switch
from storage.calendar import Calendar
from storage.database.inserting import table_of
from storage.mail import notices
from storage.plans import PlanFacts
from storage.tables import OutboundMessage


@dataclass
class Said:
    """One message that left: when (in the plan's zone), to which chat, and its plain text."""

    at: datetime
    chat: int
    template: str
    text: str


@dataclass
class Clock:
    """Plays the process around the duties: plan, release, write, settle; one session, the test's own."""

    session: AsyncSession
    plan: PlanFacts
    now: datetime
    calendar: Calendar = field(default_factory=Calendar)
    said: list[Said] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    visits: int = 0

    async def tick(self) -> Tick:
        return Tick(self.session, self.now, self.plan, self.calendar, "品牌助手", await switch.on_since(self.session))

    async def work(self) -> None:
        """One tick: plan, then release."""
        self.visits += 1
        tick = await self.tick()
        await duties.plan(tick)
        for one in [said for batch in await duties.batches(tick) for said in await duties.release(tick, batch)]:
            if isinstance(one, Skip):
                self.skipped.append((one.notice, one.reason))
                await notices.skipped(self.session, [(one.notice, one.reason)], self.now)
            else:
                await self._write(one)

    async def _write(self, release: Release) -> None:
        first = None
        for nth, reply in enumerate(_flat(release.reply)):
            text = write(parse(render(reply.template, reply.values)), "plain")
            self.said.append(Said(self.now, reply.to.id, reply.template, text))
            row = insert(table_of(OutboundMessage)).values(
                dedupe_key=f"{release.key}:{nth}",
                chat_id=reply.to.id,
                organization_id=release.organization_id,
                template=reply.template,
                text=text,
                plain=text,
                counts=release.counts,
                unprompted=True,
                buttons=[],
                attachments=[],
                about={},
                policy=reply.policy,
                state="sent",
                reason="",
                attempts=1,
                made_at=self.now,
                due_at=self.now,
            )
            written = (await self.session.execute(row.returning(table_of(OutboundMessage).c.id))).scalar_one()
            first = first or written
        await notices.released_all(self.session, [(release.notices, first)], self.now)

    async def until(self, end: datetime) -> list[Said]:
        """Move on, visiting each instant at which a duty has something to do; what was said on the way."""
        already = len(self.said)
        await self.work()
        while (instant := await duties.next_instant(self.session, self.plan, self.calendar, self.now)) and instant <= end:
            self.now = instant
            await self.work()
        self.now = end
        await self.work()
        return self.said[already:]

    async def down(self, **for_how_long: float) -> None:
        """The process is away."""
        self.now += timedelta(**for_how_long)


def _flat(reply: Reply) -> list[Reply]:
    return [reply, *(one for other in reply.others for one in _flat(other))]
