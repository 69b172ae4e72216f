"""The places that events come from: made at first sight, back after they were gone, moved; and their one hint."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, delete, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import add_missing, table_of
from storage.tables import Account, Action, Chat, Draft, InboundMessage, Lane, OutboundMessage

CHAT = table_of(Chat).c
ACCOUNT = table_of(Account).c


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event happened and who it is of, as the platform names them."""

    platform: str
    chat: str
    thread: str | None
    sender: str
    private: bool


async def locate(session: AsyncSession, place: Place, *, now: datetime) -> int:
    """The row of a chat; it and the account's are made at first sight. A chat that was thought gone is there again."""
    platform, chat, thread, private = place.platform, place.chat, place.thread, place.private
    await add_missing(session, Account, [{"platform": platform, "external": place.sender}])
    account_id = (
        await session.execute(select(ACCOUNT.id).where(ACCOUNT.platform == platform, ACCOUNT.external == place.sender))
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
    chat_id: int = row.id
    return chat_id


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


async def hinted(session: AsyncSession, platform: str, sender: str) -> bool | None:
    """Whether the hint about addressing was given in the sender's private chat; None where no such chat is open."""
    query = (
        select(CHAT.hinted_on)
        .join(Account, ACCOUNT.id == CHAT.account_id)
        .where(ACCOUNT.platform == platform, ACCOUNT.external == sender, CHAT.kind == "private", CHAT.gone_at.is_(None))
        .order_by(CHAT.id)
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else row.hinted_on is not None


async def hint_once(session: AsyncSession, chat_id: int, day: date) -> bool:
    """Mark that a private chat gets its one hint; False if it had it before."""
    statement = update(table_of(Chat)).where(CHAT.id == chat_id, CHAT.hinted_on.is_(None)).values(hinted_on=day)
    return (await session.execute(statement.returning(CHAT.id))).scalar_one_or_none() is not None
