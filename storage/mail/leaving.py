"""Messages on their way out: claimed with their lane, marked as their bytes leave, settled as their try ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.mail import lanes
from storage.mail.lanes import LANE, Held
from storage.mail.outbox import CHAT, OUT, PLACE, TABLE, Target, targets
from storage.mail.states import CLAIMED, LEASED, OPEN, OPEN_STATES, READY, SENDING
from storage.tables import Chat, DeliveryAttempt, InboundMessage, OutboundMessage
from storage.tables.columns import UTC_TIME

ATTEMPT = table_of(DeliveryAttempt)


@dataclass(frozen=True, slots=True)
class Due:
    """A message that this worker has claimed: what its channel needs, and what counts when it goes wrong."""

    id: int
    text: str
    plain: str
    buttons: Sequence[Mapping[str, str]]
    policy: str
    unprompted: bool
    attempts: int
    answers: str | None = None  # the message that it answers, as the platform names it
    answer_with: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What this worker may send to one chat now: it holds the lane, and has claimed the messages under the same lease."""

    chat: Target
    lane: Held
    messages: tuple[Due, ...]


ORDER = (func.coalesce(OUT.repeat_of, OUT.id), OUT.id)
CHATS: BindParameter[Any] = bindparam("chats", expanding=True)
NEXT = (
    select(OUT.id, func.row_number().over(partition_by=OUT.chat_id, order_by=ORDER).label("nth"))
    .where(OUT.chat_id.in_(CHATS), OPEN, READY, OUT.due_at <= bindparam("now", type_=UTC_TIME))
    .subquery("next")
)
CLAIM = (
    update(TABLE)
    .where(OUT.id.in_(select(NEXT.c.id).where(NEXT.c.nth <= bindparam("most", type_=Integer))), READY)
    .values(state="claimed", worker=bindparam("me"), lease_until=bindparam("lease"))
)
INBOUND = table_of(InboundMessage).c
DUE = (OUT.id, OUT.text, OUT.plain, OUT.buttons, OUT.policy, OUT.unprompted, OUT.attempts, INBOUND.message, INBOUND.answer_with)
CLAIMS = (
    select(*PLACE, *DUE)
    .join_from(OutboundMessage, Chat, CHAT.id == OUT.chat_id)
    .outerjoin(InboundMessage, INBOUND.id == OUT.inbound_id)
    .where(
        OUT.chat_id.in_(CHATS),
        OPEN,
        CLAIMED,
        OUT.worker == bindparam("me"),
        OUT.lease_until == bindparam("lease", type_=UTC_TIME),
    )
    .order_by(OUT.chat_id, *ORDER)
)


async def claim(session: AsyncSession, held: Sequence[Held], worker: str, now: datetime, limit: int) -> list[Batch]:
    """Take the next due messages of lanes that this worker holds, in the order in which they must leave. Two statements."""
    if not held:
        return []
    given = {"chats": [lane.chat_id for lane in held], "me": worker, "lease": held[0].lease}
    await session.execute(CLAIM, given | {"now": now, "most": limit})
    found: dict[int, tuple[Target, list[Due]]] = {}
    for row in await session.execute(CLAIMS, given):
        if row[0] not in found:
            found[row[0]] = Target(*row[: len(PLACE)]), []
        found[row[0]][1].append(Due(*row[len(PLACE) :]))
    empty = {lane.chat_id for lane in held} - found.keys()
    found |= {chat: (target, []) for chat, target in (await targets(session, empty)).items()}
    return [Batch(found[lane.chat_id][0], lane, tuple(found[lane.chat_id][1])) for lane in held]


HELD = (
    select(LANE.chat_id)
    .where(
        LANE.chat_id == OUT.chat_id,
        LANE.worker == OUT.worker,
        LANE.lease_until == OUT.lease_until,
        LANE.lease_until > bindparam("now", type_=UTC_TIME),
    )
    .correlate(TABLE)
    .exists()
)
SENDING_NOW = (
    update(TABLE)
    .where(CLAIMED, OUT.worker == bindparam("me"), HELD)
    .values(state="sending", attempts=OUT.attempts + 1)
    .returning(OUT.id)
)
SEND = SENDING_NOW.where(OUT.id == bindparam("message"))
SEND_ALL = SENDING_NOW.where(OUT.id.in_(bindparam("messages", expanding=True)))  # its values are compiled anew each time


