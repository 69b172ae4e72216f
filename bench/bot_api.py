"""The Bot API at its cheapest: hands out updates as bytes and accepts every answer, without a socket, for any bot on PTB."""

import asyncio
import json
from collections import deque
from collections.abc import Sequence
from typing import Any

from telegram.request import BaseRequest, RequestData

TOKEN = "4242:abcdefghijklmnopqrstuvwxyz012345678"  # noqa: S105 - nobody's token
ME = {"id": 4242, "is_bot": True, "first_name": "品牌助手", "username": "brand_bot", "can_read_all_group_messages": True}
PATIENCE = 120.0  # seconds until an answer that does not come ends the measurement
MOST = 100  # updates a getUpdates, as Telegram gives them


class BotApi(BaseRequest):
    """The one HTTP layer of both bots. `owed`: messages that were said and are not answered yet."""

    def __init__(self) -> None:
        self.owed = 0
        self._given = 0
        self._waiting: deque[bytes] = deque()
        self._news, self._answer, self._asked = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing is opened."""

    async def shutdown(self) -> None:
        """Nothing is open."""

    async def play(self, updates: Sequence[bytes], at_once: bool) -> None:
        """Say these, each after the answer to the one before, or all at once; returns when all are answered."""
        for one in [updates] if at_once else [[update] for update in updates]:
            self._waiting.extend(one)
            self.owed += len(one)
            self._news.set()
            async with asyncio.timeout(PATIENCE):
                while self.owed:
                    self._answer.clear()
                    await self._answer.wait()
                await self._asked.wait()  # whoever handles a message before asking for the next has done with it

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_named: Any
    ) -> tuple[int, bytes]:
        """One call, answered at once."""
        match url.rpartition("/")[2]:
            case "getUpdates":
                waits = request_data is not None and request_data.parameters.get("timeout")
                return 200, await self._updates() if waits else _result([])
            case "sendMessage":
                self._given += 1
                self.owed -= 1
                self._answer.set()
                return 200, SENT % (1_000_000 + self._given)
            case "getMe":
                return 200, _result(ME)
            case _:
                return 200, b'{"ok":true,"result":true}'

    async def _updates(self) -> bytes:
        while not self._waiting:
            self._asked.set()
            self._news.clear()
            await self._news.wait()
        self._asked.clear()
        batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        return b'{"ok":true,"result":[%b]}' % b",".join(batch)


def said(number: int, chat: int, person: int, text: str, at: int) -> bytes:
    """The update of a message in a group that mentions the bot. `at`: seconds since 1970."""
    message = {
        "message_id": number,
        "date": at,
        "chat": {"id": chat, "type": "supergroup", "title": "工作群"},
        "from": {"id": person, "is_bot": False, "first_name": "书记"},
        "text": f"@{ME['username']} {text}",
        "entities": [{"type": "mention", "offset": 0, "length": len(str(ME["username"])) + 1}],
    }
    return json.dumps({"update_id": number, "message": message}).encode()


def _result(value: Any) -> bytes:
    return json.dumps({"ok": True, "result": value}).encode()


SENT = _result(
    {"message_id": 0, "date": 1_790_000_000, "chat": {"id": -1, "type": "supergroup", "title": "工作群"}, "text": "已登记"}
).replace(b'"message_id": 0', b'"message_id": %d')
