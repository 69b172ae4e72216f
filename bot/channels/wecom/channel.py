"""The WeCom channel: one robot's socket, its group webhooks and its files behind the bot's contract."""

import asyncio
import logging
import random
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import WebSocketException

from bot.channels.contract import Gone, Incoming, IncomingFile, NotSent, Outgoing, Pace, Receive, Sent, Settled, Unsure
from bot.channels.wecom import media
from bot.channels.wecom.frames import Event, Message
from bot.channels.wecom.sending import QUICK, RATES, Sender
from bot.channels.wecom.socket import Open, Socket, Timing, open_connection
from bot.channels.wecom.translate import translate
from bot.channels.wecom.webhook import BadKey, Webhook
from bot.channels.wecom.windows import Windows
from messages.writing.reply import Limits

log = logging.getLogger(__name__)

WebhookOf = Callable[[str], Awaitable[str | None]]
"""The key of a group's webhook by the group's id, opened; None where none is set."""

_STORE_AGAIN = (1.0, 5.0, 20.0, 60.0)
"""Seconds between tries to hand over an event that could not be stored; only its own chat waits."""

_REMEMBERED = 1000


async def no_webhook(_chat: str) -> str | None:
    """No group has a webhook."""
    return None


async def _nobody(_incoming: Incoming) -> None:
    raise RuntimeError("the channel does not run")


@dataclass(frozen=True, slots=True)
class Pressed:
    """What is needed to change a card after its button was pressed."""

    req_id: str
    task_id: str
    key: str
    until: datetime


