"""What a command does not use it does not load, and what the program says about itself is in one language."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from bench.start import LIBRARIES
from bot.cli import COMMANDS, Table, run
from bot.cli.shell import Shell
from bot.config import load
from tests.bot.test_replay import shelled

ROOT = Path(__file__).parents[2]
HEAVY = (
    "alembic", "apscheduler", "asyncpg", "cryptography", "handlers", "holidays", "httpx", "jinja2", "messages",
    "prompt_toolkit", "pydantic", "pypinyin", "python_calamine", "rapidfuzz", "rich", "sqlalchemy", "sqlmodel", "storage",
    "telegram", "websockets", "xlsxwriter", "zhconv",
)  # fmt: skip
TOKEN = "1:" + "x" * 30
WORDS = {"brandbot", "JSON", "CSV", "TOML", "UTF", "Ctrl", "chat", "xlsx", "xls", "csv", "default", "key", "off", "day"} | {
    "admin", "staff", "secretary", "member", "committee", "all", "unit", "unbound", "list", "person", "console",
}  # fmt: skip
"""Names and words to be typed as they are; `chat list` and the like are the commands' own."""


def loaded(words: str, **settings: str) -> set[str]:
    """The modules that a process has loaded when it has run this code after `import bot.cli`."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BRANDBOT_")} | settings
    code = f"import json, sys, bot.cli\n{words}\njson.dump(sorted(sys.modules), sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return set(json.loads(done.stderr))


def packages(names: set[str]) -> set[str]:
    """Their first parts."""
    return {name.partition(".")[0] for name in names}


def test_help_loads_nothing_of_what_it_tells_about() -> None:
    shown = loaded("bot.cli.run(['--help'], bot.cli.Shell(settings=bot.cli.load))")
    assert packages(shown) & set(HEAVY) == set()
    assert "bot.app" not in shown


SERVING = """
import asyncio, contextlib
from bot.channels.contract import NotSent
from bot.cli import database
from bot.cli.loading import load_module
from bot.app import App
serve = load_module("bot.cli.serve")
shell = bot.cli.Shell(settings=bot.cli.load)
async def begin():
    async with database.current(shell) as engine:
        app = App(shell.settings(), engine, serve.build.configured(shell.settings(), shell.now, engine))
        await app.start(alone=True)
        ticker = serve.Server(app, alone=True).ticker
        ticker.start()
        await asyncio.sleep(0.1)
        ticker.stop()
        await app.tick()
        if "telegram" in app.channels:
            with contextlib.suppress(NotSent):  # nobody is there
                await app.channels["telegram"].check()
asyncio.run(begin())
"""


def test_serve_loads_the_channels_that_are_set_and_no_tool_that_it_does_not_need(tmp_path: Path) -> None:
    environ: dict[str, str] = {"BRANDBOT_DATA": str(tmp_path), "BRANDBOT_TELEGRAM_TOKEN": TOKEN}
    environ["BRANDBOT_TELEGRAM_API"] = "http://127.0.0.1:9"  # refused at once
    first = loaded("bot.cli.run(['plan', 'load', 'default'], bot.cli.Shell(settings=bot.cli.load))", **environ)
    assert packages(first) & {"alembic", "telegram", "handlers"} == {"alembic"}  # the schema is made
    again = loaded(SERVING, **environ)
    unused = {"alembic", "asyncpg", "prompt_toolkit", "pypinyin", "python_calamine", "rich", "websockets", "xlsxwriter"}
    assert packages(again) & unused == set()
    assert [name for name in LIBRARIES if name not in again] == []
    del environ["BRANDBOT_TELEGRAM_TOKEN"], environ["BRANDBOT_TELEGRAM_API"]
    wecom = loaded(SERVING, BRANDBOT_WECOM_BOT_ID="robot", BRANDBOT_WECOM_SECRET="x" * 20, **environ)
    assert packages(wecom) & {"telegram", "websockets"} == {"websockets"}


def pages() -> Iterator[tuple[str, ...]]:
    """The words of every command and group."""

    def below(group: TyperGroup, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        context: Any = typer.Context(group)
        for name in group.list_commands(context):
            yield (*words, name)
            command = group.get_command(context, name)
            if isinstance(command, TyperGroup):
                yield from below(command, (*words, name))

    yield ()
    yield from below(Table(name="brandbot"), ())


def english(page: str, words: tuple[str, ...]) -> list[str]:
    """What is left of a help page's Latin words without options, names of commands and what is typed as it stands.

    The lines of a sample file are such, too.
    """
    told = re.sub(r"(?m)--[\w-]+|^  [a-z]+(?=  +\S)|^ {4}(?:\[\[day\]\]$|[a-z]+ = (?:true|false)?)", "", page)
    return [word for word in re.findall(r"[A-Za-z]{2,}", told) if word not in {*WORDS, *words}]


def helped(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The help page of a command, which the library prints by itself."""
    assert shelled(*words, "--help") == (0, "", "")
    return capsys.readouterr().out


def test_help_is_in_chinese_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    told = {words: helped(capsys, *words) for words in pages()}
    assert len(told) > 25
    assert {words: left for words, page in told.items() if (left := english(page, words))} == {}
    assert [words for words, page in told.items() if not page.startswith("用法：brandbot")] == []


def test_the_line_of_a_command_in_the_table_is_in_its_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    told = {name: "".join(helped(capsys, name).split()) for name in COMMANDS}
    assert [name for name, (_, line) in COMMANDS.items() if line not in told[name] and name != "chat"] == []


def test_the_version_is_the_packages() -> None:
    code, out, err = shelled("--version")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"brandbot \d+\.\d+\.\d+\n", out)


def test_what_is_odd_about_the_settings_is_said_once_and_the_command_runs(tmp_path: Path) -> None:
    environ = os.environ | {"BRANDBOT_DATA": str(tmp_path), "BRANDBOT_TELEGRAM_TOKN": TOKEN, "BRANDBOT_HTTP": "127.0.0.1:80"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "db", "upgrade"], cwd=ROOT, env=environ, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr.count("\n")) == (0, 2)
    assert "注意：不认识环境变量 BRANDBOT_TELEGRAM_TOKN，没有作用；是不是 BRANDBOT_TELEGRAM_TOKEN？\n" in done.stderr
    assert "BRANDBOT_HTTP 尚未使用" in done.stderr
    assert TOKEN not in done.stderr


def test_help_reads_no_setting() -> None:
    assert run(["--help"], Shell(settings=lambda: load({"BRANDBOT_TIMEZONE": "Mars/Olympus"}))) == 0
