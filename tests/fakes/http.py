"""A small HTTP/1.1 server on loopback whose answers a test decides, down to the lost connection."""

import asyncio
import contextlib
import email.parser
import email.policy
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: fields of a form, files of a multipart body."""

    method: str
    path: str
    fields: dict[str, str]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status and body."""

    status: int
    body: bytes
    kind: str = "application/json"


class Reset(Exception):
    """Raised by a handler: the connection is reset instead of an answer."""


Handle = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class HttpServer:
    """Listens on one port of loopback; `refuse` closes the port and `listen` opens the same one again."""

    handle: Handle
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def listen(self) -> None:
        """Open the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Close the port and drop every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while (request := await _read(reader)) is not None:
                response = await self.handle(request)
                writer.write(_written(response))
                await writer.drain()
        except Reset:
            _reset(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            _reset(writer)  # the port is being closed: asyncio's own callback must see a task that ended well
        finally:
            self._open.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: the peer sees a reset, not an end."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, _, rest = head.decode().partition("\r\n")
    headers = email.parser.Parser(policy=email.policy.HTTP).parsestr(rest)
    method, target, _ = first.split(" ", 2)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    fields = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
    kind = headers.get("content-type", "")
    files: dict[str, bytes] = {}
    if kind.startswith("multipart/"):
        _multipart(kind, body, fields, files)
    else:
        fields |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return Request(method, unquote(urlsplit(target).path), fields, files)


def _multipart(kind: str, body: bytes, fields: dict[str, str], files: dict[str, bytes]) -> None:
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    )
    for part in parsed.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        if part.get_filename() is None:
            fields[name] = content.decode()
        else:
            files[name] = content


def _written(response: Response) -> bytes:
    head = f"HTTP/1.1 {response.status} X\r\nContent-Type: {response.kind}\r\nContent-Length: {len(response.body)}\r\n\r\n"
    return head.encode() + response.body
