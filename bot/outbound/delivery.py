"""The way out: takes lanes, sends their messages in order, and records how each try ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.channels.contract import Channel, Gone, NotSent, Outgoing, OutgoingButton, Sent, Unsure
from bot.outbound import alerts
from bot.outbound.pace import Pacer, slack
from bot.outbound.writer import MARK, Cause, Writer
from bot.process.failpoints import Failpoints
from storage import webhooks
from storage.database.inserting import AnyRow
from storage.mail import inbox, lanes, outbox

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
PATIENCE = 30.0  # seconds for one send, well within the lease
LANES, BATCH = 20, 10  # lanes taken at once, messages of one lane taken at once
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


@dataclass(slots=True)
class Delivery:
    """One worker. Fenced by its name and the message's state, so that a second one changes nothing of the first's."""

    sessions: async_sessionmaker[AsyncSession]
    now: Callable[[], datetime]
    channels: Mapping[str, Channel]
    writer: Writer
    worker: str
    points: Failpoints
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _pacer: Pacer = field(init=False)

    def __post_init__(self) -> None:
        self._pacer = Pacer(self.now, self.sleep)

    async def drain(self) -> bool:
        """Send what is due on lanes that nobody else holds; True if there was something."""
        now = self.now()
        async with self.sessions.begin() as session:
            chats = await lanes.claim(session, list(self.channels), self.worker, now, now + LEASE, LANES)
        results = await asyncio.gather(*(self._lane(chat_id) for chat_id in chats), return_exceptions=True)
        for chat_id, result in zip(chats, results, strict=True):
            if isinstance(result, Exception):  # the lease brings the lane back
                log.error("lane %s was left: %s", chat_id, result, exc_info=result)
            elif isinstance(result, BaseException):
                raise result
        return bool(chats)

    async def recover(self, *, alone: bool = False) -> None:
        """Void the leases that ran out (`alone`: all of them), and forget what nobody wants to read any more."""
        now = self.now()
        async with self.sessions.begin() as session:
            for row in await outbox.expire(session, now, all_leases=alone):
                await self._repeat(session, row, now)
            await lanes.free(session, now, all_leases=alone)
            await outbox.skip_stale(session, now)

    async def _lane(self, chat_id: int) -> None:
        """The due messages of one chat, one after the other, until one has to wait."""
        now = self.now()
        async with self.sessions.begin() as session:
            rows = await outbox.claim(session, chat_id, self.worker, now, now + LEASE, BATCH)
            pace = self.channels[rows[0].platform].pace if rows else None
            left = await outbox.left_within(session, chat_id, now - slack(pace)) if pace and pace.windows else []
        not_before: datetime | None = None
        left_over = len(rows)
        for row in rows:
            self.points.hit("claimed")
            not_before = self._pacer.not_before(self.channels[row.platform], left)
            if not_before is not None and not_before > self.now():
                break
            outcome = await self._message(row)
            if outcome is None:
                return  # another worker has the lane now
            left_over -= 1
            left.append(self.now())
            not_before = self._pacer.not_before(self.channels[row.platform], left)
            if outcome.state in {"ready", "unknown"} or outcome.chat_gone:
                waited = self.now() + timedelta(seconds=outcome.wait)
                not_before = max(waited, not_before) if not_before else waited
                break
        async with self.sessions.begin() as session:
            if left_over:
                await outbox.give_back(session, self.worker, chat_id)
            await lanes.release(session, chat_id, self.worker, not_before)

    async def _message(self, row: AnyRow) -> Outcome | None:
        """One message: marked, sent, settled. None if the claim was lost."""
        await self._pacer.wait(self.channels[row.platform])
        calls = await self._to_call(row)
        lease = self.now() + LEASE
        async with self.sessions.begin() as session:
            held = await lanes.hold(session, row.chat_id, self.worker, lease)
            if not held or not await outbox.sending(session, row.id, self.worker, lease):
                return None
        self.points.hit("sending")
        outcome = await self._send(row, calls)
        self.points.hit("sent")
        async with self.sessions.begin() as session:
            await self._record(session, row, outcome)
        return outcome

    async def _send(self, row: AnyRow, calls: tuple[str, ...]) -> Outcome:
        try:
            async with asyncio.timeout(PATIENCE):
                sent: Sent = await self.channels[row.platform].send(outgoing(row, calls))
        except NotSent as error:
            wait = error.retry_after if error.retry_after is not None else min(2.0 ** min(row.attempts + 1, 12), BACKOFF_MOST)
            state = "dead" if row.attempts + 1 >= TRIES else "ready"
            return Outcome(state, str(error), wait=wait)
        except Gone as error:
            return Outcome("dead", str(error), chat_gone=error.chat_gone)
        except (Unsure, TimeoutError) as error:
            return Outcome("unknown", str(error) or type(error).__name__, wait=min(2.0 ** (row.attempts + 1), BACKOFF_MOST))
        except Exception as error:
            log.exception("message %s: the channel failed in an unforeseen way", row.id)
            return Outcome("unknown", type(error).__name__, wait=min(2.0 ** (row.attempts + 1), BACKOFF_MOST))
        return Outcome("sent", external=sent.message, moved_to=sent.moved_to)

    async def _to_call(self, row: AnyRow) -> tuple[str, ...]:
        """Whom a reminder calls, in a group whose webhook can do that."""
        if not (row.has_webhook and row.unprompted and row.policy == "reminder"):
            return ()
        async with self.sessions() as session:
            return await webhooks.to_call(session, row.chat_id)

    async def _record(self, session: AsyncSession, row: AnyRow, outcome: Outcome) -> None:
        now = self.now()
        mine = await outbox.settle(session, row.id, self.worker, outcome.state, now, why=outcome.why, external=outcome.external)
        if not mine:
            log.warning("message %s: a late %s was only noted", row.id, outcome.state)
            return
        if outcome.moved_to is not None:
            await inbox.move_chat(session, row.platform, row.chat_external, outcome.moved_to)
        if outcome.state == "unknown":
            await self._repeat(session, row, now)
        if outcome.state == "dead":
            log.error("message %s is dead: %s", row.id, outcome.why)
            lost = (
                alerts.chat_gone(session, row.chat_id, now) if outcome.chat_gone else alerts.refused(session, row, outcome.why)
            )
            await self.writer.write(session, await lost, Cause(f"dead:{row.id}", now, unprompted=True))

    async def _repeat(self, session: AsyncSession, row: AnyRow, now: datetime) -> None:
        """What may have arrived is said again with its mark; what goes to a superior waits for a person."""
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


def outgoing(row: AnyRow, mention: tuple[str, ...] = ()) -> Outgoing:
    """A row of the outbox as a channel gets it."""
    return Outgoing(
        id=row.id,
        chat=row.chat_external,
        private=row.chat_kind == "private",
        text=row.text,
        thread=row.thread,
        buttons=tuple(OutgoingButton(one["label"], one["token"]) for one in row.buttons),
        reply_to=row.answers,
        answer_with=row.answer_with,
        mention=mention,
        plain=row.plain,
    )
