"""Runs the demo: typed at a terminal, fed by a pipe, from a script, or as the built-in story when there is neither."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from rich.console import Console

from bot.app import engine_for
from bot.config import Settings
from bot.demo import town
from bot.demo.terminal import Terminal, first_person
from bot.replay.events import Script
from bot.replay.player import Player, RunShell
from bot.replay.script import parse


@asynccontextmanager
async def curtain(script: Script, settings: Settings, shell: RunShell, console: Console) -> AsyncIterator[Terminal]:
    """The city on a database in a temporary folder, which is gone afterwards."""
    with TemporaryDirectory(prefix="brandbot-demo-") as folder:
        url = f"sqlite:///{folder}/demo.db"
        mine = replace(settings, data=Path(folder), database_url=url, telegram_token=None, wecom_bot_id=None)
        player = Player(script, mine, lambda: engine_for(mine), shell)
        await player.open()
        try:
            yield Terminal(player, console, first_person(player))
        finally:
            await player.close()


async def run(settings: Settings, shell: RunShell, out: TextIO, script: Path | None) -> bool:
    """The whole demo; False when an expectation of a script failed. Raises BadScript, BadStage or OSError."""
    console = Console(file=out, highlight=False, emoji=False, markup=False)
    if script is not None:
        return await told(script, settings, shell, console)
    if sys.stdin.isatty():
        return await typed(settings, shell, console)
    first = await asyncio.to_thread(sys.stdin.readline)
    if not first:
        return await told(town.STORY, settings, shell, console)
    return await piped(first, settings, shell, console)


async def told(path: Path, settings: Settings, shell: RunShell, console: Console) -> bool:
    """Play a script and show it; what fails is said at the end."""
    city = town.without_declared(town.stage(), await asyncio.to_thread(path.read_text, encoding="utf-8-sig"))
    script = parse(path, city)
    async with curtain(script, settings, shell, console) as terminal:
        terminal.show()
        for line in script.lines[1:]:
            await terminal.play(line)
        differences = terminal.player.differences
    for difference in differences:
        console.print(str(difference))
    return not differences


async def piped(first: str, settings: Settings, shell: RunShell, console: Console) -> bool:
    """Lines from a pipe or a file, each shown before its answer."""
    async with curtain(town.opening(town.stage()), settings, shell, console) as terminal:
        terminal.welcome()
        line = first
        while line:
            if line.strip() and not line.startswith("#"):
                console.print(f"\n{terminal.prompt}{line.strip()}", style="bold cyan", soft_wrap=True)
                if not await terminal.enter(line.strip()):
                    break
            line = await asyncio.to_thread(sys.stdin.readline)
    return True


async def typed(settings: Settings, shell: RunShell, console: Console) -> bool:
    """A person at a terminal, with editing and history."""
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    async with curtain(town.opening(town.stage()), settings, shell, console) as terminal:
        terminal.welcome()
        while True:
            try:
                line = (await session.prompt_async(terminal.prompt)).strip()
            except (EOFError, KeyboardInterrupt):
                break
            if line and not await terminal.enter(line):
                break
    return True
