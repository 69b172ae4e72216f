"""Every example that 帮助 shows is said to the bot, and answered as shown."""

from pathlib import Path

import pytest

from bot.cli import beside
from bot.config import load
from bot.replay.run import on_own_database
from handlers import COMMANDS
from handlers.contract import Command, Shown
from tests.test_transcripts import FOLDER

PEOPLE = {"secretary": "secretary 14", "admin": "admin", "staff": "staff", "member": "member 14", "none": "none"}
"""The demo person of each role, in the order in which a command's example is given to one."""

EXAMPLES = [
    pytest.param(command, said, answer, id=f"{command.request.intent}: {said.splitlines()[0]}")
    for command in COMMANDS
    for said, answer in command.examples.items()
]


@pytest.mark.parametrize(("command", "said", "answer"), EXAMPLES)
async def test_the_example_is_answered_as_shown(command: Command, said: str, answer: str | Shown, tmp_path: Path) -> None:
    if isinstance(answer, Shown):
        assert (FOLDER / answer.transcript).is_file(), "the transcript named by the example does not exist"
        return
    role = next(role for role in PEOPLE if role in command.who)
    script = tmp_path / "example.chat"
    words = said.replace("\n", "\n  ")
    script.write_text(
        f"roster anlan\nplan default\nchat 私聊 private 某人\nchat 工委群 committee\nperson 某人 {PEOPLE[role]}\n"
        f"= 2026-11-23 10:05\n私聊 某人> {words}\n",
        encoding="utf-8",
    )
    async with on_own_database(script, load({}), beside) as player:
        await player.play()
        sent = player.record.recent("私聊")
    assert any(answer in text for text in sent), sent
