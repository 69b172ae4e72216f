"""A WeCom robot platform on this machine: the documented protocol over a real WebSocket, with its rules and faults."""

import asyncio
import base64
import contextlib
import itertools
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.fakes.wecom_http import Http
from tests.fakes.wecom_rules import BAD_SECRET, BUSY, NOT_SUBSCRIBED, TOO_OFTEN, Tenant, Turn

Fault = Literal["none", "busy", "throttle", "hang", "hang_undone", "drop", "drop_undone"]
"""busy, throttle: refused. hang: done, never acknowledged. drop: done, the connection breaks first. *_undone: not done."""


@dataclass(slots=True)
class FakeWeCom:
    """One robot's platform. Without a live connection, what people say waits; `clock` may be simulated."""

    bot_id: str = "aibBOT"
    secret: str = "SECRET"
    clock: Callable[[], float] = time.monotonic
    redelivers: bool = False  # a callback that nobody answered comes again on the next connection
    port: int = 0
    fault: Callable[[str, dict[str, Any]], Fault] = lambda _command, _body: "none"

    tenant: Tenant = field(init=False)
    http: Http = field(init=False)
    commands: list[dict[str, Any]] = field(default_factory=list, init=False)
    subscribed: int = field(default=0, init=False)
    mute: bool = field(default=False, init=False)  # silent death: nothing is answered any more
    live: ServerConnection | None = field(default=None, init=False)
    here: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _server: Server | None = field(default=None, init=False)
    _waiting: list[dict[str, Any]] = field(default_factory=list, init=False)
    _unanswered: dict[str, dict[str, Any]] = field(default_factory=dict, init=False)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), init=False)
    _closing: "asyncio.Task[None] | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.tenant = Tenant(self.clock)
        self.http = Http(self.clock)

    async def __aenter__(self) -> "FakeWeCom":
        self._server = await serve(self._serve, "127.0.0.1", self.port, max_size=4 * 1024 * 1024, close_timeout=0.2)
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        await self.http.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        await self.http.stop()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where the WebSocket is."""
        return f"ws://127.0.0.1:{self.port}"

    # what people do

    async def say(self, sender: str, text: str = "", *, chat: str | None = None, **more: Any) -> str:
        """A person writes to the robot, in a group or (without `chat`) one to one; returns the msgid."""
        body = self._body(sender, chat) | {"msgtype": "text", "text": {"content": text}} | more
        self.tenant.open_chats.add(chat or sender)
        await self.callback("aibot_msg_callback", body, Turn("message", chat or sender, self.clock()))
        return str(body["msgid"])

    async def enter(self, sender: str) -> None:
        """A person opens the single chat for the first time today."""
        body = self._body(sender, None) | {"msgtype": "event", "event": {"eventtype": "enter_chat"}}
        await self.callback("aibot_event_callback", body, Turn("enter_chat", sender, self.clock()))

    async def press(self, sender: str, task_id: str, key: str, chat: str | None = None) -> None:
        """A person presses a card's button."""
        card = self.tenant.cards[task_id].card or {}
        pressed = {"card_type": card["card_type"], "event_key": key, "task_id": task_id}
        event = {"eventtype": "template_card_event", "template_card_event": pressed}
        body = self._body(sender, chat) | {"msgtype": "event", "event": event}
        self.tenant.open_chats.add(chat or sender)
        await self.callback("aibot_event_callback", body, Turn("press", chat or sender, self.clock(), task_id=task_id))

    async def send_file(self, sender: str, content: bytes, name: str, kind: str = "file", **more: Any) -> None:
        """A person sends a file or picture one to one: encrypted, behind an address that lasts 5 minutes."""
        key = os.urandom(32)
        url = self.http.offer(encrypt(content, key), name)
        holder: dict[str, Any] = {kind: {"url": url, "aeskey": base64.b64encode(key).decode()}}
        await self.say(sender, msgtype=kind, **holder, **more)

    def remove_robot(self, chat: str) -> None:
        """The robot is taken out of a group."""
        self.tenant.open_chats.discard(chat)

    # what the platform does

    async def callback(self, command: str, body: dict[str, Any], turn: Turn) -> None:
        """Hand out one callback, now or when a connection is there."""
        req_id = f"cb{next(self._ids)}"
        self.tenant.turns[req_id] = turn
        frame = {"cmd": command, "headers": {"req_id": req_id}, "body": body}
        if self.redelivers:
            self._unanswered[req_id] = frame
        await self._deliver(frame)

    async def again(self) -> None:
        """Hand out every unanswered callback once more."""
        for frame in list(self._unanswered.values()):
            await self._deliver(frame)

    async def raw(self, text: str) -> None:
        """Any text as a frame."""
        await (await self.connection()).send(text)

    async def close(self, code: int) -> None:
        """Close the connection with a code; 1006 is a break without a word."""
        live = await self.connection()
        self._gone(live)
        if code == 1006:
            live.transport.abort()
        else:
            await live.close(code)

    async def kick(self) -> None:
        """Tell the connection that another one has taken its place; it is not closed, as some users report."""
        event = {"msgtype": "event", "msgid": f"m{next(self._ids)}", "event": {"eventtype": "disconnected_event"}}
        await self.raw(json.dumps({"cmd": "aibot_event_callback", "headers": {"req_id": "kick"}, "body": event}))

    async def connection(self) -> ServerConnection:
        """The live connection; waits for one."""
        await asyncio.wait_for(self.here.wait(), 60)
        assert self.live is not None
        return self.live

    def _body(self, sender: str, chat: str | None) -> dict[str, Any]:
        where = {"chatid": chat, "chattype": "group"} if chat else {"chattype": "single"}
        made = {"msgid": f"m{next(self._ids)}", "create_time": int(time.time()), "aibotid": self.bot_id}
        return made | where | {"from": {"userid": sender}}

    async def _deliver(self, frame: dict[str, Any]) -> None:
        if self.live is None:
            self._waiting.append(frame)
            return
        with contextlib.suppress(ConnectionClosed):
            await self.live.send(json.dumps(frame, ensure_ascii=False))

    async def _serve(self, live: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            try:
                async for raw in live:
                    if not self.mute:
                        await self._frame(live, json.loads(raw))
            finally:
                self._gone(live)

    async def _frame(self, live: ServerConnection, frame: dict[str, Any]) -> None:
        self.commands.append(frame)
        command, req_id, body = frame.get("cmd", ""), frame["headers"]["req_id"], frame.get("body") or {}
        if command == "aibot_subscribe":
            await self._subscribe(live, req_id, body)
        elif live is not self.live:
            await _acknowledge(live, req_id, NOT_SUBSCRIBED, "subscribe first")
        else:
            await self._command(live, command, req_id, body)

    async def _subscribe(self, live: ServerConnection, req_id: str, body: dict[str, Any]) -> None:
        if (body.get("bot_id"), body.get("secret")) != (self.bot_id, self.secret):
            await _acknowledge(live, req_id, BAD_SECRET, "invalid bot_id or secret")
            return
        if self.live is not None and self.live is not live:
            old = self.live
            with contextlib.suppress(ConnectionClosed):
                await self.kick()
            self._gone(old)
            self._closing = asyncio.create_task(old.close())
        self.live = live
        self.subscribed += 1
        await _acknowledge(live, req_id)
        self.here.set()
        waiting, self._waiting = self._waiting, []
        ids = {frame["headers"]["req_id"] for frame in waiting}
        for again in [one for key, one in self._unanswered.items() if key not in ids] + waiting:
            await self._deliver(again)

    async def _command(self, live: ServerConnection, command: str, req_id: str, body: dict[str, Any]) -> None:
        turn = self.tenant.turns.get(req_id)
        fault = self.fault(command, body if turn is None else body | {"chatid": turn.chat})
        if fault in {"busy", "throttle"}:
            await _acknowledge(live, req_id, BUSY if fault == "busy" else TOO_OFTEN, fault)
            return
        if not fault.endswith("_undone"):
            errcode, errmsg, answer = self.tenant.handle(command, req_id, body)
            if errcode == 0:
                self._unanswered.pop(req_id, None)
        if fault.startswith("drop"):
            self._gone(live)
            live.transport.abort()
        elif fault == "none":
            await _acknowledge(live, req_id, errcode, errmsg, answer)

    def _gone(self, live: ServerConnection) -> None:
        if self.live is live:
            self.live = None
            self.here.clear()


async def _acknowledge(
    live: ServerConnection, req_id: str, errcode: int = 0, errmsg: str = "ok", body: dict[str, Any] | None = None
) -> None:
    frame: dict[str, Any] = {"headers": {"req_id": req_id}, "errcode": errcode, "errmsg": errmsg}
    await live.send(json.dumps(frame | ({"body": body} if body else {})))


def encrypt(content: bytes, key: bytes) -> bytes:
    """AES-256-CBC with PKCS#7 to 32 bytes, as the platform stores files."""
    count = 32 - len(content) % 32
    maker = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    return maker.update(content + bytes([count]) * count) + maker.finalize()
