"""The database as a command works on it: brought to this program's schema, and in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.cli.shell import Shell, Stop
from storage.database import private
from storage.database.engine import make_engine, sessions
from storage.migrations import SchemaTooNew, upgrade

T = TypeVar("T")


@asynccontextmanager
async def bare(shell: Shell) -> AsyncIterator[AsyncEngine]:
    """The database as it is."""
    settings = shell.settings()
    if settings.sqlite_file is not None:
        private.file(settings.sqlite_file)
    engine = make_engine(settings.database_url)
    try:
        yield engine
    except SchemaTooNew:
        raise Stop("数据库由更新版本的程序建立，本程序不能使用：请换用新版程序，数据没有改动") from None
    finally:
        await engine.dispose()


@asynccontextmanager
async def current(shell: Shell) -> AsyncIterator[AsyncEngine]:
    """The database, brought to this program's schema."""
    async with bare(shell) as engine:
        await upgrade(engine)
        yield engine


@asynccontextmanager
async def session(shell: Shell) -> AsyncIterator[AsyncSession]:
    """One transaction on the database; committed when the block ends well."""
    async with current(shell) as engine, sessions(engine).begin() as opened:
        yield opened


def run(shell: Shell, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Run async work in one transaction, from a command that is an ordinary function."""

    async def go() -> T:
        async with session(shell) as opened:
            return await work(opened)

    return asyncio.run(go())
