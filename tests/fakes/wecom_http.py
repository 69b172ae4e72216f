"""The HTTP side of the fake platform: the group webhook with its rules, and the encrypted files behind messages."""

import asyncio
import base64
import contextlib
import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, quote, urlsplit

from tests.fakes.wecom_rules import BAD_MEDIA, BAD_PARAMETER, BAD_TYPE, EMPTY, TOO_LONG, TOO_OFTEN, Refusal, Said

BAD_WEBHOOK = 93000
PER_MINUTE = 20
OFFERED = 300.0
LONGEST = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
LARGEST_IMAGE = 2 * 1024 * 1024
LARGEST_FILE = 20 * 1024 * 1024
Fault = Literal["none", "hang", "reset", "500", "garbage"]


@dataclass(slots=True)
class Http:
    """Webhooks by key, and files by address. Refusals are HTTP 200 with an errcode, as documented."""

    clock: Callable[[], float]
    keys: dict[str, str] = field(default_factory=dict)  # key → the group it belongs to
    said: list[Said] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    fault: Callable[[], Fault] = lambda: "none"
    port: int = 0
    _files: dict[str, tuple[bytes, str, float]] = field(default_factory=dict)
    _media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _times: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _server: asyncio.Server | None = None
    _open: set["asyncio.Task[None]"] = field(default_factory=set)

    async def start(self) -> None:
        """Listen on this machine."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def base(self) -> str:
        """The base address of the webhook API."""
        return f"http://127.0.0.1:{self.port}"

    def offer(self, content: bytes, name: str) -> str:
        """Put a file behind an address for 5 minutes."""
        path = f"/media/{len(self._files)}"
        self._files[path] = (content, name, self.clock())
        return self.base + path

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._converse(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                method, target, _ = head.split("\r\n", 1)[0].split(" ")
                lines = (line.partition(":") for line in head.split("\r\n")[1:])
                headers = {name.lower(): value.strip() for name, _, value in lines}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append(f"{method} {urlsplit(target).path}")
                await self._answer(writer, method, target, headers, body)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(
        self, writer: asyncio.StreamWriter, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> None:
        fault = self.fault()
        if fault == "hang":
            await asyncio.sleep(3600)
        elif fault == "reset":
            writer.transport.abort()
        elif fault == "500":
            await _write(writer, 500, b"")
        elif fault == "garbage":
            await _write(writer, 200, b"<html>")
        elif method == "GET":
            content, name, since = self._files.get(target, (b"", "", -OFFERED))
            fresh = self.clock() - since < OFFERED
            shown = f"Content-Disposition: attachment; filename*=UTF-8''{quote(name)}\r\n"
            await _write(writer, 200 if fresh else 404, content if fresh else b"", shown)
        else:
            await _write(writer, 200, json.dumps(self._post(target, headers, body)).encode())

    def _post(self, target: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        url = urlsplit(target)
        key = parse_qs(url.query).get("key", [""])[0]
        try:
            if key not in self.keys:
                raise Refusal(BAD_WEBHOOK, "invalid webhook url")
            if url.path.endswith("/upload_media"):
                return {"errcode": 0, "errmsg": "ok", "type": "file", "media_id": self._upload(headers, body)}
            self._send(key, json.loads(body))
        except Refusal as refusal:
            return {"errcode": refusal.errcode, "errmsg": refusal.errmsg}
        return {"errcode": 0, "errmsg": "ok"}

    def _upload(self, headers: dict[str, str], body: bytes) -> str:
        boundary = headers["content-type"].partition("boundary=")[2].strip('"').encode()
        part = body.split(b"--" + boundary)[1]
        head, _, content = part.partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        if not 5 <= len(content) <= LARGEST_FILE:
            raise Refusal(BAD_PARAMETER, "file size")
        name = head.decode().partition('filename="')[2].partition('"')[0]
        media_id = f"wm{len(self._media)}"
        self._media[media_id] = (name, content)
        return media_id

    def _send(self, key: str, body: dict[str, Any]) -> None:
        kind = str(body.get("msgtype"))
        said = Said(self.keys[key], "webhook", kind, at=self.clock())
        content = body.get(kind) or {}
        if kind in LONGEST:
            said.text = content.get("content") or ""
            if not said.text.strip():
                raise Refusal(EMPTY, "empty content")
            if len(said.text.encode()) > LONGEST[kind]:
                raise Refusal(TOO_LONG, "content too long")
            said.mentions = tuple(content.get("mentioned_list") or ())
        elif kind == "image":
            said.file = base64.b64decode(content["base64"])
            digest = hashlib.md5(said.file, usedforsecurity=False).hexdigest()
            if digest != content["md5"] or len(said.file) > LARGEST_IMAGE:
                raise Refusal(BAD_PARAMETER, "image")
        elif kind == "file":
            if content.get("media_id") not in self._media:
                raise Refusal(BAD_MEDIA, "invalid media_id")
            said.filename, said.file = self._media[content["media_id"]]
        else:
            raise Refusal(BAD_TYPE, "invalid msgtype")
        self._count(key)
        self.said.append(said)

    def _count(self, key: str) -> None:
        times, now = self._times[key], self.clock()
        while times and now - times[0] >= 60:
            times.popleft()
        if len(times) >= PER_MINUTE:
            raise Refusal(TOO_OFTEN, "api freq out of limit")
        times.append(now)


async def _write(writer: asyncio.StreamWriter, status: int, content: bytes, headers: str = "") -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n{headers}\r\n"
    writer.write(head.encode() + content)
    await writer.drain()
