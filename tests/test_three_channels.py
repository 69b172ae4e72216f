"""Every transcript says and records the same on the console, on Telegram and on WeCom (exceptions: docs/channels.md)."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from bot.app import engine_for
from bot.cli import beside
from bot.config import load
from bot.replay.carrier import Carrier, ConsoleCarrier
from bot.replay.events import Say, Script
from bot.replay.player import Player
from bot.replay.record import Difference
from bot.replay.script import parse
from tests.carriers.base import same
from tests.carriers.telegram import TelegramCarrier
from tests.carriers.wecom import NOT_CARRIED, WeComCarrier

HERE = Path(__file__).parent
TRANSCRIPTS = sorted((HERE / "transcripts").glob("**/*.chat"))
EXCEPTIONS = HERE.parent / "docs" / "channels.md"
FACTS = ("progress_report", "commitment", "extension", "brand", "brandmilestone", "paper_claim", "separation")
NOT_FACTS = re.compile(r"(^id|account_id|inbound_id|_by)$")  # rows' own numbers, and those of accounts and events


@dataclass(slots=True)
class Outcome:
    """What a transcript came to on one channel."""

    differences: list[Difference]
    said: list[tuple[str, str]]
    facts: dict[str, list[dict[str, Any]]]


def exceptions() -> set[tuple[str, str]]:
    """(event, channel) that the platform does not carry, from the table in docs/channels.md."""
    return set(re.findall(r"^\| ([a-z]+) \| ([a-z]+) \| .+ \|$", EXCEPTIONS.read_text(encoding="utf-8"), re.MULTILINE))


def events(path: Path) -> set[str]:
    """The kinds of events in a transcript that not every platform carries."""
    script = parse(path)
    groups = {chat.name for chat in script.stage.chats if chat.kind != "private"}
    found: set[str] = set()
    for line in script.lines:
        said = line.event
        if not isinstance(said, Say):
            continue
        addressed = said.label is not None or said.reply or "@品牌助手" in said.text.replace("＠", "@") or said.text[:1] == "/"
        kinds = {"edit": said.edit, "file": said.file is not None, "unaddressed": said.chat in groups and not addressed}
        found |= {kind for kind, there in kinds.items() if there}
    return found


ON_CONSOLE: dict[Path, Outcome] = {}
"""What each transcript comes to on the console: played once a process."""

PLAYED = [
    (path, channel)
    for path in TRANSCRIPTS
    for channel in ("telegram", "wecom")
    if not any((event, channel) in exceptions() for event in events(path))
]


@asynccontextmanager
async def carrier(channel: str, script: Script) -> AsyncIterator[Carrier]:
    """The carrier of a channel."""
    if channel == "console":
        yield ConsoleCarrier()
    else:
        async with WeComCarrier(script) if channel == "wecom" else TelegramCarrier(script) as other:
            yield other


async def outcome(path: Path, channel: str, folder: Path) -> Outcome:
    """Play a transcript on a channel."""
    script = parse(path)
    settings = replace(load({}), data=folder, database_url=f"sqlite:///{folder}/{channel}.db")
    async with carrier(channel, script) as chosen:
        player = Player(script, settings, lambda: engine_for(settings, durable=False), beside, carrier=chosen)
        await player.play()
    engine = engine_for(settings)
    facts: dict[str, list[dict[str, Any]]] = {}
    async with engine.connect() as connection:
        for table in FACTS:
            columns = [one.name for one in SQLModel.metadata.tables[table].columns if not NOT_FACTS.search(one.name)]
            wanted = ", ".join(f'"{one}"' for one in columns)
            rows = await connection.execute(text(f"SELECT {wanted} FROM {table} ORDER BY id"))
            facts[table] = [dict(row._mapping) for row in rows]
    await engine.dispose()
    return Outcome(player.differences, [(one.message.chat, same(one.message.text)) for one in player.record.shown], facts)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "channel"), PLAYED, ids=lambda value: value.stem if isinstance(value, Path) else value)
async def test_a_transcript_comes_to_the_same_on_every_channel(path: Path, channel: str, tmp_path: Path) -> None:
    if path not in ON_CONSOLE:
        ON_CONSOLE[path] = await outcome(path, "console", tmp_path)
    console, other = ON_CONSOLE[path], await outcome(path, channel, tmp_path)
    new = [str(one) for one in other.differences if one not in console.differences]  # those have a test of their own
    assert not new, "\n" + "\n".join(new)
    assert other.said == console.said
    assert other.facts == console.facts


def test_the_table_of_exceptions_is_what_the_carriers_leave_out() -> None:
    assert exceptions() == {(event, "wecom") for event in NOT_CARRIED}
    assert any(channel == "wecom" for _, channel in PLAYED)
