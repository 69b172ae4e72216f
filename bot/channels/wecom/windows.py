"""How many messages may still go to one place: sliding windows, kept in memory beside the outbox's own pace."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Windows:
    """Counts what was sent to each place; `rules` are (messages, seconds)."""

    rules: tuple[tuple[int, float], ...]
    now: Callable[[], datetime]
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, place: str, count: int = 1) -> float:
        """Seconds until `count` more messages may go there; 0 now."""
        times = self._sent.get(place)
        if not times:
            return 0.0
        now = self.now().timestamp()
        while times and now - times[0] >= self.rules[-1][1]:
            times.popleft()
        waits = [0.0]
        for most, seconds in self.rules:
            inside = [at for at in times if now - at < seconds]
            over = len(inside) + min(count, most) - most
            if over > 0:
                waits.append(inside[over - 1] + seconds - now)
        return max(waits)

    def count(self, place: str) -> None:
        """One message goes there now."""
        if len(self._sent) > 10_000:
            self._sent = {key: times for key, times in self._sent.items() if times}
        self._sent.setdefault(place, deque()).append(self.now().timestamp())
