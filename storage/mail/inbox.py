"""The inbox: every event of a platform, stored once before it is acknowledged, then settled or failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Executable,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage import drafts
from storage.database import versions
from storage.database.inserting import AnyRow, Inserter, inserter, table_of
from storage.database.versions import Versions
from storage.mail.places import Place, locate
from storage.tables import Account, Chat, Draft, InboundMessage, Organization, OutboundMessage

ROW = table_of(InboundMessage).c
CHAT = table_of(Chat).c
ACCOUNT = table_of(Account).c


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored event: its row, its chat's, and whether its answer waits for a file to be fetched."""

    id: int
    chat_id: int
    has_file: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event to work on, with its chat, the open question to its sender there, and the versions of what is kept."""

    id: int
    platform: str
    event: str
    kind: str
    chat_id: int
    account_id: int
    message: str | None
    text: str | None
    addressed: bool
    reply_to: str | None
    reply_text: str | None
    action: str | None
    answer_with: str | None
    screened: str
    said_at: datetime
    chat_external: str
    chat_thread: str | None
    chat_kind: str
    chat_gone: bool
    chat_has_webhook: bool
    chat_org: str | None
    draft: drafts.Open | None
    versions: Versions


GIVEN = (
    "platform", "account", "event", "kind", "message", "text", "addressed", "reply_to", "reply_text", "action", "file",
    "answer_with", "screened", "said_at", "received_at", "settled_at", "state",
)  # fmt: skip
"""What `store` is given of an event."""


@cache
def _store(insert: Inserter) -> Executable:
    """An event whose chat and sender are known rows, and the chat not gone: both are found by the INSERT itself."""
    named = case((bindparam("keep_sender", type_=Boolean), ACCOUNT.id))
    values = [bindparam(name, type_=ROW[name].type) for name in GIVEN]
    found = select(CHAT.id, named, literal(0), *values).where(
        CHAT.platform == bindparam("platform"),
        CHAT.external == bindparam("chat"),
        func.coalesce(CHAT.thread, "") == bindparam("thread"),
        CHAT.gone_at.is_(None),
        ACCOUNT.platform == CHAT.platform,
        ACCOUNT.external == bindparam("sender"),
    )
    new = insert(table_of(InboundMessage)).from_select(["chat_id", "account_id", "attempts", *GIVEN], found)
    return new.on_conflict_do_nothing().returning(ROW.id, ROW.chat_id)


async def store(
    session: AsyncSession, place: Place, values: Mapping[str, Any], *, keep_sender: bool, has_file: bool = False
) -> Stored | None:
    """Store an event; None if it is there already. One statement, where its chat and its sender are known."""
    given = {**values, "chat": place.chat, "thread": place.thread or "", "sender": place.sender, "keep_sender": keep_sender}
    row = (await session.execute(_store(inserter(session)), given)).one_or_none()
    if row is None:  # it is there already, or its chat or sender are not
        await locate(session, place, now=values["received_at"])
        row = (await session.execute(_store(inserter(session)), given)).one_or_none()
    return None if row is None else Stored(row.id, row.chat_id, has_file)


WORD: ColumnElement[str] = literal_column("'received'")  # not a bound value: only so SQLite uses ix_inbound_message_waiting
RECEIVED = ROW.state == WORD
WAITING = select(ROW.id, ROW.chat_id, and_(ROW.kind == "file", ROW.screened == "")).where(RECEIVED).order_by(ROW.id).limit(500)


async def waiting(session: AsyncSession) -> list[Stored]:
    """What is stored and not settled, in order of arrival; at most 500."""
    return [Stored(*row) for row in await session.execute(WAITING)]


async def file_of(session: AsyncSession, inbound_id: int) -> AnyRow:
    """The file that an event brought along, with its sender and platform."""
    query = select(ROW.id, ROW.file, ROW.account_id, ROW.platform).where(ROW.id == inbound_id)
    return (await session.execute(query)).one()


DRAFT = table_of(Draft).c
EARLIER = table_of(InboundMessage).alias()
WHOLE = tuple(ROW[name] for name in Event.__slots__[:15])
TAKE = (
    select(
        *WHOLE,
        CHAT.external.label("chat_external"),
        CHAT.thread.label("chat_thread"),
        CHAT.kind.label("chat_kind"),
        CHAT.gone_at.is_not(None).label("chat_gone"),
        CHAT.webhook.is_not(None).label("chat_has_webhook"),
        table_of(Organization).c.code.label("chat_org"),
        DRAFT.intent.label("draft_intent"),
        DRAFT.fields.label("draft_fields"),
        DRAFT.missing.label("draft_missing"),
        *versions.columns(),
    )
    .join(Chat, CHAT.id == ROW.chat_id)
    .outerjoin(Organization, table_of(Organization).c.id == CHAT.organization_id)
    .outerjoin(
        Draft,
        and_(
            DRAFT.account_id == ROW.account_id,
            DRAFT.chat_id == ROW.chat_id,
            DRAFT.expires_at > bindparam("now", type_=DRAFT.expires_at.type),
        ),
    )
    .where(
        ROW.id == bindparam("inbound"),
        RECEIVED,
        ~(
            select(EARLIER.c.id)
            .where(EARLIER.c.chat_id == ROW.chat_id, EARLIER.c.state == WORD, EARLIER.c.id < ROW.id)
            .exists()
        ),
    )
    .with_for_update(skip_locked=True, of=table_of(InboundMessage))
)


async def take(session: AsyncSession, inbound_id: int, now: datetime) -> Event | None:
    """An event to work on, locked until the commit; None if it is settled, or somebody else has it. One statement.

    An event waits for the earlier ones of its chat.
    """
    row = (await session.execute(TAKE, {"inbound": inbound_id, "now": now})).one_or_none()
    if row is None:
        return None
    known: Sequence[Any] = row[: len(Event.__slots__) - 2]
    intent, fields, missing, roster, people = row[len(known) :]
    draft = None if intent is None else drafts.Open(row.account_id, row.chat_id, intent, fields, tuple(missing))
    return Event(*known, draft, Versions(roster, people))  # type: ignore[call-arg]  # the columns are its first fields, in order


SETTLE = (
    update(table_of(InboundMessage))
    .where(ROW.id == bindparam("inbound"))
    .values(state=bindparam("new_state"), settled_at=bindparam("now"))
)


async def settle(session: AsyncSession, inbound_id: int, now: datetime, state: str = "settled") -> None:
    """The event is dealt with: `settled`, or `failed` with an honest answer."""
    await session.execute(SETTLE, {"inbound": inbound_id, "new_state": state, "now": now})


async def tried(session: AsyncSession, inbound_id: int) -> int:
    """One more attempt went wrong; how many that makes."""
    table = table_of(InboundMessage)
    statement = update(table).where(ROW.id == inbound_id).values(attempts=ROW.attempts + 1).returning(ROW.attempts)
    attempts: int = (await session.execute(statement)).scalar_one()
    return attempts


async def forget_text(session: AsyncSession, inbound_id: int) -> None:
    """Empty the text of an event that carried a secret."""
    table = table_of(InboundMessage)
    await session.execute(update(table).where(ROW.id == inbound_id).values(text=None, reply_text=None))


async def screen_out(session: AsyncSession, inbound_id: int, why: str, *, answer: bool, now: datetime) -> None:
    """Keep only the id of an event; `answer`: its sender still hears why."""
    table = table_of(InboundMessage)
    erased: dict[str, Any] = {"text": None, "reply_text": None, "file": None, "action": None, "screened": why}
    if not answer:
        erased |= {"state": "settled", "settled_at": now}
    await session.execute(update(table).where(ROW.id == inbound_id).values(erased))


async def quoted(session: AsyncSession, inbound_id: int) -> str | None:
    """The text that an event replies to; of a reply to the bot, the text that the bot had answered."""
    event = (await session.execute(select(ROW.chat_id, ROW.reply_to, ROW.reply_text).where(ROW.id == inbound_id))).one()
    out = table_of(OutboundMessage).c
    said = select(ROW.text).where(ROW.chat_id == event.chat_id, ROW.text.is_not(None)).order_by(ROW.id.desc()).limit(1)
    answered = said.join_from(InboundMessage, OutboundMessage, out.inbound_id == ROW.id)
    found: str | None = None
    if event.reply_to is not None:
        for statement in (said.where(ROW.message == event.reply_to), answered.where(out.external == event.reply_to)):
            found = found or (await session.execute(statement)).scalar_one_or_none()
    if found is None and event.reply_text:
        found = (await session.execute(answered.where(out.plain == event.reply_text))).scalar_one_or_none()
    return found or event.reply_text


async def by_message(session: AsyncSession, chat_id: int, message: str) -> int | None:
    """The event of a message as it was first said to the bot, by the platform's id."""
    heard = (ROW.chat_id == chat_id, ROW.message == message, ROW.kind.in_(("text", "file")), ROW.screened == "")
    statement = select(ROW.id).where(*heard)
    return (await session.execute(statement.order_by(ROW.id).limit(1))).scalar_one_or_none()


async def earlier_text(session: AsyncSession, chat_id: int, message: str, before: int) -> str | None:
    """What a message said before the event `before`, which edits it: its newest earlier text."""
    statement = select(ROW.text).where(ROW.chat_id == chat_id, ROW.message == message, ROW.id < before)
    return (await session.execute(statement.order_by(ROW.id.desc()).limit(1))).scalar_one_or_none()


async def erase_texts(session: AsyncSession, before: datetime) -> int:
    """Empty the text of events settled before that time; how many were emptied."""
    table = table_of(InboundMessage)
    statement = (
        update(table)
        .where(
            ROW.settled_at < before,
            or_(ROW.text.is_not(None), ROW.reply_text.is_not(None), ROW.file.is_not(None)),
        )
        .values(text=None, reply_text=None, file=None)
        .returning(ROW.id)
    )
    return len((await session.execute(statement)).all())
