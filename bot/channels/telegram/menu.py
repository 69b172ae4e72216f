"""What Telegram's / menu offers: the commands of the house that have a Latin word, with their summaries."""

from collections.abc import Iterable

from handlers.contract import COMMITTEE, Command

DESCRIPTION = 256  # characters


def menu(commands: Iterable[Command]) -> tuple[tuple[str, str], ...]:
    """(word, Chinese description) of what more than the committee may use, in the order of the table; rights are checked
    when a command arrives, whatever the menu shows."""
    return tuple(
        (command.request.slash[0], command.summary[:DESCRIPTION])
        for command in commands
        if command.request.slash and not command.who <= COMMITTEE
    )
