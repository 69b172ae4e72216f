"""Messages written blind, by somebody who had not seen the grammar, are read within the aims."""

import json
from functools import cache
from typing import Any

import pytest

from bot.cli.read import directory_of, packaged_roster, scene_of
from messages.reading import read
from messages.reading.directory import Directory
from tests.reading.corpus import CALENDAR, DATA
from tests.reading.test_corpus import AIMS, EXTRA, GROUPS

OPEN = "*"
"""The label of a field that the rules leave open."""
BATCHES = {"first": "q", "second": "p", "third": "r", "fourth": "s"}


@cache
def directory(roster: str | None) -> Directory:
    """The demo city, or the town of look-alikes."""
    return directory_of((DATA / f"roster_{roster}.csv").read_bytes() if roster else packaged_roster())


def batch(name: str) -> list[dict[str, Any]]:
    """The labelled messages of one batch."""
    lines = (DATA / "reading_blind.jsonl").read_text(encoding="utf-8").splitlines()
    return [message for message in map(json.loads, lines) if message["id"].startswith(BATCHES[name])]


def found_in(message: dict[str, Any]) -> dict[str, Any]:
    """What the grammar makes of it."""
    return read(message["text"], scene_of(message, directory(message.get("roster")), CALENDAR, "品牌助手")).to_json()


@pytest.mark.parametrize("name", list(BATCHES))
def test_a_batch_written_blind_is_read_within_the_aims(name: str) -> None:
    right = dict.fromkeys(AIMS, 0)
    total = dict.fromkeys(AIMS, 0)
    for message in batch(name):
        expect, found = message["expect"], found_in(message)
        for field in {*expect, *(found.keys() - EXTRA)} - {field for field, label in expect.items() if label == OPEN}:
            group = GROUPS.get(field, "other")
            total[group] += 1
            right[group] += _plain(found.get(field)) == _plain(expect.get(field))
    shares = {group: right[group] / total[group] for group in AIMS}
    assert {group: share for group, share in shares.items() if share < AIMS[group]} == {}


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


@pytest.mark.parametrize("name", list(BATCHES))
def test_no_message_written_blind_takes_a_wrong_organisation(name: str) -> None:
    wrong = []
    for message in batch(name):
        org, meant = found_in(message).get("org"), message["expect"].get("org")
        if meant != OPEN and message["expect"]["intent"] != "unknown" and org not in (None, meant):
            wrong.append(message["id"])
    assert wrong == []