@dataclass(slots=True)
class WeComChannel:
    """One robot. Time, sleeping and the connection are handed in."""

    account: str
    secret: str = field(repr=False)
    bot_name: str
    now: Callable[[], datetime]
    url: str = "wss://openws.work.weixin.qq.com"
    webhook_api: str = "https://qyapi.weixin.qq.com"
    webhook_of: WebhookOf = no_webhook
    timing: Timing = field(default_factory=Timing)
    open: Open = open_connection
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: random.Random = field(default_factory=random.SystemRandom)

    name: str = field(default="wecom", init=False)
    limits: Limits = field(default=Limits(20480, "bytes", "wecom", buttons=6), init=False)
    pace: Pace = field(default=Pace(windows=RATES), init=False)
    _socket: Socket = field(init=False, repr=False)
    _sender: Sender = field(init=False, repr=False)
    _webhook: Webhook = field(init=False, repr=False)
    _receive: Receive = field(default=_nobody, init=False, repr=False)
    _arriving: dict[str, deque[Incoming]] = field(default_factory=dict, init=False, repr=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False, repr=False)
    _pressed: "OrderedDict[str, Pressed]" = field(default_factory=OrderedDict, init=False, repr=False)
    _entered: "OrderedDict[str, datetime]" = field(default_factory=OrderedDict, init=False, repr=False)
    _bad_keys: set[str] = field(default_factory=set, init=False, repr=False)

    def __post_init__(self) -> None:
        self._socket = Socket(
            self.url, self.account, self.secret, self._arrived, self.now, self.timing, self.open, self.sleep, self.chance
        )
        self._sender = Sender(self._socket, self.bot_name, Windows(RATES, self.now))
        self._webhook = Webhook(self.webhook_api, now=self.now)

    async def run(self, receive: Receive) -> None:
        """Stay connected and hand over what arrives, in order within a chat, until cancelled."""
        self._receive = receive
        try:
            await self._socket.run()
        finally:
            for task in self._tasks:
                task.cancel()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._webhook.close()

    async def send(self, message: Outgoing) -> Sent:
        """Send one message: through the group's webhook where somebody is to be called, by the robot otherwise."""
        if message.mention and not message.private and await self._by_webhook(message):
            return Sent()
        await self._sender.send(message, greet_until=self._entered.get(message.answer_with or ""))
        return Sent()

    async def fetch(self, file: IncomingFile, limit: int) -> bytes:
        """Download and decrypt a file within 5 minutes of its message; raises NotSent or Gone."""
        url = urlsplit(file.handle.get("url", ""))
        if url.scheme != "https" and not (url.scheme == "http" and self.url.startswith("ws://")):
            raise Gone("the file's address is not https")
        closed = await _download(url.geturl(), limit + 64)
        try:
            content = media.decrypt(closed, file.handle["aeskey"]) if file.handle.get("aeskey") else closed
        except media.BadMedia as bad:
            raise Gone(str(bad)) from None
        if len(content) > limit:
            raise Gone(f"larger than {limit} bytes")
        return content

    async def settled(self, incoming: Settled) -> None:
        """Leave only the pressed button on a card that is decided, within the 5 seconds that the platform allows."""
        pressed = self._pressed.pop(incoming.event, None)
        if pressed is None or not incoming.final or self.now() > pressed.until:
            return
        try:
            await self._sender.change_card(pressed.req_id, pressed.task_id, pressed.key, incoming.toast or "")
        except (NotSent, Unsure, Gone) as error:
            log.info("wecom: the card of %s is not changed: %s", incoming.event, error)

    def describe(self) -> Mapping[str, Any]:
        """Whether the robot is connected and since when, what troubles it, how many webhook keys were refused."""
        socket = self._socket
        return {
            "connected": socket.state == "connected",
            "since": socket.since.isoformat() if socket.since and socket.state == "connected" else None,
            "state": socket.state,
            "trouble": socket.trouble,
            "refused_webhooks": len(self._bad_keys),
        }

    async def check(self) -> Mapping[str, Any]:
        """For `doctor`: whether the platform can be reached. It does not subscribe: that would take the robot from `serve`."""
        try:
            async with asyncio.timeout(self.timing.connected):
                await (await self.open(self.url)).close()
        except (OSError, TimeoutError, WebSocketException) as error:
            raise NotSent(type(error).__name__) from error
        return {"reachable": True}

    async def check_webhook(self, key: str) -> bool:
        """For `doctor`: whether a group's webhook key is accepted; nothing is written to the group."""
        return await self._webhook.check(key)

    async def _by_webhook(self, message: Outgoing) -> bool:
        """True when the webhook carried it; a refused key is reported, and the robot writes without calling anybody."""
        key = await self.webhook_of(message.chat)
        if key is None:
            return False
        try:
            await self._webhook.push(key, message)
        except BadKey:
            self._bad_keys.add(message.chat)
            log.warning("wecom: message %d: the webhook key of its group is refused; the robot writes instead", message.id)
            return False
        self._bad_keys.discard(message.chat)
        if message.buttons:
            await self._buttons_too(message)
        return True

    async def _buttons_too(self, message: Outgoing) -> None:
        """A webhook carries no buttons: the robot adds them. What they do can be typed as well, so a failure is only logged."""
        try:
            await self._sender.send(replace(message, text=self.bot_name, plain=self.bot_name, files=(), answer_with=None))
        except (NotSent, Unsure, Gone) as failed:
            log.info("wecom: message %d goes without its buttons: %s", message.id, failed)

    async def _arrived(self, frame: Message | Event) -> None:
        incoming = translate(frame, self.now())
        if incoming is None:
            return
        if isinstance(frame, Event):
            self._remember(frame, incoming)
        waiting = self._arriving.setdefault(incoming.chat, deque())
        waiting.append(incoming)
        if len(waiting) == 1:
            task = asyncio.create_task(self._hand_over(incoming.chat, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _remember(self, event: Event, incoming: Incoming) -> None:
        until = self.now() + timedelta(seconds=QUICK)
        if event.card is not None:
            self._pressed[incoming.event] = Pressed(event.req_id, event.card.task_id, event.card.key, until)
        elif incoming.answer_with:
            self._entered[incoming.answer_with] = until
        while len(self._pressed) > _REMEMBERED:
            self._pressed.popitem(last=False)
        while len(self._entered) > _REMEMBERED:
            self._entered.popitem(last=False)

    async def _hand_over(self, chat: str, waiting: deque[Incoming]) -> None:
        """Store a chat's events one after the other; the first stays in line until it is stored or given up."""
        while waiting:
            await self._store(waiting[0])
            waiting.popleft()
        del self._arriving[chat]

    async def _store(self, incoming: Incoming) -> None:
        for wait in (*_STORE_AGAIN, None):
            try:
                return await self._receive(incoming)
            except Exception as error:
                outlook = "is lost" if wait is None else "waits"
                log.error("wecom: event %s could not be stored (%s) and %s", incoming.event, type(error).__name__, outlook)
            if wait is not None:
                await self.sleep(wait)
        return None


async def _download(url: str, limit: int) -> bytes:
    """At most `limit` bytes, following no redirect; raises NotSent or Gone."""
    try:
        async with httpx.AsyncClient(timeout=30.0, follow_redirects=False) as client, client.stream("GET", url) as answer:
            if answer.status_code >= 500:
                raise NotSent(f"the file's server answered {answer.status_code}", 5.0)
            if answer.status_code != httpx.codes.OK:
                raise Gone(f"the file's server answered {answer.status_code}")
            content = bytearray()
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > limit:
                    raise Gone(f"larger than {limit} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotSent(f"the file could not be fetched: {type(error).__name__}", 5.0) from None
    return bytes(content)
