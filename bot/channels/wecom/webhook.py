"""The group webhook: the only way to write to a WeCom group so that somebody's phone rings."""

import base64
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from bot.channels.contract import Gone, NotSent, Outgoing, OutgoingFile, Unsure
from bot.channels.wecom import codes, media
from bot.channels.wecom.splitting import has_table, split
from bot.channels.wecom.windows import Windows

MARKDOWN = 4096
TEXT = 2048
PER_MINUTE = ((20, 60.0),)
NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class BadKey(Gone):
    """The webhook's key is refused: the group has deleted it or it was mistyped."""


class Webhook:
    """Posts to group webhooks. A key is never logged and never part of an error's text."""

    def __init__(self, base: str, *, now: Callable[[], datetime], client: httpx.AsyncClient | None = None) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses, and the address holds the key
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        self._base = base.rstrip("/")
        self._client = client or httpx.AsyncClient(timeout=httpx.Timeout(10.0, write=60.0), follow_redirects=False)
        self._windows = Windows(PER_MINUTE, now)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def push(self, key: str, message: Outgoing) -> None:
        """Write a message with its mentions, and its files after it. Raises NotSent, Unsure or Gone (BadKey).

        A table and a mention need two messages. Where only a part of several has arrived, the outcome is Unsure.
        """
        bodies = _texts(message)
        self._room(key, len(bodies) + len(message.files))
        bodies += [await self._file(key, file) for file in message.files]
        for place, body in enumerate(bodies):
            try:
                await self._send(key, body)
            except (NotSent, Gone) as failed:
                if place:
                    raise Unsure(f"{place} of {len(bodies)} parts arrived: {failed}") from failed
                raise

    async def check(self, key: str) -> bool:
        """Whether the key is accepted, without writing anything: an empty text is refused as empty, not as unknown."""
        answer = await self._post("send", {"key": key}, json=_text("", ()))
        return answer.get("errcode") not in codes.BAD_WEBHOOK

    async def _file(self, key: str, file: OutgoingFile) -> dict[str, Any]:
        if media.kind_of(file) == "image":
            picture = {"base64": base64.b64encode(file.content).decode(), "md5": media.md5(file.content)}
            return {"msgtype": "image", "image": picture}
        try:
            media.check(file)
        except media.BadMedia as bad:
            raise Gone(str(bad)) from None
        parts = {"media": (file.name, file.content, "application/octet-stream")}
        try:
            answer = await self._post("upload_media", {"key": key, "type": "file"}, files=parts)
        except Unsure as lost:
            raise NotSent(str(lost), 5.0) from None  # an upload shows nothing to anybody
        _accepted(answer)
        return {"msgtype": "file", "file": {"media_id": answer.get("media_id")}}

    async def _send(self, key: str, body: Mapping[str, Any]) -> None:
        self._windows.count(key)
        _accepted(await self._post("send", {"key": key}, json=body))

    def _room(self, key: str, count: int) -> None:
        wait = self._windows.wait(key, count)
        if wait:
            raise NotSent("the webhook's 20 messages a minute are used up", wait)

    async def _post(self, path: str, params: Mapping[str, str], **content: Any) -> Mapping[str, Any]:
        try:
            answer = await self._client.post(f"{self._base}/cgi-bin/webhook/{path}", params=params, **content)
        except NOTHING_LEFT as error:
            raise NotSent(f"the webhook is not reached: {type(error).__name__}", 5.0) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unsure(f"the webhook did not answer: {type(error).__name__}") from None
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise NotSent("the webhook answered 429", 60.0)
        if 400 <= answer.status_code < 500:
            raise Gone(f"the webhook answered {answer.status_code}")
        try:
            said = answer.json()
        except ValueError:
            said = None
        if answer.status_code != httpx.codes.OK or not isinstance(said, dict) or not isinstance(said.get("errcode"), int):
            raise Unsure(f"the webhook answered {answer.status_code} without a code")
        return said


def _accepted(answer: Mapping[str, Any]) -> None:
    errcode = int(answer["errcode"])
    if errcode in codes.BAD_WEBHOOK:
        raise BadKey(f"errcode {errcode}: the webhook's key is refused")
    if errcode:
        raise codes.problem(errcode)  # errmsg of this interface repeats parts of the request


def _texts(message: Outgoing) -> list[dict[str, Any]]:
    """The text as markdown with its mentions, or as a table and a call beside it."""
    if not message.text.strip():
        return []
    if has_table(message.text):
        first = (message.plain or message.text).strip().splitlines()[0]
        calls = [_text(split(first, TEXT)[0], message.mention)] if message.mention else []
        return [*_markdown(message.text, "markdown_v2"), *calls]
    names = " ".join(f"<@{name}>" for name in message.mention)
    return _markdown(f"{names}\n{message.text}" if names else message.text, "markdown")


def _markdown(text: str, dialect: str) -> list[dict[str, Any]]:
    return [{"msgtype": dialect, dialect: {"content": piece}} for piece in split(text, MARKDOWN)]


def _text(content: str, mentions: Sequence[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"content": content}
    if mentions:
        said["mentioned_list"] = list(mentions)
    return {"msgtype": "text", "text": said}
