"""From a Reply to rows of the outbox: rendered for the chat's platform, split within its limits, under unique keys."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from messages.requests import codec
from messages.writing import render
from messages.writing.reply import HERE, Attachment, Button, Limits, Reply
from messages.writing.split import measure
from storage import actions
from storage.mail import outbox
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
    here: int | None = None  # the chat of the message that is answered
    inbound_id: int | None = None
    organization_id: int | None = None
    counts: bool = False
    unprompted: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox before it is written, and the actions of its buttons."""

    cause: str
    row: dict[str, Any]
    buttons: list[dict[str, Any]]


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
        flat = [(message, cause, nth) for reply, cause in said for nth, message in enumerate(_flat(reply)) if message.template]
        known = await targets(session, {_target(message, cause) for message, cause, _ in flat} - {0})
        messages: list[Message] = []
        for message, cause, nth in flat:
            chat = known.get(_target(message, cause))
            if chat is not None:
                messages += self._messages(message, chat, cause, nth)
        ids = await outbox.add_all(session, [message.row for message in messages])
        await actions.make(
            session,
            [
                button | {"outbound_id": ids[one.row["dedupe_key"]]}
                for one in messages
                if one.row["dedupe_key"] in ids
                for button in one.buttons
            ],
        )
        written: dict[str, list[int]] = {}
        for one in messages:
            if one.row["dedupe_key"] in ids:
                written.setdefault(one.cause, []).append(ids[one.row["dedupe_key"]])
        return [written.get(cause.key, []) for _, cause in said]

    def _messages(self, reply: Reply, chat: Target, cause: Cause, nth: int) -> list[Message]:
        """A reply as the rows of its parts; buttons and attachments go with the last one."""
        limits = self.limits.get(chat.platform, PLAIN)
        room = replace(limits, text=limits.text - measure(MARK, limits.unit))  # a repeat carries its mark
        parts = render.parts(self._text(reply), room)
        common = {
            "chat_id": chat.id,
            "inbound_id": cause.inbound_id if chat.id == cause.here else None,
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
            messages.append(Message(cause.key, row, buttons))
        return messages

    def _text(self, reply: Reply) -> str:
        """A reply's words, and its postscript's as the last paragraph."""
        text = render.render(reply.template, reply.values, self.bot_name)
        last = reply.postscript
        return text if last is None else f"{text.rstrip()}\n{render.render(last.template, last.values, self.bot_name)}"


def _target(message: Reply, cause: Cause) -> int:
    """The chat's row that a message goes to; 0: none."""
    return (cause.here or 0) if message.to == HERE else message.to.id


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
