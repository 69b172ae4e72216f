"""The labelled messages of this project: one a line, read from tests/data."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from bot.cli.read import directory_of, packaged_roster, scene_of
from messages.reading import read
from messages.reading.directory import Directory
from storage.calendar import Calendar

DATA = Path(__file__).parents[1] / "data"
ROLES = {"s": "secretary", "m": "member", "a": "admin", "t": "staff", "n": "none"}
CALENDAR = Calendar()


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message as `brandbot read` takes it, with what it means."""

    place: str
    message: dict[str, Any]
    expect: dict[str, Any]

    def read(self) -> dict[str, Any]:
        """What the grammar makes of it."""
        return read(self.message["text"], scene_of(self.message, directory(), CALENDAR, "品牌助手")).to_json()


@cache
def directory() -> Directory:
    """The demo city."""
    return directory_of(packaged_roster())


def corpus(name: str, now: str = "2026-11-23T10:05:00+08:00") -> Iterator[Labelled]:
    """The messages of tests/data/NAME.txt."""
    assert datetime.fromisoformat(now).tzinfo is not None
    for number, line in enumerate((DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        who, text, label = line.split(" | ") if line.count(" | ") == 2 else (line.split(" | ")[0], "", line.split(" | ")[-1])
        sender, chat = who.strip().split("/")
        intent, *pairs = label.strip().split(" ")
        message = {
            "now": now,
            "chat": chat.rstrip("!"),
            "addressed": not chat.endswith("!"),
            "sender": {"role": ROLES[sender[0]], "org": sender[1:]},
            "text": text.replace("\\n", "\n"),
        }
        yield Labelled(f"{name}:{number}", message, {"intent": intent, **dict(map(_pair, pairs))})


def _pair(written: str) -> tuple[str, Any]:
    name, value = written.split("=", 1)
    if name in ("percent", "participants", "activities", "events", "survey", "missing", "wanted", "secret"):
        return name, json.loads(value)
    return name, value


def traditional(text: str, spelling: str = "s2t") -> str:
    """The text in traditional characters, as they are written in general, on Taiwan or in Hong Kong."""
    return str(_converter(spelling).convert(text))


@cache
def _converter(spelling: str) -> OpenCC:
    return OpenCC(spelling)
