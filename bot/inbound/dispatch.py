"""From a stored event to its answer in the outbox, in one transaction; in order within a chat, chats in parallel."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.cache import Cache
from bot.channels.contract import Settled
from bot.inbound.files import Files, Kept, NotKept
from bot.inbound.router import Router
from bot.inbound.scene import around
from bot.outbound import alerts
from bot.outbound.writer import Cause, Writer
from bot.process.failpoints import Failpoints
from messages.writing.reply import HERE, SILENCE, Chat, Reply
from storage import actions, chats, senders
from storage.database.inserting import AnyRow
from storage.mail import inbox

log = logging.getLogger(__name__)
T = TypeVar("T")
TRIES = 3
AWAY = (OperationalError, InterfaceError, ConnectionError, socket.gaierror)  # not OSError: a missing template is one


@dataclass(slots=True)
class Dispatch:
    """Works off the inbox. `written` is called after a commit that left something to send."""

    sessions: async_sessionmaker[AsyncSession]
    now: Callable[[], datetime]
    known: Cache
    router: Router
    writer: Writer
    bot_name: str
    points: Failpoints
    written: Callable[[], None]
    settled: Callable[[str, Settled], Awaitable[None]]
    files: Files
    seal: Callable[[str, str], str]
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(8))
    _busy: set[int] = field(default_factory=set)

    async def work(self) -> bool:
        """Everything that waits in the inbox, once; True if something was settled."""
        async with self.sessions() as session:
            waiting = await inbox.waiting(session)
            files = await inbox.files(session)
        lanes: dict[int, list[int]] = {}
        for inbound_id, chat_id in waiting:
            if chat_id not in self._busy:
                lanes.setdefault(chat_id, []).append(inbound_id)
        self._busy |= lanes.keys()
        try:
            done = await all_of(self._chat(events, files) for events in lanes.values())
        finally:
            self._busy -= lanes.keys()
        return any(done)

    async def _chat(self, events: list[int], files: Mapping[int, AnyRow]) -> bool:
        """The waiting events of one chat, one after the other."""
        async with self._room:
            for nth, inbound_id in enumerate(events):
                if not await self._event(inbound_id, files.get(inbound_id)):
                    return nth > 0
        return True

    async def _event(self, inbound_id: int, with_file: AnyRow | None) -> bool:
        """One event, tried until it is answered, or answered honestly that it cannot be."""
        kept = await self.files.fetched(with_file)
        while True:
            try:
                row = await self._settle(inbound_id, kept)
            except AWAY as error:
                log.warning("event %s waits: the database is away (%s)", inbound_id, type(error).__name__)
                return False
            except Exception:
                log.exception("event %s could not be handled", inbound_id)
                async with self.sessions.begin() as session:
                    tries = await inbox.tried(session, inbound_id)
                if tries < TRIES:
                    continue
                row = await self._give_up(inbound_id)
            if row is None:
                return False
            self.points.hit("commit")
            self.written()
            await self.settled(row.chat_platform, Settled(row.event, row.kind, final=await self._decided(row)))
            return True

    async def _settle(self, inbound_id: int, kept: Kept | NotKept | None = None) -> AnyRow | None:
        async with self.sessions.begin() as session:
            row = await inbox.take(session, inbound_id)
            if row is None:
                return None
            reply = await self._reply(session, row, kept)
            await self._write(session, row, reply)
            await inbox.settle(session, inbound_id, self.now())
        return row

    async def _decided(self, row: AnyRow) -> bool:
        """Whether a press has used up what its buttons stood for."""
        if row.kind != "press" or not row.action:
            return False
        async with self.sessions() as session:
            action = await actions.by_token(session, row.action)
        return action is not None and action.used_at is not None

    async def _give_up(self, inbound_id: int) -> AnyRow | None:
        """The honest answer to an event that could not be handled; the log has the rest under the same number."""
        async with self.sessions.begin() as session:
            row = await inbox.take(session, inbound_id)
            if row is not None:
                await self._write(session, row, Reply("common/failed", {"number": inbound_id}))
                await inbox.settle(session, inbound_id, self.now(), "failed")
        return row

    async def _write(self, session: AsyncSession, row: AnyRow, reply: Reply) -> None:
        cause = Cause(f"in:{row.id}", self.now(), here=row.chat_id, inbound_id=row.id)
        await self.writer.write(session, reply, cause)

    async def _reply(self, session: AsyncSession, row: AnyRow, kept: Kept | NotKept | None) -> Reply:
        now = self.now()
        if row.screened in {"secret", "unaddressed"}:
            return await self._hint(session, row, now)
        if row.screened == "flood":
            return Reply("common/too_many")
        if row.kind == "joined":
            return await self._welcome(session, row)
        if row.kind == "removed":
            return await alerts.chat_gone(session, row.chat_id, now)
        if row.kind == "moved":
            return SILENCE
        facts = await self.known.facts(session)
        said = await self.files.noted(session, await around(session, row, facts, now, self.bot_name), kept)
        reply = await self.router.answer(session, replace(said, seal=self.seal))
        if isinstance(kept, NotKept) and reply.template != "attach/not_kept":
            return reply.also(HERE, "attach/not_kept", values={"why": str(kept)})
        return reply

    async def _welcome(self, session: AsyncSession, row: AnyRow) -> Reply:
        """A group hears how to be bound; a stranger who opens the private chat, where we may greet, how to begin."""
        if row.chat_kind == "unbound":
            return Reply("common/joined")
        known = (await senders.of(session, row.account_id)).members
        return Reply("help/first") if row.answer_with is not None and not known else SILENCE

    async def _hint(self, session: AsyncSession, row: AnyRow, now: datetime) -> Reply:
        """Said in the sender's private chat only: never in the group, never with the words that caused it."""
        if row.chat_kind == "private":
            return Reply("common/secret_hint")
        private = await chats.private_of(session, row.account_id)
        if private is None:
            return SILENCE
        if row.screened == "secret":
            return Reply("common/secret_hint", to=Chat(private))
        first = await inbox.hint_once(session, private, (await self.known.facts(session)).local(now).date())
        return Reply("common/private_hint", to=Chat(private)) if first else SILENCE


async def all_of(works: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """Run all to their ends, then raise the first error, so that nothing is still at work afterwards."""
    results = await asyncio.gather(*works, return_exceptions=True)
    done: list[T] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done
