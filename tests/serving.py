"""The real program as a process: started, killed, terminated, started again on the same database."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(slots=True)
class Serving:
    """`brandbot serve` with its own data folder; what it logged stands in `folder`/log."""

    folder: Path
    database_url: str
    api: str
    token: str
    settings: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    async def start(self, *, failpoint: str | None = None) -> None:
        """Start it; with a failpoint (`point:nth`) it kills itself there."""
        more = {} if failpoint is None else {"BRANDBOT_FAILPOINT": failpoint}
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve",
                cwd=ROOT, env=self._environment() | more, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BRANDBOT_", "PYTEST_", "COV_"))}
        return kept | self.settings | {
            "BRANDBOT_DATA": str(self.folder),
            "BRANDBOT_DATABASE_URL": self.database_url,
            "BRANDBOT_TELEGRAM_TOKEN": self.token,
            "BRANDBOT_TELEGRAM_API": self.api,
        }  # fmt: skip

    async def command(self, *words: str) -> str:
        """Run a one-shot command beside it; what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words,
            cwd=ROOT, env=self._environment(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    async def died(self, within: float = 20.0) -> int:
        """Wait until it is gone; its exit code (negative: the signal)."""
        assert self.process is not None
        try:
            async with asyncio.timeout(within):
                return await self.process.wait()
        except TimeoutError:
            raise AssertionError(f"it still runs\n{self.log()}") from None

    async def kill(self) -> None:
        """Pull the plug."""
        await self._signal(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to stop, as systemd does; its exit code."""
        return await self._signal(signal.SIGTERM)

    async def _signal(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.died()

    def log(self) -> str:
        """What it has logged so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@asynccontextmanager
async def serving(folder: Path, database_url: str, api: str, token: str, **settings: str) -> AsyncIterator[Serving]:
    """A program that is started by the block and killed at its end; a failed block shows the log."""
    ours = Serving(folder, database_url, api, token, settings)
    try:
        yield ours
    finally:
        if ours.process is not None:
            await ours.kill()
            print(ours.log())  # noqa: T201 - pytest shows it where the test fails
