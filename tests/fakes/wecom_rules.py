"""The robot platform's documented rules without I/O: what a command does, and with which code it is refused."""

import base64
import hashlib
import itertools
import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

OK = 0
BUSY = -1
TOO_OFTEN = 45009
TOO_LONG = 45002
EMPTY = 44004
BAD_TYPE = 40008
BAD_PARAMETER = 40058
BAD_MEDIA = 40007
BAD_CHAT = 93006
BAD_REQ_ID = 846605
STREAM_EXPIRED = 846608
BAD_SECRET = 853000
NOT_SUBSCRIBED = 853001  # this fake's own: the code is documented nowhere

RATES = ((30, 60.0), (1000, 3600.0))
LONGEST = 20480
CHUNK = 512 * 1024
CHUNKS = 100
MEDIA_LASTS = 3 * 86400.0
TURN_LASTS = 86400.0
STREAM_LASTS = 360.0
QUICK = 5.0
CARD_KINDS = {"text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction"}
MEDIA_KINDS = {"file", "image", "voice", "video"}
ANSWER_KINDS = {"stream", "stream_with_template_card", "template_card", "markdown"} | MEDIA_KINDS
PUSH_KINDS = {"markdown", "template_card"} | MEDIA_KINDS


class Refusal(Exception):
    """A command that the platform does not carry out."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.errcode, self.errmsg = errcode, errmsg


@dataclass(slots=True)
class Said:
    """One message that people see, or a card as it stands now."""

    chat: str
    via: str
    kind: str
    text: str = ""
    card: dict[str, Any] | None = None
    file: bytes | None = None
    filename: str = ""
    mentions: tuple[str, ...] = ()
    at: float = 0.0


@dataclass(slots=True)
class Turn:
    """A callback that was handed out: what may answer it, and until when."""

    kind: str
    chat: str
    at: float
    stream: str | None = None
    finished: bool = False
    answers: int = 0
    task_id: str = ""


@dataclass(slots=True)
class Upload:
    """An upload under way."""

    kind: str
    filename: str
    size: int
    chunks: int
    md5: str
    parts: dict[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Tenant:
    """What the platform knows of one robot; `now` counts seconds and may be a simulated clock."""

    now: Callable[[], float]
    said: list[Said] = field(default_factory=list)
    open_chats: set[str] = field(default_factory=set)
    turns: dict[str, Turn] = field(default_factory=dict)
    cards: dict[str, Said] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    media: dict[str, tuple[Upload, bytes, float]] = field(default_factory=dict)
    refused: list[tuple[str, int]] = field(default_factory=list)
    _sent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    def handle(self, command: str, req_id: str, body: Mapping[str, Any]) -> tuple[int, str, dict[str, Any]]:
        """Carry out one command: (errcode, errmsg, body of the acknowledgement)."""
        acts: dict[str, Callable[[str, Mapping[str, Any]], dict[str, Any]]] = {
            "ping": lambda _id, _body: {},
            "aibot_respond_msg": self._respond,
            "aibot_respond_welcome_msg": self._welcome,
            "aibot_respond_update_msg": self._update,
            "aibot_send_msg": self._push,
            "aibot_upload_media_init": self._init,
            "aibot_upload_media_chunk": self._chunk,
            "aibot_upload_media_finish": self._finish,
        }
        try:
            if command not in acts:
                raise Refusal(BAD_PARAMETER, "unknown command")
            return OK, "ok", acts[command](req_id, body)
        except Refusal as refusal:
            self.refused.append((command, refusal.errcode))
            return refusal.errcode, refusal.errmsg, {}

    def fill_up(self, chat: str, count: int) -> None:
        """Pretend that `count` messages were just sent there."""
        self._sent[chat].extend([self.now()] * count)

    def _respond(self, req_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        turn = self._turn(req_id, "message", TURN_LASTS)
        kind = _kind(body, ANSWER_KINDS)
        if kind in {"stream", "stream_with_template_card"}:
            stream = body.get("stream") or {}
            _need(bool(stream.get("id")), BAD_PARAMETER, "stream.id")
            if turn.finished or (turn.stream and turn.stream != stream["id"]) or self.now() - turn.at > STREAM_LASTS:
                raise Refusal(STREAM_EXPIRED, "stream message update expired")
            self._count(turn.chat)
            turn.stream, turn.finished = stream["id"], bool(stream.get("finish"))
            turn.answers += 1
            if turn.finished:
                self._say(turn.chat, "respond", body)
            return {}
        self._count(turn.chat)
        turn.answers += 1
        self._say(turn.chat, "respond", body)
        return {}

    def _welcome(self, req_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        turn = self._turn(req_id, "enter_chat", QUICK)
        _kind(body, {"text", "template_card"})
        _need(not turn.answers, BAD_REQ_ID, "answered already")
        self._count(turn.chat)
        turn.answers += 1
        self._say(turn.chat, "welcome", body)
        return {}

    def _update(self, req_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        turn = self._turn(req_id, "press", QUICK)
        _need(body.get("response_type") == "update_template_card", BAD_PARAMETER, "response_type")
        card = body.get("template_card") or {}
        _check_card(card)
        _need(card.get("task_id") == turn.task_id, BAD_PARAMETER, "task_id of another card")
        self.cards[turn.task_id].card = dict(card)
        return {}

    def _push(self, req_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        chat = body.get("chatid") or ""
        _need(chat in self.open_chats, BAD_CHAT, "invalid chatid")
        _need(body.get("chat_type", 0) in (0, 1, 2), BAD_PARAMETER, "chat_type")
        _kind(body, PUSH_KINDS)
        self._count(chat)
        self._say(chat, "push", body)
        return {}

    def _init(self, req_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        size, chunks = body.get("total_size"), body.get("total_chunks")
        _need(body.get("type") in MEDIA_KINDS and bool(body.get("filename")), BAD_PARAMETER, "type or filename")
        _need(isinstance(size, int) and size >= 5, BAD_PARAMETER, "total_size")
        _need(isinstance(chunks, int) and 1 <= chunks <= CHUNKS, BAD_PARAMETER, "total_chunks")
        upload_id = f"up{next(self._ids)}"
        self.uploads[upload_id] = Upload(body["type"], body["filename"], body["total_size"], body["total_chunks"], body["md5"])
        return {"upload_id": upload_id}

    def _chunk(self, req_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        upload = self._upload(body)
        index = body.get("chunk_index")
        _need(isinstance(index, int) and 0 <= index < upload.chunks, BAD_PARAMETER, "chunk_index")
        part = base64.b64decode(body.get("base64_data") or "", validate=True)
        _need(0 < len(part) <= CHUNK, BAD_PARAMETER, "chunk size")
        upload.parts[body["chunk_index"]] = part
        return {}

    def _finish(self, req_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        upload = self._upload(body)
        content = b"".join(upload.parts[index] for index in sorted(upload.parts))
        whole = len(upload.parts) == upload.chunks and len(content) == upload.size
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        _need(whole and digest == upload.md5, BAD_MEDIA, "incomplete or damaged")
        media_id = f"media{next(self._ids)}"
        del self.uploads[body["upload_id"]]
        self.media[media_id] = (upload, content, self.now())
        return {"type": upload.kind, "media_id": media_id, "created_at": str(int(self.now()))}

    def _upload(self, body: Mapping[str, Any]) -> Upload:
        upload = self.uploads.get(body.get("upload_id") or "")
        if upload is None:
            raise Refusal(BAD_PARAMETER, "upload_id")
        return upload

    def _turn(self, req_id: str, kind: str, lasts: float) -> Turn:
        turn = self.turns.get(req_id)
        if turn is None or turn.kind != kind or self.now() - turn.at > lasts:
            raise Refusal(BAD_REQ_ID, "invalid req_id")
        return turn

    def _count(self, chat: str) -> None:
        times, now = self._sent[chat], self.now()
        while times and now - times[0] >= RATES[-1][1]:
            times.popleft()
        for most, window in RATES:
            if sum(now - at < window for at in times) >= most:
                raise Refusal(TOO_OFTEN, "api freq out of limit")
        times.append(now)

    def _say(self, chat: str, via: str, body: Mapping[str, Any]) -> None:
        kind = body["msgtype"]
        said = Said(chat, via, kind, at=self.now())
        if kind in MEDIA_KINDS:
            media_id = str((body.get(kind) or {}).get("media_id"))
            _need(media_id in self.media, BAD_MEDIA, "invalid media_id")
            upload, content, since = self.media[media_id]
            _need(self.now() - since <= MEDIA_LASTS and upload.kind == kind, BAD_MEDIA, "invalid media_id")
            said.file, said.filename = content, upload.filename
        elif kind != "template_card":
            holder = "stream" if kind.startswith("stream") else kind
            said.text = (body.get(holder) or {}).get("content") or ""
            _need(bool(said.text.strip()), EMPTY, "empty content")
            _need(len(said.text.encode()) <= LONGEST, TOO_LONG, "content too long")
        if "template_card" in body:
            said.card = dict(body["template_card"])
            _check_card(said.card)
            task_id = said.card.get("task_id", "")
            _need(task_id not in self.cards, BAD_PARAMETER, "task_id used before")
            self.cards[task_id] = said
        self.said.append(said)


def _kind(body: Mapping[str, Any], allowed: set[str]) -> str:
    kind = str(body.get("msgtype"))
    _need(kind in allowed, BAD_TYPE, "invalid msgtype")
    return kind


def _need(fine: bool, errcode: int, errmsg: str) -> None:
    if not fine:
        raise Refusal(errcode, errmsg)


def _check_card(card: Mapping[str, Any]) -> None:
    _need(card.get("card_type") in CARD_KINDS, BAD_PARAMETER, "card_type")
    _need(re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", str(card.get("task_id", ""))) is not None, BAD_PARAMETER, "task_id")
    _need(bool((card.get("main_title") or {}).get("title") or card.get("sub_title_text")), BAD_PARAMETER, "title")
    if card["card_type"] == "button_interaction":
        keys = [button.get("key", "") for button in card.get("button_list") or []]
        _need(1 <= len(keys) <= 6 and len(set(keys)) == len(keys), BAD_PARAMETER, "button_list")
        _need(all(0 < len(key.encode()) <= 1024 for key in keys), BAD_PARAMETER, "button key")
    if card["card_type"] == "vote_interaction":
        options = (card.get("checkbox") or {}).get("option_list") or []
        _need(1 <= len(options) <= 20 and bool(card.get("submit_button")), BAD_PARAMETER, "checkbox")
    if card["card_type"] == "multiple_interaction":
        lists = card.get("select_list") or []
        _need(1 <= len(lists) <= 3 and bool(card.get("submit_button")), BAD_PARAMETER, "select_list")
        _need(all(1 <= len(one.get("option_list") or []) <= 10 for one in lists), BAD_PARAMETER, "option_list")
