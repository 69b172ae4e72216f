"""The way out: sends what this process has claimed, in order in each chat, and records how each try ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Channel, Gone, NotSent, Outgoing, OutgoingButton, Sent, Unsure
from bot.failpoints import Failpoints
from bot.outbound import alerts
from bot.outbound.pace import Pacer
from bot.outbound.writer import MARK, Cause, Claim, Writer
from bot.together import Joined, all_of
from storage import webhooks
from storage.database.sessions import Sessions
from storage.mail import lanes, leaving, outbox, places
from storage.mail.lanes import Held
from storage.mail.leaving import Batch, Due

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
PATIENCE = 30.0  # seconds for one send, well within the lease
SHORT = timedelta(seconds=PATIENCE + 10)  # of a lease: it is extended before anything more is sent
LANES, BATCH = 50, 10  # lanes taken at once, messages of one lane taken at once
ROOM = 100  # lanes that are sent from memory at once; beyond that an answer waits for its turn in the database
BACKOFF_MOST = 300.0
TRIES = 60  # about four hours of trying at the longest back-off
REPEATS = 2  # marked repeats of a message that may have arrived


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended, and how long the lane waits before its next message."""

    state: str  # sent, ready, dead, unknown
    why: str = ""
    external: str | None = None
    moved_to: str | None = None
    wait: float = 0.0
    chat_gone: bool = False

    @property
    def stops(self) -> bool:
        """The lane has to wait, or is over."""
        return self.state in {"ready", "unknown"} or self.chat_gone


@dataclass(frozen=True, slots=True)
class Ending:
    """How this worker leaves a lane: some of what it claimed may be left, and the next message may have to wait."""

    lane: Held
    some_left: bool
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class Tried:
    """A try to be recorded (None: there was none), and the lane that is over with it (None: it goes on)."""

    batch: Batch
    message: tuple[Due, Outcome] | None
    ends: Ending | None


