"""A Bot API server on loopback that keeps the truth: what people said, and what each chat really saw."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.http import HttpServer, Request, Reset, Response
from tests.fakes.telegram_rules import Answer, Fault, answer_of, buttons_of, chat_of, person_of, plain

TOKEN = "4242:abcdefghijklmnopqrstuvwxyz012345678"
ME = {"id": 4242, "is_bot": True, "first_name": "品牌助手", "username": "brand_bot", "can_read_all_group_messages": True}
START = 1_790_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of the bot as the people in the chat see it."""

    chat: int
    id: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    thread: int | None = None
    reply_to: int | None = None
    file: bytes | None = None


@dataclass(slots=True)
class FakeTelegram:
    """People speak through `say`, `edit` and `press`; a test arms faults and looks at `seen`."""

    seen: list[Seen] = field(default_factory=list)
    toasts: dict[str, str | None] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    menu: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    unknown_chats: set[int] = field(default_factory=set)
    updates: dict[int, dict[str, Any]] = field(default_factory=dict)
    kept: dict[int, dict[str, Any]] = field(default_factory=dict)
    polls: int = 0
    acknowledged: int = 0
    _faults: dict[str, deque[Fault]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))
    _poller: asyncio.Event | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _server: HttpServer = field(init=False)

    def __post_init__(self) -> None:
        self._server = HttpServer(self._handle)

    async def __aenter__(self) -> "FakeTelegram":
        await self._server.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.refuse()

    @property
    def api(self) -> str:
        """The base URL of the Bot API."""
        return f"http://127.0.0.1:{self._server.port}"

    async def down(self) -> None:
        """Refuse connections from now on."""
        await self._server.refuse()

    async def up(self) -> None:
        """Listen again, on the same port."""
        await self._server.listen()

    # what people do

    def say(self, chat: int, user: int, text: str, *, reply_to: Seen | None = None, **more: Any) -> int:
        """A person writes; the id of the message. A positive chat is a private one."""
        message = self._message(chat, user, text=text, **more)
        if reply_to is not None:
            message["reply_to_message"] = self._of_bot(reply_to)
        self.update({"message": message})
        return int(message["message_id"])

    def edit(self, chat: int, user: int, message: int, text: str) -> None:
        """A person edits what they wrote."""
        edited = self._message(chat, user, text=text) | {"message_id": message, "edit_date": START + next(self._numbers)}
        self.update({"edited_message": edited})

    def press(self, chat: int, user: int, label: str) -> str:
        """A person presses the newest button with this label in the chat; the id of the press."""
        for message in reversed(self.seen):
            for text, data in message.buttons:
                if message.chat == chat and text == label:
                    return self.press_data(message, user, data)
        raise AssertionError(f"no button {label} in {[(m.text, m.buttons) for m in self.seen if m.chat == chat]}")

    def press_data(self, message: Seen, user: int, data: str) -> str:
        """A press with any data."""
        query = f"q{next(self._numbers)}"
        pressed = {"id": query, "from": person_of(user), "chat_instance": "1", "data": data, "message": self._of_bot(message)}
        self.update({"callback_query": pressed})
        return query

    def update(self, content: dict[str, Any]) -> int:
        """Queue any update."""
        number = next(self._numbers) + 10_000
        self.updates[number] = self.kept[number] = {"update_id": number} | content
        self._news.set()
        return number

    def redeliver(self) -> None:
        """Telegram delivers everything once more, as after a lost acknowledgement."""
        self.updates |= self.kept
        self._news.set()

    # what goes wrong

    def fault(self, method: str, *kinds: Fault) -> None:
        """The next calls of this method fail in these ways."""
        self._faults.setdefault(method, deque()).extend(kinds)

    # what is true

    def texts(self, chat: int) -> list[str]:
        """What the chat has seen from the bot, in order."""
        return [message.text for message in self.seen if message.chat == chat]

    def called(self, method: str) -> list[dict[str, str]]:
        """The parameters of the calls of a method."""
        return [fields for name, fields in self.calls if name == method]

    async def until(self, true: Any, within: float = 120.0) -> None:
        """Wait until `true()` holds; it is asked after each call of the API."""
        async with asyncio.timeout(within):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def saw(self, chat: int, words: str, within: float = 120.0) -> Seen:
        """Wait until the chat has seen a message with these words; the newest such message."""

        def found() -> list[Seen]:
            return [message for message in self.seen if message.chat == chat and words in message.text]

        try:
            await self.until(found, within)
        except TimeoutError:
            raise AssertionError(f"{chat} did not see {words!r}, but {self.texts(chat)}") from None
        return found()[-1]

    # the server

    async def _handle(self, request: Request) -> Response:
        if request.path.startswith(f"/file/bot{TOKEN}/"):
            return Response(200, self.files[request.path.rsplit("/", 1)[1]], "application/octet-stream")
        root, _, method = request.path.rpartition("/")
        if root != f"/bot{TOKEN}":
            return answer_of({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        self.calls.append((method, request.fields))
        fault = faults.popleft() if (faults := self._faults.get(method)) else None
        if fault == "slow":
            await asyncio.sleep(1.0)
            fault = None
        try:
            if fault is not None and not fault.endswith("after"):
                return await self._fail(fault)
            result = await self._method(method)(request)
            self._changed.set()
            return await self._fail(fault) if fault is not None else answer_of({"ok": True, "result": result})
        except Answer as answer:
            return answer.response
        finally:
            self._changed.set()

    async def _fail(self, fault: Fault) -> Response:
        match fault.split()[0]:
            case "429":
                raise Answer(429, "Too Many Requests: retry after 1", retry_after=1)
            case "400":
                raise Answer(400, "Bad Request: message is too strange")
            case "403":
                raise Answer(403, "Forbidden: bot was kicked from the group chat")
            case "500":
                return Response(502, b"<html>bad gateway</html>", "text/html")
            case "hang":
                await asyncio.sleep(3600)
            case "bad":
                return Response(200, b"{")
        raise Reset

    def _method(self, name: str) -> Callable[[Request], Awaitable[Any]]:
        known: dict[str, Callable[[Request], Awaitable[Any]]] = {
            "getMe": self._me,
            "getUpdates": self._poll,
            "getFile": self._file,
            "setMyCommands": self._set_menu,
            "answerCallbackQuery": self._toast,
            "sendMessage": self._text,
            "sendDocument": self._upload,
            "sendPhoto": self._upload,
        }
        return known.get(name, self._anything)

    async def _anything(self, _: Request) -> Any:
        return True

    async def _me(self, _: Request) -> Any:
        return ME

    async def _set_menu(self, request: Request) -> Any:
        self.menu[request.fields.get("language_code", "")] = json.loads(request.fields["commands"])
        return True

    async def _file(self, request: Request) -> Any:
        file = request.fields["file_id"]
        return {"file_id": file, "file_unique_id": file, "file_size": len(self.files[file]), "file_path": file}

    async def _poll(self, request: Request) -> Any:
        self.polls += 1
        if self._poller is not None:
            self._poller.set()  # the newer poller wins, as on Telegram
        mine = self._poller = asyncio.Event()
        offset = int(request.fields.get("offset", "0"))
        self.acknowledged = max(self.acknowledged, offset)
        self.updates = {number: update for number, update in self.updates.items() if number >= offset}
        await self._wait(mine, float(request.fields.get("timeout", "0")))
        if mine.is_set():
            raise Answer(409, "Conflict: terminated by other getUpdates request")
        self._poller = None
        limit = int(request.fields.get("limit", "100"))
        return [update for number, update in sorted(self.updates.items()) if number >= offset][:limit]

    async def _wait(self, ousted: asyncio.Event, seconds: float) -> None:
        self._changed.set()
        self._news.clear()
        if self.updates or seconds == 0:
            return
        waiting = [asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(ousted.wait())]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _toast(self, request: Request) -> Any:
        self.toasts[request.fields["callback_query_id"]] = request.fields.get("text")
        return True

    async def _text(self, request: Request) -> Any:
        return self._keep(request, request.fields["text"], 4096)

    async def _upload(self, request: Request) -> Any:
        return self._keep(request, request.fields.get("caption", ""), 1024)

    def _keep(self, request: Request, markup: str, longest: int) -> dict[str, Any]:
        """Check the call as Telegram does, and let the chat see the message."""
        fields = request.fields
        chat = int(fields["chat_id"])
        if chat in self.moved:
            raise Answer(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.moved[chat])
        if chat in self.unknown_chats:
            raise Answer(400, "Bad Request: chat not found")
        text = plain(markup) if fields.get("parse_mode") == "HTML" else markup
        if len(text.encode("utf-16-le")) // 2 > longest or not (text.strip() or request.files):
            raise Answer(400, "Bad Request: message is too long or empty")
        reply = json.loads(fields.get("reply_parameters", "{}")).get("message_id")
        seen = Seen(
            chat,
            next(self._numbers),
            text,
            buttons_of(fields.get("reply_markup", "{}")),
            int(fields["message_thread_id"]) if "message_thread_id" in fields else None,
            reply,
            next(iter(request.files.values()), None),
        )
        self.seen.append(seen)
        return self._of_bot(seen)

    def _of_bot(self, seen: Seen) -> dict[str, Any]:
        known = {"message_id": seen.id, "date": START, "chat": chat_of(seen.chat), "from": ME, "text": seen.text}
        if seen.thread is not None:
            known |= {"message_thread_id": seen.thread, "is_topic_message": True}
        return known

    def _message(self, chat: int, user: int, **more: Any) -> dict[str, Any]:
        number = next(self._numbers)
        return {"message_id": number, "date": START + number, "chat": chat_of(chat), "from": person_of(user)} | more
