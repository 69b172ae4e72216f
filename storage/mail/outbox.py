"""The outbox: what is to be said, under unique keys, and the states that a message passes on its way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import BATCH, AnyRow, new_rows, table_of
from storage.mail import lanes
from storage.mail.states import CLAIMED, LEASED, OPEN, OPEN_STATES, READY, SENDING
from storage.tables import Chat, DeliveryAttempt, InboundMessage, OutboundMessage
from storage.tables.columns import UtcTime

OUT = table_of(OutboundMessage).c
CHAT = table_of(Chat).c
TABLE = table_of(OutboundMessage)
ATTEMPT = table_of(DeliveryAttempt)


@dataclass(frozen=True, slots=True)
class Target:
    """A chat as a place to write to."""

    id: int
    platform: str
    gone: bool


async def targets(session: AsyncSession, chats: set[int]) -> dict[int, Target]:
    """The chats by their rows. One statement."""
    if not chats:
        return {}
    rows = await session.execute(select(CHAT.id, CHAT.platform, CHAT.gone_at).where(CHAT.id.in_(chats)))
    return {row.id: Target(row.id, row.platform, row.gone_at is not None) for row in rows}


async def add_all(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Put messages into the outbox and wake their lanes; the new ones' rows by their keys.

    Two statements per 1,000 messages. What has a key that is there already is left as it is.
    """
    ids: dict[str, int] = {}
    for start in range(0, len(rows), BATCH):
        batch = [dict(row) for row in rows[start : start + BATCH]]
        statement = new_rows(session, OutboundMessage).on_conflict_do_nothing().returning(OUT.dedupe_key, OUT.id)
        ids |= {row[0]: row[1] for row in await session.execute(statement, batch)}
    due: dict[int, datetime] = {}
    for row in rows:
        if row["dedupe_key"] in ids and row.get("state", "ready") == "ready":
            due[row["chat_id"]] = min(row["due_at"], due.get(row["chat_id"], row["due_at"]))
    await lanes.wake(session, due)
    return ids


async def add(session: AsyncSession, row: Mapping[str, Any]) -> int | None:
    """Put one message into the outbox; None if its key is there already."""
    return (await add_all(session, [row])).get(row["dedupe_key"])


async def claim(session: AsyncSession, chat_id: int, worker: str, now: datetime, lease: datetime, limit: int) -> list[AnyRow]:
    """Take the next due messages of a lane that this worker holds, in the order in which they must leave."""
    due = (
        select(OUT.id)
        .where(OUT.chat_id == chat_id, OPEN, READY, OUT.due_at <= now)
        .order_by(func.coalesce(OUT.repeat_of, OUT.id), OUT.id)
        .limit(limit)
    )
    await session.execute(update(TABLE).where(OUT.id.in_(due), READY).values(state="claimed", worker=worker, lease_until=lease))
    inbound = table_of(InboundMessage).c
    rows = await session.execute(
        select(
            TABLE,
            CHAT.platform,
            CHAT.external.label("chat_external"),
            CHAT.thread,
            CHAT.kind.label("chat_kind"),
            CHAT.gone_at,
            CHAT.webhook.is_not(None).label("has_webhook"),
            inbound.message.label("answers"),
            inbound.answer_with,
        )
        .join(Chat, CHAT.id == OUT.chat_id)
        .outerjoin(InboundMessage, inbound.id == OUT.inbound_id)
        .where(OUT.chat_id == chat_id, OPEN, CLAIMED, OUT.worker == worker)
        .order_by(func.coalesce(OUT.repeat_of, OUT.id), OUT.id)
    )
    return list(rows)


