"""How fast a platform lets the bot write: to one chat, and overall."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.channels.contract import Channel
from storage.database.sessions import Sessions
from storage.mail import leaving
from storage.mail.lanes import Held

MOST = 10_000  # chats whose pace is kept in mind; then all are forgotten, and counted from the outbox


class Pacer:
    """Keeps the overall pace of each platform, and what left for each chat, in memory.

    What left for a chat is counted from the outbox at the first look, and where another process has held its lane since:
    then the lane's `not_before` is not the one that was noted here.
    """

    def __init__(self, now: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._now, self._sleep = now, sleep
        self._free: dict[str, datetime] = {}
        self._left: dict[int, tuple[datetime, list[datetime]]] = {}

    async def wait(self, channel: Channel) -> None:
        """Wait for this platform's next free moment."""
        if not channel.pace.overall:
            return
        now = self._now()
        free = max(self._free.get(channel.name, now), now)
        self._free[channel.name] = free + timedelta(seconds=channel.pace.overall)
        if free > now:
            await self._sleep((free - now).total_seconds())

    async def left(self, sessions: Sessions, channel: Channel, lane: Held) -> list[datetime]:
        """When messages left for a chat, as far back as its platform counts, oldest first."""
        if not channel.pace.windows:
            return []
        since = self._now() - timedelta(seconds=max(seconds for _, seconds in channel.pace.windows))
        noted = self._left.get(lane.chat_id)
        if noted is not None and noted[0] == lane.not_before:
            return [at for at in noted[1] if at > since]
        async with sessions() as session:
            return await leaving.left_within(session, lane.chat_id, since)

    def not_before(self, channel: Channel, left: Sequence[datetime]) -> datetime | None:
        """When the next message may leave for a chat to which messages left at these times, oldest first."""
        waits = [left[-count] + timedelta(seconds=seconds) for count, seconds in channel.pace.windows if len(left) >= count]
        if left and channel.pace.per_chat:
            waits.append(left[-1] + timedelta(seconds=channel.pace.per_chat))
        return max(waits, default=None)

    def note(self, channel: Channel, lane: Held, left: list[datetime], wait: datetime | None) -> datetime | None:
        """Keep in mind what left; the lane's next `not_before`, by which this process knows its own note again."""
        if not channel.pace.windows:
            return wait
        if len(self._left) >= MOST:
            self._left.clear()
        mark = wait if wait is not None else self._now()
        self._left[lane.chat_id] = (mark, left)
        return mark
