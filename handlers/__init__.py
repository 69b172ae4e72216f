"""The table of contents: every command there is, in the order of the help."""

from handlers.contract import Command

COMMANDS: tuple[Command, ...] = ()
