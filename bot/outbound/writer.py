"""From a Reply to rows of the outbox: rendered for the chat's platform, split within its limits, under unique keys."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from messages.requests import codec
from messages.writing import render
from messages.writing.reply import HERE, Attachment, Button, Limits, Reply
from messages.writing.split import measure
from storage import actions
from storage.mail import lanes, outbox
from storage.mail.lanes import Held
from storage.mail.leaving import Batch, Due
from storage.mail.outbox import Target, targets

STALE = {
    "answer": timedelta(hours=24),
    "reminder": timedelta(hours=24),
    "summary": timedelta(days=3),
    "superior": timedelta(days=3),
}
"""How long after it was written a message is still worth sending."""
MARK = "（可能重复）"
PLAIN = Limits(4000, "chars", "plain")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is said: the key it is unique under, the message that it answers, and whose cap it counts against."""

    key: str
    now: datetime
    here: Target | None = None  # the chat of the message that is answered
    inbound_id: int | None = None
    answers: str | None = None  # that message, as the platform names it
    answer_with: str | None = None
    organization_id: int | None = None
    counts: bool = False
    unprompted: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Who sends at once what is written: a worker, until when it holds what it takes, and the platforms that it serves."""

    worker: str
    lease: datetime
    platforms: Collection[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written: what its worker has claimed and sends at once, and whether anything waits for its lane."""

    batches: tuple[Batch, ...] = ()
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox before it is written, and the actions of its buttons."""

    cause: Cause
    chat: Target
    row: dict[str, Any]
    buttons: list[dict[str, Any]]

    @property
    def key(self) -> str:
        """What the message is unique under."""
        key: str = self.row["dedupe_key"]
        return key

    def due(self, outbound_id: int) -> Due:
        """The message as its worker has claimed it, written."""
        row, here = self.row, self.row["inbound_id"] is not None
        return Due(
            outbound_id,
            row["text"],
            row["plain"],
            row["buttons"],
            row["policy"],
            row["unprompted"],
            row["attempts"],
            self.cause.answers if here else None,
            self.cause.answer_with if here else None,
        )


@dataclass(slots=True)
class Writer:
    """Writes replies; knows each platform's limits."""

    limits: Mapping[str, Limits]
    bot_name: str

    async def write(self, session: AsyncSession, reply: Reply, cause: Cause) -> list[int]:
        """Put a reply, and what goes elsewhere with it, into the outbox; the rows that are new."""
        return (await self.write_all(session, [(reply, cause)]))[0]

    async def write_all(self, session: AsyncSession, said: Sequence[tuple[Reply, Cause]]) -> list[list[int]]:
        """The same for many replies at once; one statement a table and 1,000 rows, however many there are."""
        messages = await self._rendered(session, said)
        ids = await outbox.add_all(session, [message.row for message in messages])
        await self._buttons(session, messages, ids)
        written: dict[str, list[int]] = {}
        for one in messages:
            if one.key in ids:
                written.setdefault(one.cause.key, []).append(ids[one.key])
        return [written.get(cause.key, []) for _, cause in said]

    async def answer(self, session: AsyncSession, reply: Reply, cause: Cause, claim: Claim) -> Answer:
        """Put a reply into the outbox as claimed by the worker that is about to send it, where its lane is free."""
        messages = await self._rendered(session, [(reply, cause)])
        to = {one.chat.id: one.chat for one in messages if one.row["state"] == "ready"}
        held: dict[int, Held] = {}
        for chat_id in sorted(to):  # one order for all: no deadlock
            worker = claim.worker if to[chat_id].platform in claim.platforms else None
            lane = await lanes.hold(session, chat_id, worker, cause.now, claim.lease)
            if lane is not None:
                held[chat_id] = lane
        for one in messages:
            if one.chat.id in held:
                one.row.update(state="claimed", worker=claim.worker, lease_until=claim.lease)
        ids = await outbox.put(session, [message.row for message in messages])
        await self._buttons(session, messages, ids)
        dues: dict[int, list[Due]] = {chat_id: [] for chat_id in held}
        for one in messages:
            if one.chat.id in held and one.key in ids:
                dues[one.chat.id].append(one.due(ids[one.key]))
        batches = tuple(Batch(to[chat_id], lane, tuple(dues[chat_id])) for chat_id, lane in held.items())
        return Answer(batches, len(held) < len(to))

    async def _rendered(self, session: AsyncSession, said: Sequence[tuple[Reply, Cause]]) -> list[Message]:
        flat = [(message, cause, nth) for reply, cause in said for nth, message in enumerate(_flat(reply)) if message.template]
        known = {cause.here.id: cause.here for _, cause in said if cause.here is not None}
        known |= await targets(session, {_target(message, cause) for message, cause, _ in flat} - {0} - known.keys())
        return [
            one
            for message, cause, nth in flat
            if (chat := known.get(_target(message, cause))) is not None
            for one in self._messages(message, chat, cause, nth)
        ]

    async def _buttons(self, session: AsyncSession, messages: Sequence[Message], ids: Mapping[str, int]) -> None:
        rows = [button | {"outbound_id": ids[one.key]} for one in messages if one.key in ids for button in one.buttons]
        await actions.make(session, rows)

    def _messages(self, reply: Reply, chat: Target, cause: Cause, nth: int) -> list[Message]:
        """A reply as the rows of its parts; buttons and attachments go with the last one."""
        limits = self.limits.get(chat.platform, PLAIN)
        parts = render.parts(self._text(reply), _with_mark(limits))
        common = {
            "chat_id": chat.id,
            "inbound_id": cause.inbound_id if chat == cause.here else None,
            "organization_id": cause.organization_id,
            "template": reply.template,
            "about": dict(reply.about),
            "policy": reply.policy,
            "unprompted": cause.unprompted,
            "made_at": cause.now,
            "due_at": cause.now,
            "expires_at": cause.now + STALE[reply.policy],
            "state": "skipped" if chat.gone else "ready",
            "reason": "会话已失效" if chat.gone else "",
            "worker": None,
            "lease_until": None,
            "attempts": 0,
        }
        messages: list[Message] = []
        for number, (text, plain) in enumerate(parts, 1):
            last = number == len(parts)
            buttons = [_action(button, chat.id, cause.now) for button in reply.buttons[: limits.buttons]] if last else []
            row = common | {
                "dedupe_key": f"{cause.key}:{nth}:{number}",
                "text": text,
                "plain": plain,
                "buttons": [{"label": button["label"], "token": button["token"]} for button in buttons],
                "attachments": [_attachment(one) for one in reply.attachments] if last else [],
                "counts": cause.counts and number == 1,
            }
            messages.append(Message(cause, chat, row, buttons))
        return messages

    def _text(self, reply: Reply) -> str:
        """A reply's words, and its postscript's as the last paragraph."""
        text = render.render(reply.template, reply.values, self.bot_name)
        last = reply.postscript
        return text if last is None else f"{text.rstrip()}\n{render.render(last.template, last.values, self.bot_name)}"


@cache
def _with_mark(limits: Limits) -> Limits:
    """What is left of a message: a repeat carries its mark."""
    return replace(limits, text=limits.text - measure(MARK, limits.unit))


def _target(message: Reply, cause: Cause) -> int:
    """The chat's row that a message goes to; 0: none."""
    if message.to == HERE:
        return cause.here.id if cause.here is not None else 0
    return message.to.id


def _flat(reply: Reply) -> list[Reply]:
    """A reply, and everything that goes elsewhere with it, in order."""
    return [reply, *(one for other in reply.others for one in _flat(other))]


def _action(button: Button, chat_id: int, now: datetime) -> dict[str, Any]:
    return {
        "token": secrets.token_urlsafe(24),
        "chat_id": chat_id,
        "label": button.label,
        "intent": button.request.key,
        "fields": codec.encode(button.request, button.words),
        "version": button.version,
        "only": button.only,
        "made_at": now,
        "expires_at": button.expires_at,
    }


def _attachment(one: Attachment) -> dict[str, Any]:
    return {"kind": one.kind, "values": dict(one.values), "filename": one.filename}
