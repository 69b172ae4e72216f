"""What is kept of an incoming event: nothing, an id, or its text without what cannot be stored."""

import re
from datetime import datetime
from typing import Literal

from bot.channels.contract import Incoming
from messages.reading import read
from messages.reading.directory import Directory
from messages.reading.scene import Scene
from messages.reading.text import Text
from messages.reading.trust import looks_secret
from messages.requests.work import Report
from storage.calendar import Calendar

Screen = Literal["", "unaddressed", "secret", "not_human", "flood"]
LONGEST = 20_000  # characters that are read; the rest of an oversized message is cut before it is stored

QUESTION = re.compile(r"[?？吗呢]|哪|谁|几[点号]|怎么|什么|多少")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without what a database refuses (NUL, lone surrogates) and without control characters."""
    return CONTROL.sub("", text)[:LONGEST]


def screen(incoming: Incoming) -> Screen:
    """What an event is kept as. Secret-looking words are looked for before anything is read."""
    if not incoming.human:
        return "not_human"
    if incoming.kind not in {"text", "edit", "file"}:
        return ""
    said = (incoming.text, incoming.file.name if incoming.file is not None else "")
    if any(looks_secret(Text.of(clean(words)).norm) for words in said):
        return "secret"
    return "" if incoming.private or incoming.addressed else "unaddressed"


def plain_report(text: str, bot_name: str, now: datetime) -> bool:
    """Words that would be a report, had they been said to the bot."""
    cleaned = clean(text)
    scene = Scene(now, "private", True, Directory(()), Calendar(), bot_names=(bot_name,))
    return not QUESTION.search(cleaned) and isinstance(read(cleaned, scene).request, Report)
