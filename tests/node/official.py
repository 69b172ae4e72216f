"""Drives the official client in its Node.js process: commands in, results and emitted events out."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.postgres_count import in_ci

HERE = Path(__file__).parent


def need_node() -> None:
    """Skip visibly where the client is not installed; in CI that is an error."""
    what = None
    if shutil.which("node") is None:
        what = "Node.js (20 or later)"
    elif not (HERE / "node_modules" / "@wecom" / "aibot-node-sdk").is_dir():
        what = "the official client (make official)"
    if what is None:
        return
    if in_ci():
        raise RuntimeError(f"the conformance tests need {what}")
    pytest.skip(f"the conformance tests need {what}")


@dataclass(slots=True)
class Official:
    """The client's process. `emitted` collects its events; `do` runs one of its methods."""

    process: asyncio.subprocess.Process
    emitted: list[dict[str, Any]] = field(default_factory=list)
    _results: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def do(self, act: str, *values: Any) -> Any:
        """The result of a method; RuntimeError with what it was refused with."""
        assert self.process.stdin is not None
        self.process.stdin.write((json.dumps([act, *values]) + "\n").encode())
        await self.process.stdin.drain()
        said = await asyncio.wait_for(self._results.get(), 120)
        if "failed" in said:
            raise RuntimeError(json.dumps(said["value"]))
        return said["value"]

    async def heard(self, name: str, count: int = 1) -> Any:
        """The value of the count-th event of this name; waits for it."""
        async with asyncio.timeout(120):
            while len(found := [one.get("value") for one in self.emitted if one["emitted"] == name]) < count:
                self._news.clear()
                await self._news.wait()
        return found[count - 1]

    async def listen(self) -> None:
        """Sort what the process prints."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            if "emitted" in said:
                self.emitted.append(said)
                self._news.set()
            else:
                self._results.put_nowait(said)


@asynccontextmanager
async def official(url: str, bot_id: str, secret: str) -> AsyncIterator[Official]:
    """A client that is not connected yet; its process is ended afterwards."""
    need_node()
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", str(HERE / "official.cjs"), url, bot_id, secret, stdin=pipe, stdout=pipe, limit=64 * 1024 * 1024
    )
    client = Official(process)
    listening = asyncio.create_task(client.listen())
    try:
        yield client
    finally:
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(120):
            await process.wait()
            await listening
