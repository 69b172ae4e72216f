"""One message of ours as calls of the Bot API."""

import html
import re
from collections.abc import Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from bot.channels.contract import Outgoing, OutgoingButton, OutgoingFile, Sent, Unsure
from bot.channels.telegram.api import Api, Refused
from bot.channels.telegram.errors import outcome

CAPTION = 1024  # UTF-16 units
ROW = 14  # characters of labels that fit beside each other
TAG = re.compile(r"<[^>]+>")


async def send(api: Api, message: Outgoing) -> Sent:
    """Send a message; a group that has become a supergroup gets it under its new id. Raises NotSent, Unsure or Gone."""
    try:
        return await _following(api, message)
    except Unsure:
        raise
    except Exception as error:
        raise outcome(error) from error


async def _following(api: Api, message: Outgoing) -> Sent:
    try:
        return Sent(await _deliver(api, message, message.chat))
    except Refused as error:
        if error.moved_to is None:
            raise
        moved_to = str(error.moved_to)
    return Sent(await _deliver(api, message, moved_to), moved_to)


async def _deliver(api: Api, message: Outgoing, chat: str) -> str | None:
    """The call, or calls where there are files; the first one carries text and buttons, and its id is the message's."""
    files = list(message.files)
    captioned = bool(files) and _length(message.text) <= CAPTION
    first = await _formatted(api, message, chat, files.pop(0) if captioned else None)
    try:
        for file in files:
            await _file(api, message, chat, file)
    except Exception as error:
        raise Unsure(f"a part arrived: {outcome(error)}") from error
    return str(first["message_id"]) if "message_id" in first else None


async def _formatted(api: Api, message: Outgoing, chat: str, file: OutgoingFile | None) -> dict[str, Any]:
    """Send with formatting; where Telegram cannot read it, plainly: what is to be said counts more than how it looks."""
    try:
        return await _text(api, message, chat, file, message.text, ParseMode.HTML)
    except Refused as error:
        if error.status != 400 or "can't parse" not in error.description.lower():
            raise
    return await _text(api, message, chat, file, html.unescape(TAG.sub("", message.text)), None)


async def _text(
    api: Api, message: Outgoing, chat: str, file: OutgoingFile | None, text: str, mode: ParseMode | None
) -> dict[str, Any]:
    """The text by itself or under a file, with the buttons."""
    more = {"parse_mode": mode, "reply_markup": keyboard(message.buttons)}
    if file is not None:
        return await _file(api, message, chat, file, caption=text, **more)
    plain = LinkPreviewOptions(is_disabled=True)
    return await api.call("sendMessage", text=text, link_preview_options=plain, **_place(message, chat), **more)


async def _file(api: Api, message: Outgoing, chat: str, file: OutgoingFile, **more: Any) -> dict[str, Any]:
    """A picture as a picture, anything else as a document."""
    content = InputFile(file.content, filename=file.name)
    if file.mime in {"image/png", "image/jpeg"}:
        return await api.call("sendPhoto", photo=content, **_place(message, chat), **more)
    return await api.call("sendDocument", document=content, **_place(message, chat), **more)


def _place(message: Outgoing, chat: str) -> dict[str, Any]:
    """Chat, topic, and the message that is answered, even if that one has been deleted."""
    answered = message.reply_to if message.reply_to and message.reply_to.isdigit() else None
    return {
        "chat_id": chat,
        "message_thread_id": int(message.thread) if message.thread else None,
        "reply_parameters": ReplyParameters(int(answered), allow_sending_without_reply=True) if answered else None,
    }


def keyboard(buttons: Sequence[OutgoingButton]) -> InlineKeyboardMarkup | None:
    """Buttons beside each other as long as their labels fit, in their order."""
    rows: list[list[InlineKeyboardButton]] = []
    used = 0
    for button in buttons:
        used += len(button.label)
        if not rows or used > ROW:
            rows.append([])
            used = len(button.label)
        rows[-1].append(InlineKeyboardButton(button.label, callback_data=button.token))
    return InlineKeyboardMarkup(rows) if rows else None


def _length(markup: str) -> int:
    """UTF-16 units that Telegram counts: after the markup is read."""
    return len(html.unescape(TAG.sub("", markup)).encode("utf-16-le")) // 2