@dataclass(slots=True)
class Delivery:
    """One worker. Fenced by its name, its lease and the message's state: a second one changes nothing of the first's.

    `handed` is set when something is at hand, `woken` called after a commit that left something in the database.
    """

    sessions: Sessions
    now: Callable[[], datetime]
    channels: Mapping[str, Channel]
    writer: Writer
    worker: str
    points: Failpoints
    woken: Callable[[], None]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    handed: asyncio.Event = field(default_factory=asyncio.Event)
    _at_hand: list[Batch] = field(default_factory=list)
    _under_way: int = 0
    _pacer: Pacer = field(init=False)
    _mark: Joined[tuple[Held, Due], Held | None] = field(init=False)
    _close: Joined[Tried, bool] = field(init=False)

    def __post_init__(self) -> None:
        self._pacer = Pacer(self.now, self.sleep)
        self._mark, self._close = Joined(self._marked), Joined(self._closed)

    def claim(self) -> Claim:
        """In what name an answer may be written as claimed; nothing is, while enough is under way."""
        room = len(self._at_hand) + self._under_way < ROOM
        return Claim(self.worker, self.now() + LEASE, self.channels if room else ())

    def hand(self, batches: Iterable[Batch]) -> None:
        """These are committed as claimed by this worker, which sends them at once."""
        self._at_hand += batches
        if self._at_hand:
            self.handed.set()

    def taken(self) -> list[Batch]:
        """All that is at hand; whoever takes it sends it."""
        batches, self._at_hand = self._at_hand, []
        self.handed.clear()
        return batches

    async def work(self) -> bool:
        """Send all that is at hand; True if there was something."""
        batches = self.taken()
        await all_of(self.send(batch) for batch in batches)
        return bool(batches)

    async def drain(self) -> bool:
        """Send what is due on lanes that nobody else holds; True if there was something."""
        now = self.now()
        async with self.sessions.begin() as session:
            held = await lanes.claim(session, list(self.channels), self.worker, now, now + LEASE, LANES)
            batches = await leaving.claim(session, held, self.worker, now, BATCH)
        await all_of(self.send(batch) for batch in batches)
        return bool(batches)

    async def recover(self, *, alone: bool = False) -> None:
        """Void the leases that ran out (`alone`: all of them), and forget what nobody wants to read any more."""
        now = self.now()
        async with self.sessions.begin() as session:
            for outbound_id in await leaving.expire(session, now, all_leases=alone):
                await self._repeat(session, outbound_id, now)
            await lanes.free(session, now, all_leases=alone)
            await outbox.skip_stale(session, now)

    async def send(self, batch: Batch) -> None:
        """The messages of one chat, one after the other, until one has to wait. An error leaves the rest to the lease."""
        self._under_way += 1
        try:
            await self._lane(batch)
        except Exception as error:
            log.exception("lane %s was left: %s", batch.chat.id, error)
        finally:
            self._under_way -= 1

    async def _lane(self, batch: Batch) -> None:
        channel, lane, rest = self.channels[batch.chat.platform], batch.lane, list(batch.messages)
        left = await self._pacer.left(self.sessions, channel, lane)
        over = not rest
        while not over:
            self.points.hit("claimed")
            wait = self._pacer.not_before(channel, left)
            if wait is not None and wait > self.now():
                break
            message = rest.pop(0)
            await self._pacer.wait(channel)
            calls = await self._to_call(batch, message)
            marked = await self._mark((lane, message))
            if marked is None:
                return  # another worker has the lane now
            lane = marked
            self.points.hit("sending")
            outcome = await self._send(batch, message, calls)
            self.points.hit("sent")
            left.append(self.now())
            wait = self._pacer.not_before(channel, left)
            if outcome.stops:
                waited = self.now() + timedelta(seconds=outcome.wait)
                wait = max(waited, wait) if wait else waited
            over = outcome.stops or not rest or (wait is not None and wait > self.now())
            ends = Ending(lane, bool(rest), self._pacer.note(channel, lane, left, wait)) if over else None
            await self._end(Tried(batch, (message, outcome), ends))
            if over:
                return
        wait = self._pacer.note(channel, lane, left, self._pacer.not_before(channel, left))
        await self._end(Tried(batch, None, Ending(lane, bool(rest), wait)))

    async def _end(self, tried: Tried) -> None:
        if await self._close(tried):
            self.woken()

    async def _marked(self, asked: Sequence[tuple[Held, Due]]) -> list[Held | None]:
        """Commit that these bytes are about to leave; each one's lane, or None if the claim or the lane was lost."""
        now = self.now()
        async with self.sessions.begin() as session:
            held = [
                await leaving.extend(session, lane, self.worker, now + LEASE) if lane.lease - now < SHORT else lane
                for lane, _ in asked
            ]
            marked = await leaving.sending(session, [message.id for _, message in asked], self.worker, now)
        return [lane if message.id in marked else None for lane, (_, message) in zip(held, asked, strict=True)]

    async def _closed(self, asked: Sequence[Tried]) -> list[bool]:
        """Record how these tries ended, and let go of the lanes that are over; True for each that left something to send."""
        async with self.sessions.begin() as session:
            order = sorted(range(len(asked)), key=lambda nth: asked[nth].batch.chat.id)  # one order for all: no deadlock
            left = {nth: await self._settled(session, asked[nth]) for nth in order}
        return [left[nth] for nth in range(len(asked))]

    async def _settled(self, session: AsyncSession, tried: Tried) -> bool:
        more = tried.message is not None and await self._record(session, tried.batch, *tried.message)
        if tried.ends is not None:
            if tried.ends.some_left:
                await leaving.give_back(session, tried.ends.lane, self.worker)
            more |= await lanes.release(session, tried.ends.lane, self.worker, tried.ends.not_before)
        return more

    async def _send(self, batch: Batch, message: Due, calls: tuple[str, ...]) -> Outcome:
        nth = message.attempts + 1
        try:
            async with asyncio.timeout(PATIENCE):
                sent: Sent = await self.channels[batch.chat.platform].send(outgoing(batch, message, calls))
        except NotSent as error:
            wait = error.retry_after if error.retry_after is not None else min(2.0 ** min(nth, 12), BACKOFF_MOST)
            return Outcome("dead" if nth >= TRIES else "ready", str(error), wait=wait)
        except Gone as error:
            return Outcome("dead", str(error), chat_gone=error.chat_gone)
        except (Unsure, TimeoutError) as error:
            return Outcome("unknown", str(error) or type(error).__name__, wait=min(2.0**nth, BACKOFF_MOST))
        except Exception as error:
            log.exception("message %s: the channel failed in an unforeseen way", message.id)
            return Outcome("unknown", type(error).__name__, wait=min(2.0**nth, BACKOFF_MOST))
        return Outcome("sent", external=sent.message, moved_to=sent.moved_to)

    async def _to_call(self, batch: Batch, message: Due) -> tuple[str, ...]:
        """Whom a reminder calls, in a group whose webhook can do that."""
        if not (batch.chat.has_webhook and message.unprompted and message.policy == "reminder"):
            return ()
        async with self.sessions() as session:
            return await webhooks.to_call(session, batch.chat.id)

    async def _record(self, session: AsyncSession, batch: Batch, message: Due, outcome: Outcome) -> bool:
        """Settle a message; True if that left something to send."""
        now = self.now()
        mine = await leaving.settle(
            session, message.id, self.worker, outcome.state, now, why=outcome.why, external=outcome.external
        )
        if not mine:
            log.warning("message %s: a late %s was only noted", message.id, outcome.state)
            return False
        if outcome.moved_to is not None:
            await places.move_chat(session, batch.chat.platform, batch.chat.external, outcome.moved_to)
        if outcome.state == "unknown":
            await self._repeat(session, message.id, now)
        if outcome.state == "dead":
            log.error("message %s is dead: %s", message.id, outcome.why)
            row = await outbox.by_id(session, message.id)
            lost = (
                alerts.chat_gone(session, row.chat_id, now) if outcome.chat_gone else alerts.refused(session, row, outcome.why)
            )
            await self.writer.write(session, await lost, Cause(f"dead:{row.id}", now, unprompted=True))
        return outcome.state in {"unknown", "dead"}

    async def _repeat(self, session: AsyncSession, outbound_id: int, now: datetime) -> None:
        """What may have arrived is said again with its mark; what goes to a superior waits for a person."""
        row = await outbox.by_id(session, outbound_id)
        first = row.repeat_of or row.id
        superior = row.policy == "superior"
        nth = await outbox.repeats(session, first) + 1
        if nth > REPEATS:
            log.error("message %s stays unknown after %s repeats", first, REPEATS)
            return
        await outbox.add(session, outbox.copy(row) | {
            "dedupe_key": f"again:{first}:{nth}",
            "repeat_of": first,
            "text": row.text if row.text.startswith(MARK) else MARK + row.text,
            "plain": row.plain if row.plain.startswith(MARK) else MARK + row.plain,
            "state": "held" if superior else "ready",
            "counts": False,
            "made_at": now,
        })  # fmt: skip
        if superior:
            await self.writer.write(session, await alerts.held(session, row), Cause(f"held:{first}", now, unprompted=True))


def outgoing(batch: Batch, message: Due, mention: tuple[str, ...] = ()) -> Outgoing:
    """A claimed message as a channel gets it."""
    return Outgoing(
        id=message.id,
        chat=batch.chat.external,
        private=batch.chat.kind == "private",
        text=message.text,
        thread=batch.chat.thread,
        buttons=tuple(OutgoingButton(one["label"], one["token"]) for one in message.buttons),
        reply_to=message.answers,
        answer_with=message.answer_with,
        mention=mention,
        plain=message.plain,
    )
