"""What the functions that read fields are given."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from messages.reading.date_forms import Moment
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

    @property
    def rest(self) -> Text:
        """The text behind the organisation's name, where the name leads the message."""
        return self.text if re.search(r"[,。;]", self.norm[: self.org_end]) else self.text[self.org_end :]

    @property
    def today(self) -> date:
        """The business date."""
        return self.now.day


Fields = dict[str, Any]
