"""Long polling that acknowledges an update only after it has been stored."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.channels.contract import Incoming, Receive
from bot.channels.telegram.api import Refused, Unreached
from bot.channels.telegram.errors import why
from bot.channels.telegram.translate import ALLOWED, album

log = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0
ALBUM_PAUSE = 1.0  # the items of one album arrive within this time
STUCK = 5  # failures to store one update after which the others are tried before it


class Updates(Protocol):
    """Where updates come from."""

    async def raw_updates(self, offset: int | None, wait: int, allowed: list[str]) -> list[dict[str, Any]]:
        """All updates from `offset` on; the earlier ones are acknowledged by this call."""


@dataclass(slots=True)
class Pauses:
    """How long to wait after the how-manieth failure in a row: doubling, with jitter, at most a minute."""

    first: float = 0.5
    failures: int = 0

    def next(self, asked: float | None = None) -> float:
        """Count a failure; the seconds to wait, at least what the server asked for."""
        self.failures += 1
        grown = min(self.first * 2.0 ** min(self.failures - 1, 10), LONGEST_PAUSE)
        jitter: float = random.uniform(0.7, 1.0)  # noqa: S311 - no secret
        return max(asked or 0.0, grown * jitter)


@dataclass(slots=True)
class Polling:
    """The loop: fetch, translate, store, and only then move the offset that acknowledges."""

    source: Updates
    translate: Callable[[dict[str, Any]], Incoming | None]
    wait: int = 50  # seconds that one request stays open
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    offset: int | None = None
    trouble: str = ""  # why the last request failed; empty while connected
    _pauses: Pauses = field(default_factory=Pauses)
    _failed: dict[int, int] = field(default_factory=dict)

    async def run(self, receive: Receive) -> None:
        """Poll until cancelled."""
        while True:
            updates = await self._fetch()
            if updates is not None and not await self._store(updates, receive):
                await self.sleep(self._pauses.next())

    async def _fetch(self) -> list[dict[str, Any]] | None:
        try:
            updates = await self.source.raw_updates(self.offset, self.wait, ALLOWED)
            if updates and album(updates[-1]) is not None:  # the rest of it may be on the way
                await self.sleep(ALBUM_PAUSE)
                updates = await self.source.raw_updates(self.offset, 0, ALLOWED)
        except Exception as error:
            await self._wait_out(error)
            return None
        if self.trouble:
            log.info("polling works again")
        self.trouble = ""
        if not self._failed:
            self._pauses.failures = 0
        return updates

    async def _wait_out(self, error: Exception) -> None:
        """Wait after a failed request. 409: another program polls with this token, so that one of the two must step back."""
        asked = error.retry_after if isinstance(error, Refused) else None
        told = why(error)
        if told != self.trouble:
            known = isinstance(error, Refused | Unreached)
            log.warning("polling fails and is tried again: %s", told, exc_info=None if known else error)
        self.trouble = told
        if isinstance(error, Refused) and error.status in {401, 404, 409}:
            asked = max(asked or 0.0, 5.0)
        await self.sleep(self._pauses.next(asked))

    async def _store(self, updates: list[dict[str, Any]], receive: Receive) -> bool:
        """Store a batch in order; False where it stopped at an update that could not be stored yet."""
        albums: dict[str, int] = {}
        stuck: list[tuple[int, dict[str, Any]]] = []
        for raw in updates:
            number = _number(raw)
            if number is None:
                continue
            if await self._one(number, raw, albums, receive):
                await self._give_up(stuck, albums, receive)
                self._acknowledge(number)
            elif self._failed[number] < STUCK:
                return False
            else:
                stuck.append((number, raw))
        return not stuck

    async def _give_up(self, stuck: list[tuple[int, dict[str, Any]]], albums: dict[str, int], receive: Receive) -> None:
        """Others can be stored: what fails once more now is itself at fault, and must not hold up the rest for ever."""
        for number, raw in stuck:
            if not await self._one(number, raw, albums, receive):
                log.error("update %d cannot be stored although others can: it is left out", number)
            self._acknowledge(number)
        stuck.clear()

    async def _one(self, number: int, raw: dict[str, Any], albums: dict[str, int], receive: Receive) -> bool:
        """True where an update is done with: stored, nothing for the bot, or impossible to understand."""
        try:
            incoming = self.translate(raw)
        except Exception:
            log.exception("update %d cannot be understood and is left out", number)
            return True
        if incoming is None or _goes_with(number, incoming, album(raw), albums):
            return True
        try:
            await receive(incoming)
        except Exception as error:
            self._failed[number] = self._failed.get(number, 0) + 1
            log.warning("update %d is not stored yet: %s", number, type(error).__name__)
            return False
        return True

    def _acknowledge(self, number: int) -> None:
        self.offset = max(self.offset or 0, number + 1)
        self._failed.pop(number, None)


def _number(raw: dict[str, Any]) -> int | None:
    """An update's number; without one it can be neither stored nor acknowledged."""
    number = raw.get("update_id")
    if isinstance(number, int):
        return number
    log.error("an update without a number is left out")
    return None


def _goes_with(number: int, incoming: Incoming, group: str | None, albums: dict[str, int]) -> bool:
    """True for what is part of a message that was handed over already: an album is one message, said by its first item."""
    return group is not None and albums.setdefault(group, number) != number and not incoming.text
