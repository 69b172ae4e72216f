"""One message of ours as frames of the robot: by the callback's req_id while that holds, as a push otherwise."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.contract import Gone, NotSent, Outgoing, OutgoingFile, Unsure
from bot.channels.wecom import cards, codes, commands, media
from bot.channels.wecom.frames import Ack
from bot.channels.wecom.socket import Socket
from bot.channels.wecom.translate import REPLY, WELCOME
from bot.channels.wecom.windows import Windows

RATES = ((30, 60.0), (1000, 3600.0))
"""Messages a conversation: a minute, an hour; answers and pushes together."""

QUICK = 5.0
"""Seconds in which a welcome or a changed card must follow its event."""

_REMEMBERED = 5000
_CHUNK_TRIES = 3


@dataclass(slots=True)
class Sender:
    """Sends through one socket; remembers which req_ids are used up and which cards are out, both only in memory."""

    socket: Socket
    bot_name: str
    windows: Windows
    shown: OrderedDict[str, cards.Card] = field(default_factory=OrderedDict)
    _used: OrderedDict[str, None] = field(default_factory=OrderedDict)

    async def send(self, message: Outgoing, *, greet_until: datetime | None = None) -> None:
        """Send one message. Raises NotSent while nothing of it was seen, Unsure when a part may have been, Gone.

        `greet_until`: the message answers enter_chat, and until then the platform takes it as the welcome.
        """
        bodies = self._bodies(message)
        wait = self.windows.wait(message.chat, len(bodies) + len(message.files))
        if wait:
            raise NotSent("this conversation's messages a minute or hour are used up", wait)
        uploaded = [await self._upload(file.name, media.kind_of(file), file.content) for file in _fitting(message)]
        in_time = greet_until is not None and self.socket.now() < greet_until and not message.buttons
        done = int(await (self._greet(message) if in_time else self._answer(message)))
        for body in (*([] if done else bodies), *uploaded):
            await self._push(message, body, done)
            done += 1

    async def change_card(self, req_id: str, task_id: str, pressed: str, said: str) -> None:
        """Show on a pressed card what became of the press; a card from before a restart stays as it is."""
        card = self.shown.get(task_id)
        if card is None:
            return
        changed = cards.done(card, said, pressed)
        self.shown[task_id] = changed
        await self.socket.request(commands.update_card(req_id, changed))

    def _bodies(self, message: Outgoing) -> list[dict[str, Any]]:
        """A push: the text, and its buttons as a card; a short plain text stands on the card itself."""
        if not message.buttons:
            return [commands.markdown(message.text)] if message.text.strip() else []
        if cards.fits(message.plain) and message.plain == message.text:
            return [commands.template_card(self._card(message, message.plain))]
        return [commands.markdown(message.text), commands.template_card(self._card(message, ""))]

    def _card(self, message: Outgoing, text: str) -> cards.Card:
        said = "" if text == self.bot_name else text
        card = cards.buttons(f"m{message.id}_{secrets.token_hex(4)}", self.bot_name, said, message.buttons)
        self.shown[card["task_id"]] = card
        while len(self.shown) > _REMEMBERED:
            self.shown.popitem(last=False)
        return card

    async def _answer(self, message: Outgoing) -> bool:
        """Try the callback's req_id, once for each: True when the whole text went that way."""
        req_id = (message.answer_with or "").removeprefix(REPLY)
        if not req_id or req_id == message.answer_with or req_id in self._used or not message.text.strip():
            return False
        card = self._card(message, "") if message.buttons else None
        body = commands.stream(message.text, f"stream_{message.id}_{secrets.token_hex(4)}", card)
        try:
            ack = await self._ask(message.chat, commands.respond(req_id, body))
        except Unsure:
            self._use(req_id)  # a late acknowledgement must not be taken for that of another message
            raise
        if ack.errcode and ack.errcode not in codes.STALE:
            raise codes.problem(ack.errcode, ack.errmsg)
        self._use(req_id)
        return ack.errcode == 0

    async def _greet(self, message: Outgoing) -> bool:
        """The welcome, which takes only plain text; False when it came too late."""
        req_id = (message.answer_with or "").removeprefix(WELCOME)
        ack = await self._ask(message.chat, commands.welcome(req_id, commands.text(message.plain or message.text)))
        if ack.errcode and ack.errcode not in codes.STALE:
            raise codes.problem(ack.errcode, ack.errmsg)
        return ack.errcode == 0

    async def _push(self, message: Outgoing, body: Mapping[str, Any], done: int) -> None:
        req_id = self.socket.new_id(commands.SEND)
        try:
            ack = await self._ask(message.chat, commands.push(req_id, message.chat, private=message.private, body=body))
            if ack.errcode:
                raise codes.problem(ack.errcode, ack.errmsg)
        except (NotSent, Gone) as failed:
            if done:
                raise Unsure(f"{done} parts arrived: {failed}") from failed
            if (message.answer_with or "").startswith(WELCOME):
                raise Gone(f"the welcome came too late: {failed}") from failed  # the chat itself is not gone
            raise

    async def _ask(self, chat: str, command: commands.Command) -> Ack:
        """Send what people see, and count it unless it provably never left."""
        try:
            ack = await self.socket.request(command)
        except Unsure:
            self.windows.count(chat)
            raise
        self.windows.count(chat)
        return ack

    async def _upload(self, name: str, kind: commands.MediaKind, content: bytes) -> dict[str, Any]:
        """Upload a file and return the body that shows it. Nobody sees an upload, so that any failure is NotSent or Gone."""
        socket, count = self.socket, media.chunk_count(len(content))
        opened = commands.upload_init(socket.new_id(commands.UPLOAD_INIT), kind, name, len(content), count, media.md5(content))
        upload_id = _told(await self._unseen(opened), "upload_id")
        for index, piece in enumerate(media.chunks(content)):
            for attempt in range(1, _CHUNK_TRIES + 1):
                command = commands.upload_chunk(socket.new_id(commands.UPLOAD_CHUNK), upload_id, index, piece)
                try:
                    await self._unseen(command)
                    break
                except NotSent:
                    if attempt == _CHUNK_TRIES or socket.state != "connected":
                        raise
        finished = await self._unseen(commands.upload_finish(socket.new_id(commands.UPLOAD_FINISH), upload_id))
        return commands.media(kind, _told(finished, "media_id"))

    async def _unseen(self, command: commands.Command) -> Ack:
        try:
            ack = await self.socket.request(command)
        except Unsure as lost:
            raise NotSent(str(lost), 5.0) from None
        if ack.errcode:
            raise codes.problem(ack.errcode, ack.errmsg)
        return ack

    def _use(self, req_id: str) -> None:
        self._used[req_id] = None
        while len(self._used) > _REMEMBERED:
            self._used.popitem(last=False)


def _fitting(message: Outgoing) -> Sequence[OutgoingFile]:
    """The files, all of a size that the platform takes; raises Gone."""
    for file in message.files:
        try:
            media.check(file)
        except media.BadMedia as bad:
            raise Gone(str(bad)) from None
    return message.files


def _told(ack: Ack, name: str) -> str:
    value = ack.body.get(name)
    if not isinstance(value, str) or not value:
        raise NotSent(f"the platform told no {name}", 5.0)
    return value
