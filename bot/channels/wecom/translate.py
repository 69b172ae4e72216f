"""From what arrived on the robot's connection to the bot's own Incoming, without I/O."""

from datetime import UTC, datetime

from bot.channels.contract import Incoming, IncomingFile
from bot.channels.wecom.frames import Event, Media, Message

REPLY = "reply:"
WELCOME = "welcome:"
"""What `answer_with` begins with: the req_id behind it answers a message, or greets who has just entered."""

_MIME = {"image": "image/jpeg", "video": "video/mp4"}


def translate(frame: Message | Event, now: datetime) -> Incoming | None:
    """The event, or None for one that asks for nothing. In a group only messages that @ the robot arrive at all."""
    return _message(frame, now) if isinstance(frame, Message) else _event(frame, now)


def _message(said: Message, now: datetime) -> Incoming:
    return Incoming(
        event=f"{said.chat}:{said.msgid}",
        chat=said.chat,
        private=not said.group,
        sender=said.sender,
        at=_at(said.create_time, now),
        kind="file" if said.media else "text",
        text=said.text,
        message=said.msgid,
        addressed=True,
        reply_text=said.quote,
        file=_file(said.media[0]) if said.media else None,
        answer_with=REPLY + said.req_id,
    )


def _event(event: Event, now: datetime) -> Incoming | None:
    if event.kind == "template_card_event" and event.card is not None:
        return Incoming(
            event=f"press:{event.msgid}",
            chat=event.chat,
            private=not event.group,
            sender=event.sender,
            at=_at(event.create_time, now),
            kind="press",
            addressed=True,
            action=event.card.key,
        )
    if event.kind == "enter_chat" and event.sender and event.msgid:
        return Incoming(
            event=f"joined:{event.msgid}",
            chat=event.sender,
            private=True,
            sender=event.sender,
            at=_at(event.create_time, now),
            kind="joined",
            addressed=True,
            answer_with=WELCOME + event.req_id,
        )
    return None


def _file(media: Media) -> IncomingFile:
    """The platform tells neither size nor kind, and the name only with the download."""
    return IncomingFile(media.name, None, _MIME.get(media.kind), {"url": media.url, "aeskey": media.aeskey})


def _at(create_time: int | None, now: datetime) -> datetime:
    try:
        return now if create_time is None else datetime.fromtimestamp(create_time, UTC)
    except (ValueError, OverflowError, OSError):
        return now
