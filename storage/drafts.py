"""The bot's open questions: at most one to an account in a chat, for a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import new_rows, table_of
from storage.tables import Draft

DRAFT = table_of(Draft).c
LIFE = timedelta(hours=24)


async def of(session: AsyncSession, account_id: int, chat_id: int, now: datetime) -> Draft | None:
    """The open question to this account in this chat, unless it has expired."""
    statement = select(Draft).where(DRAFT.account_id == account_id, DRAFT.chat_id == chat_id, DRAFT.expires_at > now)
    return (await session.execute(statement)).scalar_one_or_none()


async def put(
    session: AsyncSession,
    account_id: int,
    chat_id: int,
    intent: str,
    fields: Mapping[str, Any],
    missing: Sequence[str],
    now: datetime,
) -> None:
    """Ask: the new question replaces an older one."""
    asked = {"intent": intent, "fields": dict(fields), "missing": list(missing), "opened_at": now, "expires_at": now + LIFE}
    statement = new_rows(session, Draft).values(account_id=account_id, chat_id=chat_id, **asked)
    await session.execute(statement.on_conflict_do_update(index_elements=["account_id", "chat_id"], set_=asked))


async def close(session: AsyncSession, account_id: int, chat_id: int) -> None:
    """The question is answered, or given up."""
    await session.execute(delete(table_of(Draft)).where(DRAFT.account_id == account_id, DRAFT.chat_id == chat_id))


async def expire(session: AsyncSession, now: datetime) -> None:
    """Forget the questions that nobody answered in time."""
    await session.execute(delete(table_of(Draft)).where(DRAFT.expires_at <= now))
