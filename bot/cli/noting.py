"""Writes down what a command of the shell changed, in the chain of the organisation that it is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit


async def note(
    session: AsyncSession,
    of: int | None,
    act: str,
    subject: str,
    *,
    now: datetime,
    content: Mapping[str, Any] | None = None,
) -> None:
    """An act of nobody's account, about an organisation (a row id), or about the committee's own affairs."""
    await audit.record(session, scope=of or 0, actor=None, act=act, subject=subject, content=content or {}, now=now)
