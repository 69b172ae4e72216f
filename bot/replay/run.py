"""Plays transcript files one after the other, each on a database of its own unless one is given."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from bot.app import engine_for
from bot.config import Settings, database_url
from bot.replay.player import Player, RunShell
from bot.replay.record import Difference
from bot.replay.script import parse


@asynccontextmanager
async def on_own_database(
    path: Path, settings: Settings, shell: RunShell, *, database: str | None = None, json_to: TextIO | None = None
) -> AsyncIterator[Player]:
    """A player for one transcript, on a temporary database unless one is given. Raises BadScript or OSError."""
    script = parse(path)
    with TemporaryDirectory(prefix="brandbot-") as folder:
        url = database_url(database or f"sqlite:///{folder}/replay.db")
        mine = replace(settings, data=Path(folder), database_url=url)

        def emit(message: dict[str, object]) -> None:
            print(json.dumps(message, ensure_ascii=False), file=json_to)  # the fixed output of --json

        yield Player(script, mine, lambda: engine_for(mine, durable=False), shell, emit if json_to is not None else None)


async def play(
    path: Path, settings: Settings, shell: RunShell, *, database: str | None = None, json_to: TextIO | None = None
) -> list[Difference]:
    """Play one transcript. Raises BadScript, BadStage or OSError where it cannot be played."""
    async with on_own_database(path, settings, shell, database=database, json_to=json_to) as player:
        await player.play()
    return player.differences


async def play_all(
    paths: Sequence[Path],
    settings: Settings,
    shell: RunShell,
    out: TextIO,
    *,
    database: str | None = None,
    json_to: TextIO | None = None,
) -> bool:
    """Play all, tell `out` how each ended and `json_to` what was sent; True when every expectation held."""
    good = True
    for path in paths:
        differences = await play(path, settings, shell, database=database, json_to=json_to)
        good = good and not differences
        if json_to is not None and not differences:
            continue
        lines = [str(difference) for difference in differences] or [f"{path}: ok"]
        print("\n".join(lines), file=out)  # what the command prints
    return good