async def sending(session: AsyncSession, messages: Sequence[int], worker: str, now: datetime) -> set[int]:
    """Mark just before the bytes leave; those whose claim and whose lane are still this worker's. One statement."""
    given = {"me": worker, "now": now}
    if len(messages) == 1:
        return set((await session.execute(SEND, given | {"message": messages[0]})).scalars())
    return set((await session.execute(SEND_ALL, given | {"messages": list(messages)})).scalars())


async def extend(session: AsyncSession, lane: Held, worker: str, lease: datetime) -> Held:
    """Hold a lane, and what is claimed of it, for longer. Two statements."""
    mine = (OUT.chat_id == lane.chat_id, OPEN, CLAIMED, OUT.worker == worker, OUT.lease_until == lane.lease)
    await session.execute(update(TABLE).where(*mine).values(lease_until=lease))
    return await lanes.extend(session, lane, worker, lease)


SETTLE = (
    update(TABLE)
    .where(
        OUT.id == bindparam("message"),
        LEASED,
        OUT.worker == bindparam("me"),
    )
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        settled_at=bindparam("at"),
        worker=None,
        lease_until=None,
        external=bindparam("named"),
    )
    .returning(OUT.id)
)
NOTE = insert(ATTEMPT).values(
    outbound_id=bindparam("message"), at=bindparam("now"), outcome=bindparam("how"), why=bindparam("because")
)


async def settle(
    session: AsyncSession,
    outbound_id: int,
    worker: str,
    state: str,
    now: datetime,
    *,
    why: str = "",
    external: str | None = None,
) -> bool:
    """How a try ended: sent, ready (again), dead, unknown or skipped. False if the message was taken away meanwhile."""
    at = None if state in OPEN_STATES else now
    given = {"message": outbound_id, "me": worker, "new_state": state, "why": why, "at": at, "named": external}
    mine = (await session.execute(SETTLE, given)).scalar_one_or_none() is not None
    await _note(session, outbound_id, now, state if mine else f"late:{state}", why)
    return mine


async def _note(session: AsyncSession, outbound_id: int, now: datetime, outcome: str, why: str) -> None:
    await session.execute(NOTE, {"message": outbound_id, "now": now, "how": outcome, "because": why})


async def give_back(session: AsyncSession, lane: Held, worker: str) -> None:
    """Claims of a worker that stops before sending them are ready for another."""
    await session.execute(
        update(TABLE)
        .where(OUT.chat_id == lane.chat_id, OPEN, CLAIMED, OUT.worker == worker, OUT.lease_until == lane.lease)
        .values(state="ready", worker=None, lease_until=None)
    )


async def expire(session: AsyncSession, now: datetime, *, all_leases: bool = False) -> list[int]:
    """Leases that ran out: what was only claimed is ready again; what was being sent is unknown, and returned.

    `all_leases`: nobody else can be at work (a start with the database to itself), so that every lease is void.
    """
    late = OUT.lease_until.is_not(None) if all_leases else OUT.lease_until <= now
    back = update(TABLE).where(LEASED, CLAIMED, late).values(state="ready", worker=None, lease_until=None)
    await session.execute(back)
    lost = await session.execute(
        update(TABLE)
        .where(LEASED, SENDING, late)
        .values(state="unknown", reason="进程中断，不能确认是否送达", settled_at=now, worker=None, lease_until=None)
        .returning(OUT.id)
    )
    ids = sorted(lost.scalars())
    for one in ids:
        await _note(session, one, now, "unknown", "lease")
    return ids


async def left_within(session: AsyncSession, chat_id: int, since: datetime) -> list[datetime]:
    """When messages left for this chat (or may have) since that time, oldest first: what a platform's pace counts."""
    statement = (
        select(ATTEMPT.c.at)
        .join(TABLE, OUT.id == ATTEMPT.c.outbound_id)
        .where(OUT.chat_id == chat_id, ATTEMPT.c.at > since, ATTEMPT.c.outcome.in_(("sent", "unknown")))
        .order_by(ATTEMPT.c.at)
    )
    return list((await session.execute(statement)).scalars())


async def next_lease(session: AsyncSession) -> datetime | None:
    """When the next lease runs out."""
    found: datetime | None = (
        await session.execute(select(func.min(OUT.lease_until, type_=UTC_TIME)).where(LEASED))
    ).scalar_one()
    return found
