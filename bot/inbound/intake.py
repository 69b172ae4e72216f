"""The way in: an event is screened and stored; when this returns, the platform may have its acknowledgement."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.channels.contract import Incoming
from bot.inbound.screening import clean, mask, screen
from bot.process.failpoints import Failpoints
from storage.mail import inbox

log = logging.getLogger(__name__)
TRANSIENT = (OperationalError, InterfaceError, DBAPIError, OSError, TimeoutError)
RETRIES = (0.2, 1.0, 3.0, 10.0)  # seconds between tries while the platform waits
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Flood:
    """How many messages a minute one account and one chat may address to the bot; kept in memory only."""

    account: int = 30
    chat: int = 120
    _seen: dict[tuple[str, str], deque[datetime]] = field(default_factory=dict)

    def over(self, incoming: Incoming, platform: str, now: datetime) -> int:
        """How far a message is beyond the limit; 0 within it."""
        account = self._count(f"{platform}:account", incoming.sender, now) - self.account
        chat = self._count(f"{platform}:chat", incoming.chat, now) - self.chat
        return max(account, chat, 0)

    def _count(self, kind: str, who: str, now: datetime) -> int:
        if len(self._seen) > 10_000:
            self._seen = {key: times for key, times in self._seen.items() if times and times[-1] > now - MINUTE}
        times = self._seen.setdefault((kind, who), deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        times.append(now)
        return len(times)


@dataclass(slots=True)
class Intake:
    """Stores events; `arrived` is called after each commit, to wake the dispatcher."""

    sessions: async_sessionmaker[AsyncSession]
    now: Callable[[], datetime]
    bot_name: str
    points: Failpoints
    arrived: Callable[[], None]
    flood: Flood = field(default_factory=Flood)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def receive(self, platform: str, account: str, incoming: Incoming) -> None:
        """Store an event. Retries while the database is away, then raises: no acknowledgement for what is not stored."""
        for wait in (*RETRIES, None):
            try:
                new = await self._store(platform, account, incoming)
            except TRANSIENT as error:
                log.warning("event %s is not stored yet: %s", incoming.event, type(error).__name__)
                if wait is None:
                    raise
                await self.sleep(wait)
            else:
                break
        if new:
            self.points.hit("intake")
            self.arrived()

    async def _store(self, platform: str, account: str, incoming: Incoming) -> bool:
        now = self.now()
        screened, hint = screen(incoming, self.bot_name, now)
        async with self.sessions.begin() as session:
            if incoming.kind == "moved" and incoming.moved_to:
                await inbox.move_chat(session, platform, incoming.chat, incoming.moved_to)
            where = await inbox.locate(
                session, platform, incoming.moved_to or incoming.chat, incoming.thread, incoming.sender,
                private=incoming.private, now=now,
            )  # fmt: skip
            if screened == "unaddressed" and incoming.kind == "edit" and incoming.message:
                kept = await inbox.by_message(session, where.chat_id, incoming.message)
                screened = screened if kept is None else ""  # the bot knows the message that was edited
            row = self._row(incoming, screened, now) | {
                "platform": platform,
                "account": account,
                "event": incoming.event,
                "chat_id": where.chat_id,
                "state": "received" if not screened or hint else "settled",
                "account_id": where.account_id if not screened or hint else None,
            }
            inbound_id = await inbox.store(session, row)
            if inbound_id is not None and not screened and (beyond := self.flood.over(incoming, platform, now)):
                await inbox.screen_out(session, inbound_id, "flood", answer=beyond == 1, now=now)
        return inbound_id is not None

    def _row(self, incoming: Incoming, screened: str, now: datetime) -> dict[str, Any]:
        """What is kept of the event itself: of a screened one, only which it was."""
        kept: dict[str, Any] = {
            "kind": incoming.kind,
            "message": incoming.message,
            "addressed": incoming.addressed or incoming.private,
            "answer_with": incoming.answer_with,
            "screened": screened,
            "received_at": now,
        }
        if screened:
            return kept | {"settled_at": now}
        file = incoming.file
        return kept | {
            "text": mask(clean(incoming.text)),
            "reply_to": incoming.reply_to,
            "reply_text": mask(clean(incoming.reply_text)) if incoming.reply_text else None,
            "action": incoming.action,
            "file": None
            if file is None
            else {"name": mask(clean(file.name)), "size": file.size, "mime": file.mime, "handle": dict(file.handle)},
        }
