"""What Telegram's / menu offers: the commands of the house that reading knows by a Latin word, with their summaries."""

from collections.abc import Iterable

from handlers.contract import SECRETARY, Command
from messages.reading.addressing import SLASH_WORDS

DESCRIPTION = 256  # characters


def menu(commands: Iterable[Command]) -> tuple[tuple[str, str], ...]:
    """(word, Chinese description) of what more than the committee may use, in the order of the table; rights are checked
    when a command arrives, whatever the menu shows."""
    return tuple(
        (command.intent, command.summary[:DESCRIPTION])
        for command in commands
        if command.intent in SLASH_WORDS and command.who & (SECRETARY - {"admin", "staff"})
    )
