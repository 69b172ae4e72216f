"""The outbox: what is to be said, under unique keys, and the states that a message passes on its way out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import BATCH, AnyRow, Inserter, inserter, table_of
from storage.mail import lanes
from storage.mail.states import OPEN, READY, SENDING
from storage.tables import Chat, OutboundMessage

OUT = table_of(OutboundMessage).c
CHAT = table_of(Chat).c
TABLE = table_of(OutboundMessage)


@dataclass(frozen=True, slots=True)
class Target:
    """A chat as a place to write to."""

    id: int
    platform: str
    external: str
    thread: str | None
    kind: str
    gone: bool
    has_webhook: bool


PLACE = (CHAT.id, CHAT.platform, CHAT.external, CHAT.thread, CHAT.kind, CHAT.gone_at.is_not(None), CHAT.webhook.is_not(None))
PLACES = select(*PLACE).where(CHAT.id.in_(bindparam("chats", expanding=True)))


async def targets(session: AsyncSession, chats: Collection[int]) -> dict[int, Target]:
    """The chats by their rows. One statement."""
    rows = await session.execute(PLACES, {"chats": list(chats)}) if chats else ()
    return {row[0]: Target(*row) for row in rows}


@cache
def _add(insert: Inserter) -> Executable:
    return insert(TABLE).on_conflict_do_nothing().returning(OUT.dedupe_key, OUT.id)


async def put(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Put messages into the outbox; the new ones' rows by their keys. One statement per 1,000 messages.

    What has a key that is there already is left as it is. No lane is woken.
    """
    ids: dict[str, int] = {}
    for start in range(0, len(rows), BATCH):
        batch = [dict(row) for row in rows[start : start + BATCH]]
        ids |= {row[0]: row[1] for row in await session.execute(_add(inserter(session)), batch)}
    return ids


async def add_all(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The same, and wake their lanes. Two statements per 1,000 messages."""
    ids = await put(session, rows)
    due: dict[int, datetime] = {}
    for row in rows:
        if row["dedupe_key"] in ids and row.get("state", "ready") == "ready":
            due[row["chat_id"]] = min(row["due_at"], due.get(row["chat_id"], row["due_at"]))
    await lanes.wake(session, due)
    return ids


async def add(session: AsyncSession, row: Mapping[str, Any]) -> int | None:
    """Put one message into the outbox; None if its key is there already."""
    return (await add_all(session, [row])).get(row["dedupe_key"])


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


async def by_id(session: AsyncSession, outbound_id: int) -> AnyRow:
    """A message as it stands."""
    return (await session.execute(select(TABLE).where(OUT.id == outbound_id))).one()


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
