"""The thirty development messages are read as labelled."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.read import directory_of, packaged_roster, scene_of
from messages.reading import read
from storage.calendar import Calendar

LINES = (Path(__file__).parents[1] / "data" / "messages_dev.jsonl").read_text(encoding="utf-8").splitlines()
DIRECTORY = directory_of(packaged_roster())


@pytest.mark.parametrize("message", [pytest.param(m, id=m["id"]) for m in map(json.loads, LINES)])
def test_a_development_message_is_read_as_labelled(message: dict[str, Any]) -> None:
    reading = read(message["text"], scene_of(message, DIRECTORY, Calendar(), "品牌助手"))
    assert reading.to_json() == message["expect"]
