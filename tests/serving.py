"""The real program as a process: started, killed, terminated, started again on the same database."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
"""A process that has loaded the program and nothing else, and is copied for each start: that takes a tenth of a second
instead of two. What is copied goes through `main` like any other, and is a process of its own to kill."""
FORKS.set_forkserver_preload(["bot.cli", "bot.cli.serve", "bot.channels.telegram", "asyncpg", "alembic.command", __name__])


@dataclass(slots=True)
class Serving:
    """`brandbot serve` with its own data folder; what it logged stands in `folder`/log."""

    folder: Path
    database_url: str
    api: str
    token: str
    process: ForkServerProcess | None = None

    async def start(self, *, failpoint: str | None = None) -> None:
        """Start it; with a failpoint (`point:nth`) it kills itself there."""
        more = {} if failpoint is None else {"BRANDBOT_FAILPOINT": failpoint}
        self.process = FORKS.Process(target=_serve, args=(self.environment() | more, self.folder / "log"), daemon=True)
        await asyncio.to_thread(self.process.start)

    def environment(self) -> dict[str, str]:
        """Its environment: ours, without what concerns the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BRANDBOT_", "PYTEST_", "COV_"))}
        return kept | {
            "BRANDBOT_DATA": str(self.folder),
            "BRANDBOT_DATABASE_URL": self.database_url,
            "BRANDBOT_TELEGRAM_TOKEN": self.token,
            "BRANDBOT_TELEGRAM_API": self.api,
        }

    async def died(self, within: float = 180.0) -> int:
        """Wait until it is gone; its exit code (negative: the signal)."""
        assert self.process is not None
        await asyncio.to_thread(self.process.join, within)
        if self.process.exitcode is None:
            raise AssertionError(f"it still runs\n{self.log()}")
        return self.process.exitcode

    async def kill(self) -> None:
        """Pull the plug."""
        await self._signal(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to stop, as systemd does; its exit code."""
        return await self._signal(signal.SIGTERM)

    async def _signal(self, number: signal.Signals) -> int:
        assert self.process is not None
        assert self.process.pid is not None
        if self.process.exitcode is None:
            os.kill(self.process.pid, number)
        return await self.died()

    def log(self) -> str:
        """What it has logged so far."""
        file = self.folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def _serve(environment: dict[str, str], log: Path) -> None:
    """In the new process: become `brandbot serve`."""
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as out, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    sys.argv[:] = ["brandbot", "serve"]
    from bot.cli import main  # after the streams are in place

    main()


@asynccontextmanager
async def serving(folder: Path, database_url: str, api: str, token: str) -> AsyncIterator[Serving]:
    """A program that is started by the block and killed at its end; a failed block shows the log."""
    ours = Serving(folder, database_url, api, token)
    try:
        yield ours
    finally:
        if ours.process is not None:
            await ours.kill()
            print(ours.log())  # noqa: T201 - pytest shows it where the test fails
