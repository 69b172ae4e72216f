"""Makes the daily copy of a SQLite database while the bot serves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.config import Settings
from storage.database import backup

log = logging.getLogger(__name__)
LOOK_EVERY = 3600.0  # seconds


async def keep(
    settings: Settings, now: Callable[[], datetime], *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Look every hour whether today's copy is there. A copy that fails is logged and never stops the bot."""
    if settings.sqlite_file is None:
        return  # a database server has its own backups
    while True:
        today = now().astimezone(settings.timezone).date()
        try:
            made = await asyncio.to_thread(backup.daily, settings.sqlite_file, settings.data / "backups", today)
            if made is not None:
                log.info("copied the database to %s", made)
        except Exception:
            log.exception("the daily copy failed")
        await sleep(LOOK_EVERY)
