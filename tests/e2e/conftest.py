"""The emulator for the end-to-end tests: installed in CI, elsewhere a visible skip where it is not."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.adapter import Adapter
from tests.fakes.telegram import TOKEN
from tests.postgres_count import in_ci

HERE = Path(__file__).parent


def missing() -> str | None:
    """What has to be installed first, None where nothing has."""
    if shutil.which("node") is None:
        return "Node.js (20 or later)"
    if not (HERE / "node_modules" / "telegram-test-api").is_dir():
        return "the emulator (make emulator)"
    return None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def telegram() -> AsyncIterator[Adapter]:
    """The emulator and, before it, the adapter that completes it."""
    if (what := missing()) is not None:
        if in_ci():
            raise RuntimeError(f"the end-to-end tests need {what}")
        pytest.skip(f"the end-to-end tests need {what}")
    port = free_port()
    emulator = await asyncio.create_subprocess_exec(
        "node", str(HERE / "emulator.js"), str(port), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(emulator.wait)
        stack.callback(emulator.kill)
        assert emulator.stdout is not None
        async with asyncio.timeout(120):
            assert await emulator.stdout.readline() == b"ready\n"
        yield await stack.enter_async_context(Adapter(f"http://127.0.0.1:{port}", TOKEN))
