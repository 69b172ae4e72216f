"""One message of ours as calls of the Bot API."""

import html
import re
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode

from bot.channels.contract import NotSent, Outgoing, OutgoingButton, OutgoingFile, Sent, Unsure
from bot.channels.telegram.api import Api, Refused
from bot.channels.telegram.errors import outcome

CAPTION = 1024  # UTF-16 units
ROW = 14  # characters of labels that fit beside each other
TAG = re.compile(r"<[^>]+>")


async def send(api: Api, message: Outgoing) -> Sent:
    """Send a message; a group that has become a supergroup gets it under its new id. Raises NotSent, Unsure or Gone."""
    try:
        return Sent(await _deliver(api, message, message.chat))
    except Refused as error:
        if error.moved_to is None:
            raise outcome(error) from error
        moved_to = str(error.moved_to)
    except (NotSent, Unsure):
        raise
    except Exception as error:
        raise outcome(error) from error
    try:
        return Sent(await _deliver(api, message, moved_to), moved_to)
    except Unsure:
        raise
    except Exception as error:
        raise outcome(error) from error


async def _deliver(api: Api, message: Outgoing, chat: str) -> str:
    """The call, or calls where there are files; the first one carries text and buttons, and its id is the message's."""
    files = list(message.files)
    captioned = bool(files) and _length(message.text) <= CAPTION
    first = await _formatted(api, message, chat, files.pop(0) if captioned else None)
    try:
        for file in files:
            await _file(api, message, chat, file, None, None)
    except Exception as error:
        raise Unsure(f"a part arrived: {outcome(error)}") from error
    return str(first.message_id)


async def _formatted(api: Api, message: Outgoing, chat: str, file: OutgoingFile | None) -> Message:
    """Send with formatting; where Telegram cannot read it, plainly: what is to be said counts more than how it looks."""
    try:
        return await _call(api, message, chat, file, message.text, ParseMode.HTML)
    except Refused as error:
        if error.status != 400 or "can't parse" not in error.description.lower():
            raise
    return await _call(api, message, chat, file, html.unescape(TAG.sub("", message.text)), None)


async def _call(
    api: Api, message: Outgoing, chat: str, file: OutgoingFile | None, text: str, mode: ParseMode | None
) -> Message:
    if file is not None:
        return await _file(api, message, chat, file, text, mode)
    return await api.send_message(
        chat,
        text,
        parse_mode=mode,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        message_thread_id=_thread(message),
        reply_parameters=_reply(message),
        reply_markup=keyboard(message.buttons),
    )


async def _file(
    api: Api, message: Outgoing, chat: str, file: OutgoingFile, caption: str | None, mode: ParseMode | None
) -> Message:
    """A picture as a picture, anything else as a document; buttons stand where the text stands."""
    content = InputFile(file.content, filename=file.name)
    markup = keyboard(message.buttons) if caption is not None else None
    if file.mime in {"image/png", "image/jpeg"}:
        return await api.send_photo(
            chat,
            content,
            caption=caption,
            parse_mode=mode,
            message_thread_id=_thread(message),
            reply_parameters=_reply(message),
            reply_markup=markup,
        )
    return await api.send_document(
        chat,
        content,
        caption=caption,
        parse_mode=mode,
        message_thread_id=_thread(message),
        reply_parameters=_reply(message),
        reply_markup=markup,
    )


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


def _thread(message: Outgoing) -> int | None:
    return int(message.thread) if message.thread else None


def _reply(message: Outgoing) -> ReplyParameters | None:
    if not message.reply_to or not message.reply_to.isdigit():
        return None
    return ReplyParameters(int(message.reply_to), allow_sending_without_reply=True)


def _length(markup: str) -> int:
    """UTF-16 units that Telegram counts: after the markup is read."""
    return len(html.unescape(TAG.sub("", markup)).encode("utf-16-le")) // 2
