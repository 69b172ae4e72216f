"""Runs commands of the program on a test's database, with a clock that stands still."""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli import run
from bot.cli.shell import Shell
from bot.config import Settings, database_url


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def brandbot(url: str, data: Path, now: datetime, *words: str, **settings: Any) -> Ran:
    """Run one command; `url` is the database's address."""
    out, err = io.StringIO(), io.StringIO()
    known = Settings(data=data, database_url=database_url(url), **settings)
    code = run(words, Shell(settings=lambda: known, now=lambda: now, out=out, err=err))
    return Ran(code, out.getvalue(), err.getvalue())
