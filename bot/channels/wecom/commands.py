"""What we send to the robot's platform, without I/O: every documented command as a frame."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

SUBSCRIBE = "aibot_subscribe"
PING = "ping"
RESPOND = "aibot_respond_msg"
WELCOME = "aibot_respond_welcome_msg"
UPDATE = "aibot_respond_update_msg"
SEND = "aibot_send_msg"
UPLOAD_INIT = "aibot_upload_media_init"
UPLOAD_CHUNK = "aibot_upload_media_chunk"
UPLOAD_FINISH = "aibot_upload_media_finish"

MediaKind = Literal["file", "image", "voice", "video"]


@dataclass(frozen=True, slots=True)
class Command:
    """A frame from us to the platform."""

    cmd: str
    req_id: str
    body: Mapping[str, Any] | None = field(default=None, repr=False)  # may hold the secret or what people said

    def encode(self) -> str:
        """The JSON text of the frame."""
        frame: dict[str, Any] = {"cmd": self.cmd, "headers": {"req_id": self.req_id}}
        if self.body is not None:
            frame["body"] = self.body
        return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def subscribe(req_id: str, bot_id: str, secret: str) -> Command:
    """The first frame of a connection."""
    return Command(SUBSCRIBE, req_id, {"bot_id": bot_id, "secret": secret})


def ping(req_id: str) -> Command:
    """A heartbeat; acknowledged like any command."""
    return Command(PING, req_id)


def stream(content: str, stream_id: str, card: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of a whole answer in one frame, with a card under it where there are buttons."""
    said = {"id": stream_id, "finish": True, "content": content}
    if card is None:
        return {"msgtype": "stream", "stream": said}
    return {"msgtype": "stream_with_template_card", "stream": said, "template_card": card}


def text(content: str) -> dict[str, Any]:
    """The body of a plain text: the welcome only."""
    return {"msgtype": "text", "text": {"content": content}}


def markdown(content: str) -> dict[str, Any]:
    """The body of a markdown message."""
    return {"msgtype": "markdown", "markdown": {"content": content}}


def template_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a card by itself."""
    return {"msgtype": "template_card", "template_card": card}


def media(kind: MediaKind, media_id: str) -> dict[str, Any]:
    """The body of a message that is an uploaded picture or file."""
    return {"msgtype": kind, kind: {"media_id": media_id}}


def respond(req_id: str, body: Mapping[str, Any]) -> Command:
    """An answer to a message callback, by its req_id."""
    return Command(RESPOND, req_id, body)


def welcome(req_id: str, body: Mapping[str, Any]) -> Command:
    """An answer to enter_chat, within 5 seconds."""
    return Command(WELCOME, req_id, body)


def update_card(req_id: str, card: Mapping[str, Any], users: tuple[str, ...] = ()) -> Command:
    """Put a new card in the place of the pressed one, within 5 seconds; for all who see it unless `users` are named."""
    body: dict[str, Any] = {"response_type": "update_template_card", "template_card": card}
    if users:
        body["userids"] = list(users)
    return Command(UPDATE, req_id, body)


def push(req_id: str, chat: str, *, private: bool, body: Mapping[str, Any]) -> Command:
    """A message without a callback, to a group or a person who has written to the robot before."""
    return Command(SEND, req_id, {"chatid": chat, "chat_type": 1 if private else 2, **body})


def upload_init(req_id: str, kind: MediaKind, filename: str, size: int, chunks: int, md5: str) -> Command:
    """Announce an upload; the acknowledgement carries `upload_id`."""
    body = {"type": kind, "filename": filename, "total_size": size, "total_chunks": chunks, "md5": md5}
    return Command(UPLOAD_INIT, req_id, body)


def upload_chunk(req_id: str, upload_id: str, index: int, base64_data: str) -> Command:
    """One piece of an upload, counted from 0."""
    return Command(UPLOAD_CHUNK, req_id, {"upload_id": upload_id, "chunk_index": index, "base64_data": base64_data})


def upload_finish(req_id: str, upload_id: str) -> Command:
    """End an upload; the acknowledgement carries `media_id`."""
    return Command(UPLOAD_FINISH, req_id, {"upload_id": upload_id})
