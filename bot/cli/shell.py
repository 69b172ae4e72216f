"""What every command of the program gets: settings, the clock, the database, and where to print."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.app import engine_for
from bot.config import Settings
from bot.process.clock import system
from storage.database import private
from storage.database.engine import sessions
from storage.migrations import SchemaTooNew, upgrade

T = TypeVar("T")


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

    @asynccontextmanager
    async def engine(self) -> AsyncIterator[AsyncEngine]:
        """The database, brought to this program's schema."""
        settings = self.settings()
        if settings.sqlite_file is not None:
            private.file(settings.sqlite_file)
        engine = engine_for(settings)
        try:
            await upgrade(engine)
            yield engine
        except SchemaTooNew:
            raise Stop("数据库由更新版本的程序建立，本程序不能使用：请换用新版程序，数据没有改动") from None
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction on the database; committed when the block ends well."""
        async with self.engine() as engine, sessions(engine).begin() as session:
            yield session

    def run(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run async work in one transaction, from a command that is an ordinary function."""

        async def go() -> T:
            async with self.session() as session:
                return await work(session)

        return asyncio.run(go())
