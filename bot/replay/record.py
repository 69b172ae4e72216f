"""What was sent while a transcript played, and whether it is what was expected."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.contract import Outgoing
from bot.replay.events import Expect

NAME = re.compile(r"\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that reached a chat."""

    at: datetime
    message: Outgoing
    external: str


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that failed: `file:line`, what was expected, and what was sent instead."""

    where: str
    expected: str
    instead: tuple[str, ...]

    def __str__(self) -> str:
        sent = [f"    {text.replace(chr(10), chr(10) + '    ')}" for text in self.instead] or ["    （无）"]
        return "\n".join([f"{self.where}: {self.expected}", "  此后发出的消息：", *sent])


@dataclass(slots=True)
class Record:
    """Everything that was sent, what was sent since the last input, and the names found in it."""

    shown: list[Shown] = field(default_factory=list)
    since: int = 0
    printed: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def forget(self) -> None:
        """Expectations look at what comes from now on."""
        self.since = len(self.shown)

    def recent(self, chat: str) -> tuple[str, ...]:
        """The texts sent to a chat since the last input; `$`: what the last command printed."""
        if chat == "$":
            return (self.printed,) if self.printed else ()
        return tuple(one.message.text for one in self.shown[self.since :] if one.message.chat == chat)

    def newest(self, chat: str) -> str | None:
        """The id of the newest message in a chat."""
        return next((one.external for one in reversed(self.shown) if one.message.chat == chat), None)

    def button(self, chat: str, label: str) -> tuple[str, str] | None:
        """Token and message of the newest button with this label in a chat."""
        for one in reversed(self.shown):
            for button in one.message.buttons if one.message.chat == chat else ():
                if button.label == label:
                    return button.token, one.external
        return None

    def holds(self, expected: Expect) -> bool:
        """Whether an expectation is met; named groups of a match are kept."""
        texts = self.recent(expected.chat)
        if expected.mode == "-":
            return not texts
        if expected.mode == "~":
            pattern = re.compile(self.filled(expected.text, escape=True))
            found = next((match for text in texts if (match := pattern.search(text))), None)
            if found is not None:
                self.names |= {name: value for name, value in found.groupdict().items() if value is not None}
            return found is not None
        inside = any(self.filled(expected.text) in text for text in texts)
        return not inside if expected.mode == "!" else inside

    def filled(self, text: str, *, escape: bool = False) -> str:
        """The text with the names that were found so far in place of {name}."""

        def value(found: re.Match[str]) -> str:
            known = self.names.get(found[1])
            if known is None:
                return found[0]
            return re.escape(known) if escape else known

        return NAME.sub(value, text)
