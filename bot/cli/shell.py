"""What every command of the program gets: settings, the clock, and where to print."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

import typer

from bot.config import Settings
from bot.process.clock import system


class Stop(Exception):
    """The command cannot go on; its text is the one clear line that says why."""

    def __init__(self, why: str, code: int = 1) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Shell:
    """Passed to commands as typer's context object: `shell = Shell.of(ctx)`.

    `settings()` reads the environment only when it is called, so that `--help` works whatever it holds.
    """

    settings: Callable[[], Settings]
    now: Callable[[], datetime] = system
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    @classmethod
    def of(cls, ctx: typer.Context) -> "Shell":
        """The shell of a command that is being run."""
        shell = ctx.find_root().obj
        if not isinstance(shell, cls):
            raise TypeError("a command is run through bot.cli.run")
        return shell

    def say(self, text: str = "") -> None:
        """Print a line."""
        print(text, file=self.out)  # a command's output

    def complain(self, text: str) -> None:
        """Print a line about what went wrong."""
        print(text, file=self.err)  # a command's output
