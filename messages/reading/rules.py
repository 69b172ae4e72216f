"""What a rule of the intent table is: when it is asked, what it looks for, and the example that a test reads."""

from dataclasses import dataclass, field
from enum import IntEnum


class Rank(IntEnum):
    """Which rules are asked first; within a rank the order of the table decides."""

    WHOLE = 0  # the whole message is this
    HEAD = 1  # it begins with the command's word; not asked of a question
    ASK = 2  # it is a question
    SAY = 3  # it contains this
    HINT = 4  # it contains this, and nothing else fits


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` on the sketch of a message: ◎ is an organisation, ◇ a day, “” something quoted; `example` is read as this intent."""

    rank: Rank
    pattern: str
    example: str
    act: str | None = None
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent's rules; what it needs and how it is called stands with its requests."""

    id: str
    rules: tuple[Rule, ...] = field(default=())
