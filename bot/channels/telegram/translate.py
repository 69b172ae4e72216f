"""A Telegram update as the bot's own event; no I/O."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, InaccessibleMessage, Message, Update, User
from telegram.constants import ChatType

from bot.channels.contract import Incoming, IncomingFile
from bot.channels.telegram.mentions import Me, spoken

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The updates that are asked for; a channel's posts are not."""
GENERAL = 1  # the topic of a forum that must not be named when writing to it
PRESENT = {ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER}


def translate(raw: dict[str, Any], me: Me, now: Callable[[], datetime]) -> Incoming | None:
    """The event of an update, None where there is nothing for the bot (a sticker, a service message).

    `now` gives the time of a button press, which Telegram does not tell. Raises where an update cannot be understood.
    """
    update = Update.de_json(raw)
    if update.callback_query is not None:
        return _press(update.callback_query, now())
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.message or update.edited_message or update.channel_post or update.edited_channel_post
    return None if message is None else _message(message, me)


def album(raw: dict[str, Any]) -> str | None:
    """The album that an update's picture or file belongs to: one album arrives as several updates."""
    message = raw.get("message")
    found = message.get("media_group_id") if isinstance(message, dict) else None
    return None if found is None else str(found)


def _message(message: Message, me: Me) -> Incoming | None:
    chat = str(message.chat.id)
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return _moved(message)
    file = _file(message)
    if not (message.text or message.caption or file or _unreadable(message)):
        return None
    said = spoken(message, me)
    private = message.chat.type == ChatType.PRIVATE
    replied = _replied(message)
    to_bot = replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    edited = message.edit_date
    number = str(message.message_id)
    return Incoming(
        event=f"{chat}:{number}" if edited is None else f"{chat}:{number}:edit:{int(edited.timestamp())}",
        chat=chat,
        private=private,
        sender=_sender(message.from_user, message.sender_chat),
        at=(edited or message.date).astimezone(UTC),
        kind="edit" if edited is not None else "file" if file is not None else "text",
        text=said.text,
        thread=_thread(message),
        message=number,
        addressed=private or said.addressed or to_bot,
        reply_to=None if replied is None else str(replied.message_id),
        reply_text=None if replied is None or to_bot else replied.text or replied.caption,
        file=file,
        human=_human(message),
    )


def _replied(message: Message) -> Message | None:
    """The message replied to; in a topic each message formally replies to the topic's first one, which is no reply."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    if message.is_topic_message and replied.message_id == message.message_thread_id:
        return None
    return replied


def _thread(message: Message) -> str | None:
    """The topic; outside forums the field only numbers a chain of replies."""
    thread = message.message_thread_id
    return str(thread) if message.is_topic_message and thread and thread != GENERAL else None


def _human(message: Message) -> bool:
    """Typed by a person under their own account: no bot, channel, anonymous admin, forwarded or inline content."""
    sender = message.from_user
    return (
        sender is not None
        and not sender.is_bot
        and message.sender_chat is None
        and message.forward_origin is None
        and message.via_bot is None
    )


def _sender(user: User | None, chat: Chat | None) -> str:
    if chat is not None:
        return str(chat.id)
    return "" if user is None else str(user.id)


def _unreadable(message: Message) -> bool:
    """Something said in private that the bot cannot read, and must not leave without an answer."""
    return message.chat.type == ChatType.PRIVATE and bool(
        message.voice or message.audio or message.video_note or message.location or message.contact
    )


def _file(message: Message) -> IncomingFile | None:
    if message.animation is not None:
        return None
    if found := message.document or message.video:
        name = found.file_name or f"{message.message_id}"
        return IncomingFile(name, found.file_size, found.mime_type, {"file_id": found.file_id})
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        name = f"{message.message_id}.jpg"
        return IncomingFile(name, largest.file_size, "image/jpeg", {"file_id": largest.file_id})
    return None


def _moved(message: Message) -> Incoming:
    """A group became a supergroup: told in the old chat and again in the new one, and one event all the same."""
    here = message.chat.id
    old = message.migrate_from_chat_id or here
    new = message.migrate_to_chat_id or here
    return Incoming(
        event=f"moved:{old}:{new}",
        chat=str(old),
        private=False,
        sender=_sender(message.from_user, None),
        at=message.date.astimezone(UTC),
        kind="moved",
        moved_to=str(new),
    )


def _press(query: CallbackQuery, now: datetime) -> Incoming | None:
    """A button under a message of ours; the message itself may be too old for Telegram to show."""
    message = query.message
    if message is None or query.data is None:
        return None
    thread = None if isinstance(message, InaccessibleMessage) or not isinstance(message, Message) else _thread(message)
    return Incoming(
        event=f"press:{query.id}",
        chat=str(message.chat.id),
        private=message.chat.type == ChatType.PRIVATE,
        sender=str(query.from_user.id),
        at=now,
        kind="press",
        thread=thread,
        message=str(message.message_id),
        addressed=True,
        action=query.data,
        human=not query.from_user.is_bot,
    )


def _membership(change: ChatMemberUpdated) -> Incoming | None:
    """The bot was taken into a chat or thrown out of it (in private: started again or blocked)."""
    before, after = _present(change.old_chat_member), _present(change.new_chat_member)
    if before == after:
        return None
    chat = str(change.chat.id)
    at = change.date.astimezone(UTC)
    kind = "joined" if after else "removed"
    return Incoming(
        event=f"{chat}:{kind}:{int(at.timestamp())}",
        chat=chat,
        private=change.chat.type == ChatType.PRIVATE,
        sender=str(change.from_user.id),
        at=at,
        kind="joined" if after else "removed",
        human=not change.from_user.is_bot,
    )


def _present(member: ChatMember) -> bool:
    return member.status in PRESENT or (member.status == ChatMember.RESTRICTED and bool(getattr(member, "is_member", False)))
