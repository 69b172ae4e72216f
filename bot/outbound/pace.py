"""How fast a platform lets the bot write: to one chat, and overall."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.channels.contract import Channel, Pace


def slack(pace: Pace | None) -> timedelta:
    """How far back a platform counts."""
    return timedelta(seconds=max((seconds for _, seconds in pace.windows), default=0.0) if pace else 0.0)


class Pacer:
    """Keeps the overall pace of each platform in memory; the pace of a chat is counted from what left for it."""

    def __init__(self, now: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._now, self._sleep = now, sleep
        self._free: dict[str, datetime] = {}

    async def wait(self, channel: Channel) -> None:
        """Wait for this platform's next free moment."""
        if not channel.pace.overall:
            return
        now = self._now()
        free = max(self._free.get(channel.name, now), now)
        self._free[channel.name] = free + timedelta(seconds=channel.pace.overall)
        if free > now:
            await self._sleep((free - now).total_seconds())

    def not_before(self, channel: Channel, left: Sequence[datetime]) -> datetime | None:
        """When the next message may leave for a chat to which messages left at these times, oldest first."""
        waits = [left[-count] + timedelta(seconds=seconds) for count, seconds in channel.pace.windows if len(left) >= count]
        if left and channel.pace.per_chat:
            waits.append(left[-1] + timedelta(seconds=channel.pace.per_chat))
        return max(waits, default=None)
