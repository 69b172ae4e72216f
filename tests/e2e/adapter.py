"""Stands between the bot and the emulator and adds what the emulator leaves out of the Bot API.

Its getMe lacks is_bot, its updates are handed out once and at once instead of until they are acknowledged, its dates of
sent messages are in milliseconds, some results are null, and the menu is unknown to it.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.fakes.http import HttpServer, Request, Response

BOT = {"is_bot": True, "can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
UNKNOWN = {"setMyCommands"}


@dataclass(slots=True)
class Adapter:
    """A proxy on loopback; `people` speaks to the emulator's other side, where the chats are."""

    emulator: str
    token: str
    chats: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    pressed: list[str] = field(default_factory=list)
    _client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=60))
    _server: HttpServer = field(init=False)
    _waiting: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._server = HttpServer(self._handle)

    async def __aenter__(self) -> "Adapter":
        await self._server.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.refuse()
        await self._client.aclose()

    @property
    def api(self) -> str:
        """Where the bot believes the Bot API to be."""
        return f"http://127.0.0.1:{self._server.port}"

    # the people's side

    async def say(self, chat: int, user: int, text: str) -> None:
        """A person writes in a group (a negative chat) or to the bot."""
        await self._client.post(f"{self.emulator}/sendMessage", json=self._common(chat, user) | {"text": text})

    async def press(self, chat: int, user: int, label: str) -> None:
        """A person presses the newest button with this label."""
        for message in reversed(await self.history(chat)):
            rows = (message["message"].get("reply_markup") or {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row if button["text"] == label):
                common = self._common(chat, user)
                under = {
                    "chat": common["chat"],
                    "message_id": message["messageId"],
                    "date": common["date"],
                    "from": common["from"],
                }
                query = {"botToken": self.token, "from": common["from"], "message": under, "data": button["callback_data"]}
                await self._client.post(f"{self.emulator}/sendCallback", json=query)
                return
        raise AssertionError(f"no button {label}")

    async def history(self, chat: int) -> list[dict[str, Any]]:
        """What the bot has said in a chat, oldest first."""
        found = (await self._client.post(f"{self.emulator}/getUpdatesHistory", json={"token": self.token})).json()["result"]
        return [one for one in found if str(one.get("message", {}).get("chat_id")) == str(chat)]

    async def saw(self, chat: int, words: str, within: float = 120.0) -> str:
        """Wait until the bot has said these words in the chat; the newest message with them."""
        texts: list[str] = []
        for _ in range(int(within / 0.05)):
            texts = [str(one["message"]["text"]) for one in await self.history(chat)]
            if any(words in text for text in texts):
                return next(text for text in reversed(texts) if words in text)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{chat} did not see {words!r} but {texts}")

    async def until(self, true: Callable[[], bool], within: float = 120.0) -> None:
        """Wait until `true()` holds."""
        for _ in range(int(within / 0.05)):
            if true():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it did not come true")

    def _common(self, chat: int, user: int) -> dict[str, Any]:
        place = {"id": chat, "type": "private"} if chat > 0 else {"id": chat, "type": "supergroup", "title": "群"}
        person = {"id": user, "is_bot": False, "first_name": "人"}
        return {"botToken": self.token, "date": int(time.time()), "from": person, "chat": place}

    # the bot's side

    async def _handle(self, request: Request) -> Response:
        method = request.path.rpartition("/")[2]
        if method == "getUpdates":
            result: Any = await self._updates(int(request.fields.get("offset", 0)), float(request.fields.get("timeout", 0)))
        elif method in UNKNOWN:
            result = True
        else:
            answer = await self._client.post(f"{self.emulator}{request.path}", data=request.fields)
            if answer.status_code != 200 or not answer.json()["ok"]:
                return Response(answer.status_code, answer.content)
            result = answer.json()["result"]
        if method == "getMe":
            result |= BOT
        elif method == "sendMessage":
            result["date"] //= 1000
        elif method == "answerCallbackQuery":
            self.pressed.append(request.fields.get("text", ""))
        return Response(200, json.dumps({"ok": True, "result": True if result is None else result}).encode())

    async def _updates(self, offset: int, patience: float) -> list[dict[str, Any]]:
        self._waiting = {number: update for number, update in self._waiting.items() if number >= offset}
        until = time.monotonic() + patience
        while True:
            found = (await self._client.post(f"{self.emulator}/bot{self.token}/getUpdates")).json()["result"]
            self._waiting |= {update["update_id"]: _whole(update) for update in found}
            if self._waiting or time.monotonic() >= until:
                return list(self._waiting.values())
            await asyncio.sleep(0.05)


def _whole(update: dict[str, Any]) -> dict[str, Any]:
    """A press says in which chat it was made."""
    if query := update.get("callback_query"):
        query.setdefault("chat_instance", "1")
    return update
