"""Takes in an event: screened and stored; when this returns, the platform may have its acknowledgement."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Incoming
from bot.failpoints import Failpoints
from bot.inbound.hearing import said_at
from bot.inbound.masking import mask
from bot.inbound.screening import clean, plain_report, screen
from storage.database.sessions import Sessions
from storage.mail import inbox, places
from storage.mail.inbox import Stored
from storage.mail.places import Place

log = logging.getLogger(__name__)
TRANSIENT = (OperationalError, InterfaceError, DBAPIError, OSError, TimeoutError)
RETRIES = (0.2, 1.0, 3.0, 10.0)  # seconds between tries while the platform waits
MINUTE = timedelta(minutes=1)
MOST = 10_000  # senders that are kept in mind


@dataclass(slots=True)
class Flood:
    """How many messages a minute one account and one chat may address to the bot; kept in memory only."""

    account: int = 30
    chat: int = 120
    _seen: dict[tuple[str, str], deque[datetime]] = field(default_factory=dict)

    def over(self, incoming: Incoming, platform: str, said_at: datetime) -> int:
        """How far a message is beyond the limit; 0 within it. It counts when it was said, however late it is handed over."""
        account = self._count(f"{platform}:account", incoming.sender, said_at) - self.account
        chat = self._count(f"{platform}:chat", incoming.chat, said_at) - self.chat
        return max(account, chat, 0)

    def _count(self, kind: str, who: str, said_at: datetime) -> int:
        if len(self._seen) > 10_000:
            self._seen = {key: times for key, times in self._seen.items() if times and times[-1] > said_at - MINUTE}
        times = self._seen.setdefault((kind, who), deque())
        while times and times[0] <= said_at - MINUTE:
            times.popleft()
        times.append(said_at)
        return len(times)


@dataclass(slots=True)
class Intake:
    """Stores events; `arrived` is called after the commit of each that has to be answered."""

    sessions: Sessions
    now: Callable[[], datetime]
    bot_name: str
    points: Failpoints
    arrived: Callable[[Stored], None]
    flood: Flood = field(default_factory=Flood)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    silent_since: datetime | None = None  # before this process started, nobody was alive after that
    _hinted: set[tuple[str, str]] = field(default_factory=set)  # who had the hint about addressing, so far as was asked

    async def receive(self, platform: str, account: str, incoming: Incoming) -> None:
        """Store an event. Retries while the database is away, then raises: no acknowledgement for what is not stored."""
        for wait in (*RETRIES, None):
            try:
                stored = await self._store(platform, account, incoming)
            except TRANSIENT as error:
                log.warning("event %s is not stored yet: %s", incoming.event, type(error).__name__)
                if wait is None:
                    raise
                await self.sleep(wait)
            else:
                break
        if stored is not None:
            self.points.hit("intake")
            self.arrived(stored)

    async def _store(self, platform: str, account: str, incoming: Incoming) -> Stored | None:
        """The event that is new and has to be answered; None where there is none."""
        now = self.now()
        said = said_at(incoming.at, now, self.silent_since)
        place = Place(platform, incoming.moved_to or incoming.chat, incoming.thread, incoming.sender, incoming.private)
        screened = screen(incoming)
        async with self.sessions.begin() as session:
            if incoming.kind == "moved" and incoming.moved_to:
                await places.move_chat(session, platform, incoming.chat, incoming.moved_to)
            if screened == "unaddressed" and incoming.kind == "edit" and incoming.message:
                kept = await inbox.by_message(session, await places.locate(session, place, now=now), incoming.message)
                screened = screened if kept is None else ""  # the bot knows the message that was edited
            wanted = not screened or screened == "secret" or await self._deserves_hint(session, platform, incoming, screened)
            row = self._row(incoming, screened, now) | {
                "said_at": said,
                "platform": platform,
                "account": account,
                "event": incoming.event,
                "state": "received" if wanted else "settled",
            }
            with_file = incoming.kind == "file" and not screened
            stored = await inbox.store(session, place, row, keep_sender=wanted, has_file=with_file)
            if stored is not None and not screened and (beyond := self.flood.over(incoming, platform, said)):
                await inbox.screen_out(session, stored.id, "flood", answer=beyond == 1, now=now)
                return Stored(stored.id, stored.chat_id) if beyond == 1 else None
        return stored if wanted else None

    async def _deserves_hint(self, session: AsyncSession, platform: str, incoming: Incoming, screened: str) -> bool:
        """An unaddressed plain report is hinted at once a person, where a private chat is open; only then is it read."""
        who = (platform, incoming.sender)
        if screened != "unaddressed" or incoming.kind != "text" or who in self._hinted:
            return False
        given = await places.hinted(session, *who)
        if given:
            if len(self._hinted) >= MOST:
                self._hinted.clear()
            self._hinted.add(who)
        return given is False and plain_report(incoming.text, self.bot_name, self.now())

    def _row(self, incoming: Incoming, screened: str, now: datetime) -> dict[str, Any]:
        """What is kept of the event itself: of a screened one, only which it was."""
        kept: dict[str, Any] = {
            "kind": incoming.kind,
            "message": incoming.message,
            "addressed": incoming.addressed or incoming.private,
            "answer_with": incoming.answer_with,
            "screened": screened,
            "received_at": now,
            "settled_at": None,
        }
        if screened:
            return kept | dict.fromkeys(("text", "reply_to", "reply_text", "action", "file")) | {"settled_at": now}
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
