"""What the robot's platform sends, without I/O: text frames in, typed values out."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST = 1_048_576
"""Characters of a frame that is still read; the largest documented message is far below."""

CALLBACK = "aibot_msg_callback"
EVENT = "aibot_event_callback"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


class BadFrame(ValueError):
    """A frame that cannot be used; the text says why and never repeats content. `msgid` where it could be read."""

    def __init__(self, why: str, msgid: str = "") -> None:
        super().__init__(why)
        self.msgid = msgid


@dataclass(frozen=True, slots=True)
class Ack:
    """The platform's answer to one command, matched by `req_id`; `errcode` 0 is success."""

    req_id: str
    errcode: int
    errmsg: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Media:
    """A file behind a message: fetched from `url` within 5 minutes, encrypted when there is an `aeskey`."""

    kind: str
    url: str = field(repr=False)
    aeskey: str = field(default="", repr=False)
    name: str = ""  # not documented, taken where it comes


@dataclass(frozen=True, slots=True)
class Message:
    """A person's message to the robot. `chat` is the group's id with its case kept, or the person's in a single chat."""

    req_id: str
    msgid: str
    chat: str
    group: bool
    sender: str
    kind: str
    text: str = field(default="", repr=False)
    quote: str | None = field(default=None, repr=False)
    media: tuple[Media, ...] = ()
    create_time: int | None = None


@dataclass(frozen=True, slots=True)
class CardPress:
    """What was pressed or chosen on a template card."""

    card_type: str
    key: str
    task_id: str
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: enter_chat, template_card_event, feedback_event, disconnected_event (without a sender)."""

    req_id: str
    msgid: str
    kind: str
    chat: str
    group: bool
    sender: str
    card: CardPress | None = None
    create_time: int | None = None


def parse(raw: str | bytes) -> Ack | Message | Event:
    """One frame from the platform. Unknown fields are ignored; raises BadFrame for what cannot be used."""
    if len(raw) > LONGEST:
        raise BadFrame(f"a frame of {len(raw)} characters")
    frame = _load(raw)
    headers = _mapping(frame.get("headers"))
    req_id = _string(headers.get("req_id"))
    body = _mapping(frame.get("body"))
    command = frame.get("cmd")
    if command == CALLBACK:
        return _message(req_id, body)
    if command == EVENT:
        return _event(req_id, body)
    if command:
        raise BadFrame("an unknown command", _string(body.get("msgid")))
    errcode = frame.get("errcode")
    if not req_id or not isinstance(errcode, int):
        raise BadFrame("neither a command nor an acknowledgement")
    return Ack(req_id, errcode, _string(frame.get("errmsg")), body)


def _load(raw: str | bytes) -> Mapping[str, Any]:
    try:
        words = raw.decode() if isinstance(raw, bytes) else raw
        frame = json.loads(_CONTROL.sub("", words), strict=False)
    except (ValueError, RecursionError):
        raise BadFrame("not JSON") from None
    if not isinstance(frame, dict):
        raise BadFrame("not a JSON object")
    return frame


def _message(req_id: str, body: Mapping[str, Any]) -> Message:
    msgid, chat, group, sender = _origin(body)
    if not req_id or not msgid or not sender:
        raise BadFrame("a message without req_id, msgid or sender", msgid)
    kind = _string(body.get("msgtype"))
    quote = body.get("quote")
    return Message(
        req_id=req_id,
        msgid=msgid,
        chat=chat,
        group=group,
        sender=sender,
        kind=kind,
        text=_words(body, kind),
        quote=_words(_mapping(quote), _string(_mapping(quote).get("msgtype"))) if quote else None,
        media=tuple(_media(body, kind)),
        create_time=_number(body.get("create_time")),
    )


def _event(req_id: str, body: Mapping[str, Any]) -> Event:
    msgid, chat, group, sender = _origin(body)
    event = _mapping(body.get("event"))
    kind = _string(event.get("eventtype"))
    if not kind:
        raise BadFrame("an event without a type", msgid)
    card = None
    if kind == "template_card_event":
        card = _press(_mapping(event.get(kind)) or event)
        if not req_id or not msgid or not sender:
            raise BadFrame("a press without req_id, msgid or sender", msgid)
    return Event(req_id, msgid, kind, chat, group, sender, card, _number(body.get("create_time")))


def _origin(body: Mapping[str, Any]) -> tuple[str, str, bool, str]:
    """(msgid, chat, group, sender); a single chat is named by its person."""
    sender = _string(_mapping(body.get("from")).get("userid"))
    chat = _string(body.get("chatid"))
    kind = _string(body.get("chattype"))
    group = kind == "group" or (kind != "single" and bool(chat))
    msgid = _string(body.get("msgid"))
    if group and not chat:
        raise BadFrame("a group message without chatid", msgid)
    return msgid, chat if group else sender, group, sender


def _press(said: Mapping[str, Any]) -> CardPress:
    items = _mapping(said.get("selected_items")).get("selected_item")
    selected: dict[str, tuple[str, ...]] = {}
    for item in items if isinstance(items, list) else []:
        chosen = _mapping(_mapping(item).get("option_ids")).get("option_id")
        key = _string(_mapping(item).get("question_key"))
        selected[key] = tuple(_string(one) for one in chosen) if isinstance(chosen, list) else ()
    return CardPress(_string(said.get("card_type")), _string(said.get("event_key")), _string(said.get("task_id")), selected)


def _words(body: Mapping[str, Any], kind: str) -> str:
    """The text of a text, voice (as recognised) or mixed message; "" for others."""
    if kind == "mixed":
        return "\n".join(filter(None, (_words(item, _string(item.get("msgtype"))) for item in _items(body))))
    if kind in {"text", "voice"}:
        return _string(_mapping(body.get(kind)).get("content"))
    return ""


def _media(body: Mapping[str, Any], kind: str) -> list[Media]:
    if kind == "mixed":
        return [one for item in _items(body) for one in _media(item, _string(item.get("msgtype")))]
    content = _mapping(body.get(kind)) if kind in {"image", "file", "video"} else {}
    url = _string(content.get("url"))
    name = _string(content.get("filename")) or _string(content.get("name"))
    return [Media(kind, url, _string(content.get("aeskey")), name)] if url else []


def _items(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = _mapping(body.get("mixed")).get("msg_item")
    return [_mapping(item) for item in items if _mapping(item).get("msgtype") != "mixed"] if isinstance(items, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
