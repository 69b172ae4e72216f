"""What the committee hears when a message or a chat is lost: alerts, so that nothing is lost in silence."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from messages.writing.reply import SILENCE, Reply, ToChat
from storage import chats, organizations
from storage.database.inserting import AnyRow
from storage.mail import outbox

START = 20  # characters of a lost message that an alert shows
PLACES = {"committee": "工委工作群", "all": "联络员群", "private": "一个私聊", "unbound": "一个未绑定的群"}


async def place(session: AsyncSession, chat_id: int) -> str:
    """A chat in words."""
    chat = await chats.by_id(session, chat_id)
    if chat is None:
        return PLACES["unbound"]
    if chat.organization_id is not None:
        organization = await organizations.by_id(session, chat.organization_id)
        return f"{organization.short_name}工作群" if organization is not None else "一个单位群"
    return PLACES[chat.kind]


async def chat_gone(session: AsyncSession, chat_id: int, now: datetime) -> Reply:
    """A chat is lost: nothing more is sent there, and the committee hears of it, if it is a group that was bound."""
    words = await place(session, chat_id)
    chat = await chats.by_id(session, chat_id)
    if chat is None or chat.gone_at is not None:
        return SILENCE
    await chats.gone(session, chat_id, now)
    await outbox.skip_chat(session, chat_id, now)
    if chat.kind in {"private", "unbound"}:
        return SILENCE
    return await _alert(session, chat_id, "common/chat_gone", place=words)


async def refused(session: AsyncSession, row: AnyRow, why: str) -> Reply:
    """A platform refused one message for good; answers are only logged, what nobody asked for is told."""
    if not row.unprompted:
        return SILENCE
    return await _alert(
        session, row.chat_id, "common/undelivered", place=await place(session, row.chat_id), why=why, start=row.plain[:START]
    )


async def held(session: AsyncSession, row: AnyRow) -> Reply:
    """A message to a superior may or may not have arrived: a person has to look."""
    return await _alert(session, 0, "common/held", start=row.plain[:START])


async def _alert(session: AsyncSession, about: int, template: str, **values: str) -> Reply:
    committee = await chats.committee(session)
    if committee is None or committee == about:
        return SILENCE
    return Reply(template, values, to=ToChat(committee), policy="reminder")
