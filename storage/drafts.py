"""The bot's open questions: at most one to an account in a chat, for a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import new_rows, table_of
from storage.tables import Draft

DRAFT = table_of(Draft).c
LIFE = timedelta(hours=24)
CLOSE = delete(table_of(Draft)).where(DRAFT.account_id == bindparam("account"), DRAFT.chat_id == bindparam("chat"))


@dataclass(frozen=True, slots=True)
class Open:
    """An open question: what was said so far, and what is missing."""

    account_id: int
    chat_id: int
    intent: str
    fields: Mapping[str, Any]
    missing: tuple[str, ...]


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
    await session.execute(CLOSE, {"account": account_id, "chat": chat_id})


async def expire(session: AsyncSession, now: datetime) -> None:
    """Forget the questions that nobody answered in time."""
    await session.execute(delete(table_of(Draft)).where(DRAFT.expires_at <= now))
