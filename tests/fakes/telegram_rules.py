"""What the Bot API accepts, and how it refuses."""

import html
import json
import re
from typing import Any, Literal

from tests.fakes.http import Response

TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z-]+)(?: [^<>]*)?>")
TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}

Fault = Literal[
    "429",
    "500 before",
    "500 after",
    "hang before",
    "hang after",
    "reset before",
    "reset after",
    "400",
    "403",
    "bad json",
    "slow",
]
"""How a call goes wrong: before or after it had its effect, or refused; `slow` only takes a second."""


class Answer(Exception):
    """An error answer of the API, with what it asks for."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        asked = {"parameters": parameters} if parameters else {}
        self.response = answer_of({"ok": False, "error_code": status, "description": description} | asked, status)


def answer_of(value: Any, status: int = 200) -> Response:
    """Any value as a JSON answer."""
    return Response(status, json.dumps(value).encode())


def buttons_of(markup: str) -> tuple[tuple[str, str], ...]:
    """Labels and data of an inline keyboard, within its limits."""
    found = [button for row in json.loads(markup).get("inline_keyboard", []) for button in row]
    if any(len(button["callback_data"].encode()) > 64 or not button["text"] for button in found):
        raise Answer(400, "Bad Request: BUTTON_DATA_INVALID")
    return tuple((button["text"], button["callback_data"]) for button in found)


def plain(markup: str) -> str:
    """The text of a message in Telegram's HTML: each tag known and closed in order, no other < anywhere."""
    opened: list[str] = []
    for tag in TAG.finditer(markup):
        if tag["name"] not in TAGS:
            raise Answer(400, f"Bad Request: can't parse entities: Unsupported start tag {tag['name']}")
        if not tag["close"]:
            opened.append(tag["name"])
        elif not opened or opened.pop() != tag["name"]:
            raise Answer(400, "Bad Request: can't parse entities: Unexpected end tag")
    bare = TAG.sub("", markup)
    if opened or "<" in bare:
        raise Answer(400, "Bad Request: can't parse entities: Can't find end tag")
    return html.unescape(bare)


def chat_of(chat: int) -> dict[str, Any]:
    """A positive number is a person's private chat, a negative one a group."""
    return {"id": chat, "type": "private"} if chat > 0 else {"id": chat, "type": "supergroup", "title": "群"}


def person_of(user: int) -> dict[str, Any]:
    """A person, as Telegram shows one."""
    return {"id": user, "is_bot": False, "first_name": f"人{user}"}
