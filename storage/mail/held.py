"""What waits for a person before it leaves: after a backup was put back, and what may have reached a superior twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.mail import lanes, notices
from storage.tables import Chat, Heartbeat, Notice, Organization, OutboundMessage

OUT, NOTICE = table_of(OutboundMessage).c, table_of(Notice).c
RESTORED = "由备份恢复，待确认"
ALIVE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: a message (its plain text) or a notice (its kind)."""

    id: int
    what: str  # message, notice
    place: str
    due_at: datetime
    reason: str
    text: str


async def hold(session: AsyncSession, now: datetime) -> tuple[int, int]:
    """After a backup was put back: every open message and every past-due notice waits. How many messages, notices.

    What was just being sent when the backup was made may have arrived: its outcome is unknown.
    """
    table = table_of(OutboundMessage)
    freed = {"worker": None, "lease_until": None}
    unsure = update(table).where(OUT.state == "sending")
    await session.execute(unsure.values(state="unknown", reason="由备份恢复，不能确认是否送达", settled_at=now, **freed))
    open_ones = update(table).where(OUT.state.in_(("ready", "claimed"))).values(state="held", reason=RESTORED, **freed)
    messages = len((await session.execute(open_ones.returning(OUT.id))).all())
    before = await _count(session)
    await notices.hold_past(session, now)
    return messages, await _count(session) - before


async def _count(session: AsyncSession) -> int:
    return int((await session.execute(select(func.count()).where(NOTICE.state == "held"))).scalar_one())


async def waiting(session: AsyncSession) -> list[Waiting]:
    """Everything that waits, messages first, oldest first. Two statements."""
    chat, organization = table_of(Chat).c, table_of(Organization).c
    messages = select(OUT.id, OUT.due_at, OUT.reason, OUT.plain, chat.kind, organization.short_name).where(OUT.state == "held")
    messages = messages.join(Chat, chat.id == OUT.chat_id).outerjoin(Organization, organization.id == chat.organization_id)
    planned = select(NOTICE.id, NOTICE.due_at, NOTICE.reason, NOTICE.kind, organization.short_name).where(
        NOTICE.state == "held"
    )
    planned = planned.outerjoin(Organization, organization.id == NOTICE.organization_id)
    return [
        *(
            Waiting(row.id, "message", row.short_name or row.kind, row.due_at, row.reason, row.plain)
            for row in await session.execute(messages.order_by(OUT.id))
        ),
        *(
            Waiting(row.id, "notice", row.short_name or "committee", row.due_at, row.reason, row.kind)
            for row in await session.execute(planned.order_by(NOTICE.due_at, NOTICE.id))
        ),
    ]


async def release(session: AsyncSession, now: datetime, mark: str) -> int:
    """Let everything go: messages with the mark of a possible repeat, notices through the usual checks. How many."""
    table = table_of(OutboundMessage)
    rows = (await session.execute(select(OUT.id, OUT.chat_id, OUT.text, OUT.plain).where(OUT.state == "held"))).all()
    for row in rows:
        marked = {
            "text": row.text if row.text.startswith(mark) else mark + row.text,
            "plain": row.plain if row.plain.startswith(mark) else mark + row.plain,
        }
        await session.execute(update(table).where(OUT.id == row.id).values(state="ready", reason="", due_at=now, **marked))
    await lanes.wake(session, {row.chat_id: now for row in rows})
    back = update(table_of(Notice)).where(NOTICE.state == "held").values(state="planned", reason="")
    return len(rows) + len((await session.execute(back.returning(NOTICE.id))).all())


async def drop(session: AsyncSession, now: datetime) -> int:
    """Send none of it; each keeps why it waited. How many."""
    gone = {"state": "skipped", "reason": "由备份恢复，确认不再发送", "settled_at": now}
    messages = update(table_of(OutboundMessage)).where(OUT.state == "held").values(**gone)
    planned = update(table_of(Notice)).where(NOTICE.state == "held").values(**gone)
    return sum([
        len((await session.execute(messages.returning(OUT.id))).all()),
        len((await session.execute(planned.returning(NOTICE.id))).all()),
    ])  # fmt: skip


async def served(session: AsyncSession, now: datetime) -> bool:
    """A serving process was alive within the last minutes: how a server database tells that it is in use."""
    beats = select(func.count()).where(table_of(Heartbeat).c.at > now - ALIVE)
    return bool((await session.execute(beats)).scalar_one())
