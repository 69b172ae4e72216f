"""What a pressed button means: the stored action, if it may still be taken by this account in this chat."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.contract import Refusal
from storage import actions
from storage.database.inserting import AnyRow
from storage.tables import Action

TYPED = frozenset({"确认", "取消", "同意", "不同意", "通过", "退回", "已收到", "未收到", "启用提醒"})
"""Labels that can also be typed, where exactly one live button of the chat carries them."""
NUMBERED = re.compile(r"(解绑)\s*(\d)")
"""A label with a number, as the list above it counts."""
READING = frozenset({"help", "status", "todo", "history", "missing", "weekly", "plan", "ledger", "delivery", "burden"})
"""Buttons that only ask: they may be pressed again."""


async def pressed(session: AsyncSession, row: AnyRow, now: datetime) -> Action:
    """The action behind a press; a Refusal for a forged, foreign, decided or vanished one."""
    action = await actions.by_token(session, row.action) if row.action else None
    if action is None or action.chat_id != row.chat_id:
        raise Refusal("common/expired_button")
    if action.used_at is not None and action.version is None:  # one with a version: its handler tells what was decided
        raise Refusal("common/used_button")
    if action.expires_at is not None and action.expires_at <= now:
        raise Refusal("common/expired_button")
    if action.only is not None and action.only != row.account_id:
        raise Refusal("common/not_your_button")
    return action


async def typed(session: AsyncSession, row: AnyRow, words: str, now: datetime) -> Action | None:
    """The one live button that the words name: of the message replied to, else the only one in this chat."""
    numbered = NUMBERED.fullmatch(words)
    if (words not in TYPED and numbered is None) or row.chat_id is None:
        return None
    if numbered is not None:  # a number is one of the list shown last
        words = f"{numbered[1]} {numbered[2]}"
    found = await actions.typed(session, row.chat_id, row.account_id, words, now, row.reply_to)
    return found[0] if found and (numbered is not None or len({action.outbound_id for action in found}) == 1) else None


async def spend(session: AsyncSession, action: Action, now: datetime) -> None:
    """The press took effect."""
    if action.intent not in READING:
        await actions.use(session, action, now)
