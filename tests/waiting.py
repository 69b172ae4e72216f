"""Waits for what announces nothing: as briefly as it takes, and patiently where the machine is busy."""

import asyncio
from collections.abc import Callable
from typing import Any

PATIENCE = 120.0  # seconds


async def until(true: Callable[[], Any], within: float = PATIENCE) -> None:
    """Return as soon as `true()` holds; TimeoutError if it never does."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110  # any condition, of objects that announce nothing
            await asyncio.sleep(0.002)
