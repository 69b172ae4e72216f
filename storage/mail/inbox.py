"""The inbox: every event of a platform, stored once before it is acknowledged, then settled or failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import AnyRow, add_missing, new_rows, table_of
from storage.tables import Account, Action, Chat, Draft, InboundMessage, Lane, Organization, OutboundMessage

ROW = table_of(InboundMessage).c
CHAT = table_of(Chat).c
ACCOUNT = table_of(Account).c


@dataclass(frozen=True, slots=True)
class Where:
    """Where an event happened: the chat's row, and the sender's."""

    chat_id: int
    account_id: int


async def locate(
    session: AsyncSession, platform: str, chat: str, thread: str | None, sender: str, *, private: bool, now: datetime
) -> Where:
    """The rows of a chat and an account, made at first sight. A chat that was thought gone is there again."""
    await add_missing(session, Account, [{"platform": platform, "external": sender}])
    account_id = (
        await session.execute(select(ACCOUNT.id).where(ACCOUNT.platform == platform, ACCOUNT.external == sender))
    ).scalar_one()
    found = select(CHAT.id, CHAT.gone_at).where(
        CHAT.platform == platform, CHAT.external == chat, func.coalesce(CHAT.thread, "") == (thread or "")
    )
    row = (await session.execute(found)).one_or_none()
    if row is None:
        new = {
            "platform": platform,
            "external": chat,
            "thread": thread,
            "kind": "private" if private else "unbound",
            "account_id": account_id if private else None,
            "is_primary": False,
            "bound_at": now if private else None,
        }
        await add_missing(session, Chat, [new])
        row = (await session.execute(found)).one()
    elif row.gone_at is not None:
        await _back(session, row.id)
    return Where(row.id, account_id)


async def _back(session: AsyncSession, chat_id: int) -> None:
    """A chat is reachable again; it is primary only if no other chat took its place meanwhile."""
    other = table_of(Chat).alias()
    taken = (
        select(other.c.id)
        .where(
            other.c.organization_id == CHAT.organization_id,
            other.c.is_primary,
            other.c.gone_at.is_(None),
            other.c.id != CHAT.id,
        )
        .exists()
    )
    table = table_of(Chat)
    await session.execute(
        update(table).where(CHAT.id == chat_id).values(gone_at=None, is_primary=and_(CHAT.is_primary, not_(taken)))
    )


async def store(session: AsyncSession, values: Mapping[str, Any]) -> int | None:
    """Store an event; None if it is there already."""
    statement = new_rows(session, InboundMessage).values(dict(values)).on_conflict_do_nothing().returning(ROW.id)
    inbound_id: int | None = (await session.execute(statement)).scalar_one_or_none()
    return inbound_id


async def waiting(session: AsyncSession, limit: int = 500) -> list[tuple[int, int]]:
    """(event, chat) of what is stored and not settled, in order of arrival."""
    rows = await session.execute(select(ROW.id, ROW.chat_id).where(ROW.state == "received").order_by(ROW.id).limit(limit))
    return [(row.id, row.chat_id) for row in rows]


async def files(session: AsyncSession) -> dict[int, AnyRow]:
    """The waiting events that carry a file, screened ones left out, with their platform."""
    query = select(ROW.id, ROW.file, ROW.account_id, CHAT.platform.label("chat_platform")).join(Chat, CHAT.id == ROW.chat_id)
    rows = await session.execute(query.where(ROW.state == "received", ROW.kind == "file", ROW.screened == ""))
    return {row.id: row for row in rows}


async def take(session: AsyncSession, inbound_id: int) -> AnyRow | None:
    """An event to work on with its chat, locked until the commit; None if it is settled, or somebody else has it.

    An event waits for the earlier ones of its chat.
    """
    earlier = table_of(InboundMessage).alias()
    first = ~(
        select(earlier.c.id)
        .where(earlier.c.chat_id == ROW.chat_id, earlier.c.state == "received", earlier.c.id < ROW.id)
        .exists()
    )
    statement = (
        select(
            *ROW,
            CHAT.platform.label("chat_platform"),
            CHAT.kind.label("chat_kind"),
            CHAT.hinted_on,
            table_of(Organization).c.code.label("chat_org"),
        )
        .join(Chat, CHAT.id == ROW.chat_id)
        .outerjoin(Organization, table_of(Organization).c.id == CHAT.organization_id)
        .where(ROW.id == inbound_id, ROW.state == "received", first)
        .with_for_update(skip_locked=True, of=table_of(InboundMessage))
    )
    return (await session.execute(statement)).one_or_none()


async def settle(session: AsyncSession, inbound_id: int, now: datetime, state: str = "settled") -> None:
    """The event is dealt with: `settled`, or `failed` with an honest answer."""
    table = table_of(InboundMessage)
    await session.execute(update(table).where(ROW.id == inbound_id).values(state=state, settled_at=now))


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


async def move_chat(session: AsyncSession, platform: str, old: str, new: str) -> None:
    """A chat has another id from now on; what was already said under the new one joins the old row."""
    table = table_of(Chat)
    rows = (
        await session.execute(
            select(CHAT.id, CHAT.external, CHAT.thread).where(CHAT.platform == platform, CHAT.external.in_((old, new)))
        )
    ).all()
    before = {row.thread: row.id for row in rows if row.external == old}
    for row in rows:
        if row.external == new and row.thread in before:
            await _merge(session, row.id, before[row.thread])
    await session.execute(update(table).where(CHAT.platform == platform, CHAT.external == old).values(external=new))


async def _merge(session: AsyncSession, gone: int, kept: int) -> None:
    """Everything that hangs on one chat's row hangs on the other's."""
    clash = table_of(Draft).alias()
    open_there = select(clash.c.account_id).where(clash.c.chat_id == kept)
    drafts = table_of(Draft)
    await session.execute(delete(drafts).where(drafts.c.chat_id == gone, drafts.c.account_id.in_(open_there)))
    for model in (InboundMessage, OutboundMessage, Draft, Action):
        table = table_of(model)
        await session.execute(update(table).where(table.c.chat_id == gone).values(chat_id=kept))
    lanes = table_of(Lane)
    await session.execute(delete(lanes).where(lanes.c.chat_id == gone))
    await session.execute(delete(table_of(Chat)).where(CHAT.id == gone))


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
    """The event of a message as it was first said, by the platform's id."""
    statement = select(ROW.id).where(ROW.chat_id == chat_id, ROW.message == message, ROW.kind.in_(("text", "file")))
    return (await session.execute(statement.order_by(ROW.id).limit(1))).scalar_one_or_none()


async def hint_once(session: AsyncSession, chat_id: int, day: date) -> bool:
    """Mark that a private chat gets its one hint; False if it had it before."""
    statement = update(table_of(Chat)).where(CHAT.id == chat_id, CHAT.hinted_on.is_(None)).values(hinted_on=day)
    return (await session.execute(statement.returning(CHAT.id))).scalar_one_or_none() is not None


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
