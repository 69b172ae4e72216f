"""Lanes: the order and the pace of what leaves for one chat, held by one worker at a time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import BATCH, new_rows, table_of
from storage.mail.states import OPEN, READY
from storage.tables import Chat, Lane, OutboundMessage

CHAT = table_of(Chat).c
LANE = table_of(Lane).c
TABLE = table_of(Lane)
OUT = table_of(OutboundMessage).c


async def wake(session: AsyncSession, due: Mapping[int, datetime]) -> None:
    """There is something to send to these chats from then on. One statement per 1,000 chats."""
    rows = [{"chat_id": chat_id, "next_at": at} for chat_id, at in sorted(due.items())]  # one order for all: no deadlock
    for start in range(0, len(rows), BATCH):
        statement = new_rows(session, Lane)
        sooner = case(
            (or_(LANE.next_at.is_(None), LANE.next_at > statement.excluded.next_at), statement.excluded.next_at),
            else_=LANE.next_at,
        )
        woken = statement.on_conflict_do_update(index_elements=["chat_id"], set_={"next_at": sooner})
        await session.execute(woken, rows[start : start + BATCH])


async def claim(
    session: AsyncSession, platforms: Collection[str], worker: str, now: datetime, lease: datetime, limit: int
) -> list[int]:
    """Take lanes of these platforms that are due and that nobody holds; the chats, longest due first."""
    due = (
        select(LANE.chat_id)
        .where(
            LANE.next_at <= now,
            LANE.chat_id.in_(select(CHAT.id).where(CHAT.platform.in_(platforms))),
            or_(LANE.not_before.is_(None), LANE.not_before <= now),
            or_(LANE.lease_until.is_(None), LANE.lease_until <= now),
        )
        .order_by(LANE.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    chats: Sequence[int] = (await session.execute(due)).scalars().all()
    if chats:  # next_at is emptied, so that a wake during the work is not mistaken for the one being served
        held = update(TABLE).where(LANE.chat_id.in_(chats)).values(worker=worker, lease_until=lease, next_at=None)
        await session.execute(held)
    return list(chats)


async def hold(session: AsyncSession, chat_id: int, worker: str, lease: datetime) -> bool:
    """Hold on to a lane; False if another worker has it now."""
    statement = (
        update(TABLE).where(LANE.chat_id == chat_id, LANE.worker == worker).values(lease_until=lease).returning(LANE.chat_id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def release(session: AsyncSession, chat_id: int, worker: str, not_before: datetime | None) -> None:
    """Let go of a lane; it is due again when its next ready message is, and not before that time."""
    upcoming = select(func.min(OUT.due_at)).where(OUT.chat_id == chat_id, OPEN, READY).scalar_subquery()
    woken = LANE.next_at  # by a commit that the sub-select may not see yet
    sooner = case((or_(woken.is_(None), upcoming < woken), upcoming), else_=woken)
    await session.execute(
        update(TABLE)
        .where(LANE.chat_id == chat_id, LANE.worker == worker)
        .values(worker=None, lease_until=None, next_at=sooner, not_before=not_before)
    )


async def free(session: AsyncSession, now: datetime, *, all_leases: bool = False) -> None:
    """Lanes whose holder is gone are due at once."""
    late = LANE.lease_until.is_not(None) if all_leases else LANE.lease_until <= now
    await session.execute(update(TABLE).where(late).values(worker=None, lease_until=None, next_at=now))


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next lane wants to be looked at."""
    wanted = case((LANE.not_before > LANE.next_at, LANE.not_before), else_=LANE.next_at)
    held = case((LANE.lease_until.is_not(None), LANE.lease_until), else_=wanted)
    busy = or_(LANE.next_at.is_not(None), LANE.lease_until.is_not(None))
    found = (await session.execute(select(held).where(busy).order_by(held).limit(1))).scalar_one_or_none()
    return found if isinstance(found, datetime) else None
