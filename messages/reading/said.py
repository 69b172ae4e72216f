"""What the functions that read fields are given, and what several of them read."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from messages.reading.date_forms import Moment
from messages.reading.moments import Roles
from messages.reading.spans import Today
from messages.reading.text import Text


@dataclass(frozen=True, slots=True)
class Said:
    """What the field functions read: the text without address, its dates, and what is already known."""

    text: Text
    norm: str
    found: list[Moment]
    now: Today
    org_end: int = 0  # where the organisation's name ends, 0 when there is none
    posts: tuple[str, ...] = ()  # the plan's own posts
    names: tuple[tuple[int, int], ...] = ()  # where the organisation that it is about is named

    @property
    def rest(self) -> Text:
        """The text behind the organisation's name, where the name leads the message."""
        return self.text if re.search(r"[,。;]", self.norm[: self.org_end]) else self.text[self.org_end :]

    @property
    def today(self) -> date:
        """The business date."""
        return self.now.day


Fields = dict[str, Any]
NUMBER = re.compile(r"(?<!\d)(20\d\d)\s?-\s?(\d{4})(?!\d)|(?:编号|第)\s?(\d{1,4})\s?号")


def days(roles: Roles) -> Fields:
    """The day something happened and the day it is due, or the words that are no day at all."""
    fields: Fields = {"date": roles.date, "due": roles.due}
    return fields | {"doubt": roles.doubt} if roles.doubt else fields


def number(said: Said) -> str | None:
    """The number of a report: 2026-0147, 编号147."""
    match = NUMBER.search(said.norm)
    if not match:
        return None
    return f"{match[1]}-{match[2]}" if match[1] else f"{said.today.year}-{int(match[3]):04d}"