async def sending(session: AsyncSession, outbound_id: int, worker: str, lease: datetime) -> bool:
    """Mark just before the bytes leave; False if the claim was lost meanwhile."""
    statement = (
        update(TABLE)
        .where(OUT.id == outbound_id, OUT.state == "claimed", OUT.worker == worker)
        .values(state="sending", lease_until=lease, attempts=OUT.attempts + 1)
        .returning(OUT.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


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
    over = state not in OPEN_STATES
    statement = (
        update(TABLE)
        .where(OUT.id == outbound_id, OUT.state.in_(("claimed", "sending")), OUT.worker == worker)
        .values(
            state=state,
            reason=why,
            settled_at=now if over else None,
            worker=None,
            lease_until=None,
            external=external,
        )
        .returning(OUT.id)
    )
    mine = (await session.execute(statement)).scalar_one_or_none() is not None
    outcome = state if mine else f"late:{state}"
    await session.execute(insert(ATTEMPT).values(outbound_id=outbound_id, at=now, outcome=outcome, why=why))
    return mine


async def give_back(session: AsyncSession, worker: str, chat_id: int) -> None:
    """Claims of a worker that stops before sending them are ready for another."""
    await session.execute(
        update(TABLE)
        .where(OUT.chat_id == chat_id, OPEN, CLAIMED, OUT.worker == worker)
        .values(state="ready", worker=None, lease_until=None)
    )


async def expire(session: AsyncSession, now: datetime, *, all_leases: bool = False) -> list[AnyRow]:
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
        .returning(*OUT)
    )
    rows = sorted(lost, key=lambda row: row.id)
    for row in rows:
        await session.execute(insert(ATTEMPT).values(outbound_id=row.id, at=now, outcome="unknown", why="lease"))
    return rows


KEPT = (
    "chat_id", "inbound_id", "organization_id", "template", "text", "plain", "buttons", "attachments", "about", "policy",
    "unprompted", "due_at", "expires_at", "attempts",
)  # fmt: skip


def copy(row: AnyRow) -> dict[str, Any]:
    """What a repeat has in common with the message that it repeats."""
    return {name: getattr(row, name) for name in KEPT} | {"reason": ""}


async def repeats(session: AsyncSession, first: int) -> int:
    """How often a message was said again."""
    count: int = (await session.execute(select(func.count()).where(OUT.repeat_of == first))).scalar_one()
    return count


async def by_id(session: AsyncSession, outbound_id: int) -> AnyRow | None:
    """A message as it stands."""
    return (await session.execute(select(TABLE).where(OUT.id == outbound_id))).one_or_none()


async def facts(session: AsyncSession, ids: Sequence[int]) -> dict[int, AnyRow]:
    """Template and state of messages by their rows."""
    rows = await session.execute(select(OUT.id, OUT.template, OUT.state).where(OUT.id.in_(ids)))
    return {row.id: row for row in rows}


async def skip_stale(session: AsyncSession, now: datetime) -> None:
    """What nobody wants to read any more is not sent."""
    await session.execute(
        update(TABLE).where(READY, OUT.expires_at <= now).values(state="skipped", reason="已过时效，不再发送", settled_at=now)
    )


async def skip_chat(session: AsyncSession, chat_id: int, now: datetime) -> None:
    """Nothing more can reach a chat that is gone."""
    await session.execute(
        update(TABLE)
        .where(OUT.chat_id == chat_id, OPEN, ~SENDING)
        .values(state="skipped", reason="会话已失效", settled_at=now, worker=None, lease_until=None)
    )


async def about(session: AsyncSession, chat_id: int, external: str | None, text: str | None) -> AnyRow | None:
    """The bot's message that was replied to: by its id on the platform, else the newest with this text."""
    statement = select(OUT.id, OUT.about, OUT.plain).where(OUT.chat_id == chat_id).order_by(OUT.id.desc()).limit(1)
    if external is not None:
        found = (await session.execute(statement.where(OUT.external == external))).one_or_none()
        if found is not None or text is None:
            return found
    return (await session.execute(statement.where(OUT.plain == text))).one_or_none() if text else None


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
        await session.execute(select(func.min(OUT.lease_until, type_=UtcTime)).where(LEASED))
    ).scalar_one()
    return found
