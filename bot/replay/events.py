"""The events of a transcript as plain values."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.seed import Stage


@dataclass(frozen=True, slots=True)
class Say:
    """Somebody says, edits or sends something; or presses `label`."""

    chat: str
    person: str
    text: str
    edit: bool = False
    reply: bool = False
    file: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Expect:
    """What was sent to `chat` (`$`: what the command printed): mode "" contains, "~" matches, "!" not, "-" nothing."""

    chat: str
    mode: str
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """The clock moves to this wall time of the plan's zone."""

    to: datetime


@dataclass(frozen=True, slots=True)
class Shell:
    """A brandbot command beside the bot."""

    words: str


@dataclass(frozen=True, slots=True)
class Crash:
    """The process dies: now, or at a point of the next event; `down`: and stays so."""

    at: str | None = None
    down: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Off:
    """The nudges are not switched on."""


Event = Say | Expect | Move | Shell | Crash | Off


@dataclass(frozen=True, slots=True)
class Line:
    """An event and where it stands."""

    number: int
    event: Event
    source: str


@dataclass(slots=True)
class Script:
    """A whole transcript."""

    path: Path
    stage: Stage
    lines: list[Line] = field(default_factory=list)

    @property
    def starts_at(self) -> datetime:
        """The first wall time."""
        return next(line.event.to for line in self.lines if isinstance(line.event, Move))

    @property
    def switched_on(self) -> bool:
        """False when `! off` follows the first `=`."""
        return len(self.lines) < 2 or not isinstance(self.lines[1].event, Off)
