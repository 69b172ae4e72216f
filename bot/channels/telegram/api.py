"""The Bot API as the bot calls it: failures keep their status and whether bytes left, and the token stays unseen."""

import json
from typing import Any

import httpx
from telegram import Bot
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""Failures in which no byte of the request can have reached the server."""


class Unreached(TelegramError):
    """Nobody answered. `left` tells whether bytes may have left, so that the call may have had its effect."""

    def __init__(self, why: str, *, left: bool) -> None:
        super().__init__(why)
        self.left = left


class Refused(TelegramError):
    """The server answered with an error: its HTTP status, its words, and what it asks for."""

    def __init__(self, status: int, description: str, retry_after: float | None = None, moved_to: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.moved_to = moved_to


def refusal(status: int, payload: bytes) -> Refused:
    """The error answer of the Bot API as a value; an answer that is not JSON (a gateway's page) keeps only its status."""
    try:
        answer = json.loads(payload)
        description = str(answer.get("description") or status)
        asked = answer.get("parameters") or {}
        wait, moved = asked.get("retry_after"), asked.get("migrate_to_chat_id")
        return Refused(status, description, float(wait) if wait else None, int(moved) if moved else None)
    except (ValueError, TypeError, AttributeError):
        return Refused(status, f"HTTP {status}")


class Request(HTTPXRequest):
    """One HTTP call; unlike PTB's own it tells a call that never left from one whose fate is unknown."""

    async def do_request(  # the parameters are PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make the call; raises Unreached or Refused, so that PTB's own sorting never runs."""
        try:
            status, payload = await super().do_request(
                url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
            )
        except NetworkError as error:
            cause = error.__cause__
            raise Unreached(type(cause).__name__, left=not isinstance(cause, NOTHING_LEFT)) from None
        if not 200 <= status <= 299:
            raise refusal(status, payload)
        return status, payload


class Api(Bot):
    """PTB's bot, with answers and updates as they come, and without its token in its repr."""

    def __init__(self, token: str, base: str, *, timeout: float, connections: int = 32) -> None:
        trusted = {"verify": httpx.create_ssl_context()}  # the certificates are read once for both
        times: dict[str, Any] = {
            "read_timeout": timeout,
            "write_timeout": timeout,
            "connect_timeout": timeout,
            "pool_timeout": timeout,
            "httpx_kwargs": trusted,
        }
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=Request(connections, media_write_timeout=4 * timeout, **times),
            get_updates_request=Request(4, **times),
        )

    def __repr__(self) -> str:
        return "Api()"

    async def hang_up(self) -> None:
        """Close the connections of calls and of polling."""
        for request in self._request:
            await request.shutdown()

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A call whose answer is taken as it comes: what was accepted stays accepted, whatever PTB thinks of its shape.

        An answer that is no object (True for most) is the empty one. Raises Unreached, Refused, or TelegramError where
        the answer is not JSON.
        """
        answer = await self._post(method, parameters)
        return answer if isinstance(answer, dict) else {}

    async def raw_updates(self, offset: int | None, wait: int, allowed: list[str]) -> list[dict[str, Any]]:
        """getUpdates without PTB's parsing, where one update that it cannot parse loses the whole batch for ever.

        `offset` acknowledges every update before it; `wait` is the long poll in seconds.
        """
        patience = (self._request[0].read_timeout or 0) + wait
        asked = {"offset": offset, "timeout": wait, "limit": 100, "allowed_updates": allowed}
        found = await self._post("getUpdates", asked, read_timeout=patience)
        return [update for update in found if isinstance(update, dict)] if isinstance(found, list) else []
