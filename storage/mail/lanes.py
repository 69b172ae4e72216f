"""Lanes: the order and the pace of what leaves for one chat, held by one worker at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, Integer, and_, bindparam, case, func, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import BATCH, Inserter, inserter, table_of
from storage.mail.states import OPEN, READY
from storage.tables import Chat, Lane, OutboundMessage
from storage.tables.columns import UTC_TIME

CHAT = table_of(Chat).c
LANE = table_of(Lane).c
TABLE = table_of(Lane)
OUT = table_of(OutboundMessage).c
NOW = bindparam("now", type_=UTC_TIME)
MINE = and_(
    LANE.chat_id == bindparam("chat"),
    LANE.worker == bindparam("me"),
    LANE.lease_until == bindparam("held", type_=UTC_TIME),
)
"""The lane is held under this very lease: a worker that lost it, even to itself, changes nothing of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lane that this worker holds; `not_before` is as the holder before left it."""

    chat_id: int
    lease: datetime
    not_before: datetime | None


@cache
def _wake(insert: Inserter) -> Executable:
    new = insert(TABLE)
    sooner = case((or_(LANE.next_at.is_(None), LANE.next_at > new.excluded.next_at), new.excluded.next_at), else_=LANE.next_at)
    return new.on_conflict_do_update(index_elements=["chat_id"], set_={"next_at": sooner})


async def wake(session: AsyncSession, due: Mapping[int, datetime]) -> None:
    """There is something to send to these chats from then on. One statement per 1,000 chats."""
    rows = [{"chat_id": chat_id, "next_at": at} for chat_id, at in sorted(due.items())]  # one order for all: no deadlock
    for start in range(0, len(rows), BATCH):
        await session.execute(_wake(inserter(session)), rows[start : start + BATCH])


@cache
def _hold(insert: Inserter) -> Executable:
    """Takes the lane where it is free and nothing waits there; else it is due now. A wake alone, without a worker."""
    me, lease = bindparam("me", type_=LANE.worker.type), bindparam("lease", type_=UTC_TIME)
    new = insert(TABLE).values(
        chat_id=bindparam("chat"), worker=me, lease_until=lease, next_at=case((me.is_(None), NOW), else_=null())
    )
    free = and_(
        new.excluded.worker.is_not(None),
        LANE.lease_until.is_(None),
        LANE.next_at.is_(None),
        or_(LANE.not_before.is_(None), LANE.not_before <= NOW),
    )
    waits = case((or_(LANE.next_at.is_(None), LANE.next_at > NOW), NOW), else_=LANE.next_at)
    held = new.on_conflict_do_update(
        index_elements=["chat_id"],
        set_={
            "worker": case((free, new.excluded.worker), else_=LANE.worker),
            "lease_until": case((free, new.excluded.lease_until), else_=LANE.lease_until),
            "next_at": case((free, null()), else_=waits),
        },
    )
    return held.returning(LANE.next_at, LANE.not_before)


async def hold(session: AsyncSession, chat_id: int, worker: str | None, now: datetime, lease: datetime) -> Held | None:
    """Hold the lane of a message that is about to be written, if it may leave at once; else (None) the lane is due now.

    Free is a lane that nobody holds, with nothing to send and no pace to wait for. One statement.
    """
    given = {"chat": chat_id, "me": worker, "lease": lease if worker else None, "now": now}
    row = (await session.execute(_hold(inserter(session)), given)).one()
    return Held(chat_id, lease, row.not_before) if row.next_at is None else None


DUE = (
    select(LANE.chat_id, LANE.not_before)
    .where(
        LANE.next_at <= NOW,
        LANE.chat_id.in_(select(CHAT.id).where(CHAT.platform.in_(bindparam("platforms", expanding=True)))),
        or_(LANE.not_before.is_(None), LANE.not_before <= NOW),
        or_(LANE.lease_until.is_(None), LANE.lease_until <= NOW),
    )
    .order_by(LANE.next_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
TAKEN = (
    update(TABLE)
    .where(LANE.chat_id.in_(bindparam("chats", expanding=True)))
    .values(worker=bindparam("me"), lease_until=bindparam("lease"), next_at=None)
)


async def claim(
    session: AsyncSession, platforms: Collection[str], worker: str, now: datetime, lease: datetime, limit: int
) -> list[Held]:
    """Take lanes of these platforms that are due and that nobody holds, longest due first."""
    given = {"platforms": list(platforms), "now": now, "most": limit}
    rows = (await session.execute(DUE, given)).all()
    if rows:  # next_at is emptied, so that a wake during the work is not mistaken for the one being served
        await session.execute(TAKEN, {"chats": [row.chat_id for row in rows], "me": worker, "lease": lease})
    return [Held(row.chat_id, lease, row.not_before) for row in rows]


EXTEND = update(TABLE).where(MINE).values(lease_until=bindparam("lease"))


async def extend(session: AsyncSession, held: Held, worker: str, lease: datetime) -> Held:
    """Hold on to a lane for longer, if it is still this worker's."""
    await session.execute(EXTEND, {"chat": held.chat_id, "me": worker, "held": held.lease, "lease": lease})
    return replace(held, lease=lease)


UPCOMING = select(func.min(OUT.due_at)).where(OUT.chat_id == LANE.chat_id, OPEN, READY).correlate(TABLE).scalar_subquery()
RELEASE = (
    update(TABLE)
    .where(MINE)
    .values(
        worker=None,
        lease_until=None,
        not_before=bindparam("wait"),
        next_at=case(  # it may be woken by a commit that the sub-select does not see yet
            (or_(LANE.next_at.is_(None), LANE.next_at > UPCOMING), UPCOMING), else_=LANE.next_at
        ),
    )
    .returning(LANE.next_at)
)


async def release(session: AsyncSession, held: Held, worker: str, not_before: datetime | None) -> bool:
    """Let go of a lane; it is due again when its next ready message is, and not before that time. True if there is one."""
    given = {"chat": held.chat_id, "me": worker, "held": held.lease, "wait": not_before}
    return (await session.execute(RELEASE, given)).scalar_one_or_none() is not None


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
