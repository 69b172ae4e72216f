"""From a stored event to its answer in the outbox, in one transaction; in order within a chat, chats in parallel."""

import asyncio
import logging
import socket
from bisect import insort
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cache import Cache
from bot.channels.contract import Settled
from bot.failpoints import Failpoints
from bot.inbound.files import Files, Kept, NotKept
from bot.inbound.router import Refused, Router
from bot.inbound.scene import around
from bot.outbound import alerts
from bot.outbound.delivery import Delivery
from bot.outbound.writer import Answer, Cause, Writer
from bot.together import all_of
from messages.writing.reply import HERE, SILENCE, Reply, ToChat
from storage import actions, chats
from storage.database.sessions import Sessions
from storage.mail import inbox, places
from storage.mail.inbox import Event, Stored
from storage.mail.outbox import Target

log = logging.getLogger(__name__)
TRIES = 3
AWAY = (OperationalError, InterfaceError, ConnectionError, socket.gaierror)  # not OSError: a missing template is one


@dataclass(slots=True)
class Dispatch:
    """Works off the inbox: what intake hands over, and what `unsure` lets it find there.

    Of a commit, what it claimed is handed to `sender`; `written` is called after one that left something in the outbox.
    """

    sessions: Sessions
    now: Callable[[], datetime]
    known: Cache
    router: Router
    writer: Writer
    bot_name: str
    points: Failpoints
    sender: Delivery
    written: Callable[[], None]
    settled: Callable[[str, Settled], Awaitable[None]]
    files: Files
    seal: Callable[[str, str], str]
    unsure: bool = True  # something may wait in the inbox that nobody has handed over
    _at_hand: dict[int, list[Stored]] = field(default_factory=dict)  # by chat, in order of arrival
    _taken: set[int] = field(default_factory=set)  # events at hand or at work
    _busy: set[int] = field(default_factory=set)  # chats at work
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(8))

    def hand(self, event: Stored) -> None:
        """This event is stored and waits."""
        if event.id not in self._taken:
            self._taken.add(event.id)
            insort(self._at_hand.setdefault(event.chat_id, []), event, key=attrgetter("id"))

    @property
    def at_hand(self) -> bool:
        """There is something that nobody works on."""
        return not self._at_hand.keys() <= self._busy

    async def work(self) -> bool:
        """Everything at hand, and, if unsure, what waits in the inbox; True if it is worth asking again."""
        looked, self.unsure = self.unsure, False
        if looked:
            async with self.sessions() as session:
                for event in await inbox.waiting(session):
                    self.hand(event)
        free = [chat_id for chat_id in self._at_hand if chat_id not in self._busy]
        self._busy.update(free)
        done = await all_of(self._chat(chat_id) for chat_id in free)
        return any(done) or (self.unsure and not looked)

    async def _chat(self, chat_id: int) -> bool:
        """The events of one chat, one after the other, those included that arrive meanwhile; True if one was settled."""
        done = False
        try:
            async with self._room:
                while events := self._at_hand.get(chat_id):
                    event = events.pop(0)
                    try:
                        settled = await self._event(event)
                    finally:
                        self._taken.discard(event.id)
                    if not settled:  # another process has it, or an earlier one comes first, or the database is away
                        self.unsure = True
                        break
                    done = True
        finally:
            self._busy.discard(chat_id)
            self._taken.difference_update(event.id for event in self._at_hand.pop(chat_id, ()))
        return done

    async def _event(self, event: Stored) -> bool:
        """One event, tried until it is answered, or answered honestly that it cannot be."""
        kept: Kept | NotKept | None = None
        while True:
            try:
                kept = kept or (await self.files.fetched(event.id) if event.has_file else None)
                settled = await self._settle(event.id, kept)
            except AWAY as error:
                log.warning("event %s waits: the database is away (%s)", event.id, type(error).__name__)
                return False
            except Exception:
                log.exception("event %s could not be handled", event.id)
                async with self.sessions.begin() as session:
                    tries = await inbox.tried(session, event.id)
                if tries < TRIES:
                    continue
                settled = await self._give_up(event.id)
            if settled is None:
                return False
            self.points.hit("commit")
            row, answer = settled
            self.sender.hand(answer.batches)
            if answer.waiting:
                self.written()
            await self.settled(row.platform, Settled(row.event, row.kind, final=await self._decided(row)))
            return True

    async def _settle(self, inbound_id: int, kept: Kept | NotKept | None = None) -> tuple[Event, Answer] | None:
        """The event with its answer, in one transaction; None if it is not to be had (any more).

        What a refused command did is rolled back; its answer is written in a transaction of its own.
        """
        try:
            return await self._answered(inbound_id, kept, None)
        except Refused as refused:
            return await self._answered(inbound_id, kept, refused)

    async def _answered(
        self, inbound_id: int, kept: Kept | NotKept | None, refused: Refused | None
    ) -> tuple[Event, Answer] | None:
        async with self.sessions.begin() as session:
            row = await inbox.take(session, inbound_id, self.now())
            if row is None:
                return None
            reply = await self._reply(session, row, kept, refused)
            return row, await self._write(session, row, reply)

    async def _give_up(self, inbound_id: int) -> tuple[Event, Answer] | None:
        """The honest answer to an event that could not be handled; the log has the rest under the same number."""
        async with self.sessions.begin() as session:
            row = await inbox.take(session, inbound_id, self.now())
            if row is None:
                return None
            return row, await self._write(session, row, Reply("common/failed", {"number": inbound_id}), "failed")

    async def _write(self, session: AsyncSession, row: Event, reply: Reply, state: str = "settled") -> Answer:
        here = Target(
            row.chat_id, row.platform, row.chat_external, row.chat_thread, row.chat_kind, row.chat_gone, row.chat_has_webhook
        )
        cause = Cause(
            f"in:{row.id}", self.now(), here=here, inbound_id=row.id, answers=row.message, answer_with=row.answer_with
        )
        answer = await self.writer.answer(session, reply, cause, self.sender.claim())
        await inbox.settle(session, row.id, self.now(), state)
        return answer

    async def _decided(self, row: Event) -> bool:
        """Whether a press has used up what its buttons stood for."""
        if row.kind != "press" or not row.action:
            return False
        async with self.sessions() as session:
            action = await actions.by_token(session, row.action)
        return action is not None and action.used_at is not None

    async def _reply(self, session: AsyncSession, row: Event, kept: Kept | NotKept | None, refused: Refused | None) -> Reply:
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
        heard = await self.files.noted(session, await around(session, row, self.known, now, self.bot_name), kept)
        heard = replace(heard, seal=self.seal)
        if refused is None:
            reply = await self.router.answer(session, heard)
        else:
            reply = await self.router.refuse(session, heard, refused)
        if isinstance(kept, NotKept) and reply.template != "attach/not_kept":
            return reply.also(HERE, "attach/not_kept", values={"why": str(kept)})
        return reply

    async def _welcome(self, session: AsyncSession, row: Event) -> Reply:
        """A group hears how to be bound; a stranger who opens the private chat, where we may greet, how to begin."""
        if row.chat_kind == "unbound":
            return Reply("common/joined")
        known = (await self.known.speaker(session, row.account_id, row.versions)).members
        return Reply("help/first") if row.answer_with is not None and not known else SILENCE

    async def _hint(self, session: AsyncSession, row: Event, now: datetime) -> Reply:
        """Said in the sender's private chat only: never in the group, never with the words that caused it."""
        if row.chat_kind == "private":
            return Reply("common/secret_hint")
        private = await chats.private_of(session, row.account_id)
        if private is None:
            return SILENCE
        if row.screened == "secret":
            return Reply("common/secret_hint", to=ToChat(private))
        first = await places.hint_once(session, private, (await self.known.facts(session, row.versions)).local(now).date())
        return Reply("common/private_hint", to=ToChat(private)) if first else SILENCE
