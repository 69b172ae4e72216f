"""Named points at which a test lets the process die: the only places in the program where a crash is staged."""

import os
import signal
from collections.abc import Callable


class Crash(BaseException):
    """The process is gone; nothing may catch this but the player that staged it."""


def die() -> None:
    """End this process as a power cut would: no handler, no flush, no farewell."""
    os.kill(os.getpid(), signal.SIGKILL)


def crash() -> None:
    """End only this app: the player tears it down and starts another on the same database."""
    raise Crash


class Failpoints:
    """At most one armed point; `hit` is called by the code path as it passes the named place."""

    def __init__(self, end: Callable[[], None] = crash) -> None:
        self._end = end
        self._armed: str | None = None
        self._visits = 0
        self._dead = False

    def arm(self, point: str, nth: int = 1) -> None:
        """Die at the nth visit of this point from now on."""
        self._armed, self._visits = point, nth

    def hit(self, point: str) -> None:
        """The code passes a named point: intake, commit, claimed, sending, sent."""
        if point == self._armed:
            self._visits -= 1
            self._dead = self._visits <= 0
        if self._dead:  # the first to pass ends the process, and whoever is still at work passes no further
            self._end()
