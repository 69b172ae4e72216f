"""The table of contents: every command there is, in the order of the help."""

from handlers.commands.alias import alias
from handlers.commands.approve import approve
from handlers.commands.attach import attach
from handlers.commands.bind import bind
from handlers.commands.correct import correct
from handlers.commands.declare import declare
from handlers.commands.explain import explain
from handlers.commands.help import help_
from handlers.commands.history import history
from handlers.commands.missing import missing
from handlers.commands.plan import plan
from handlers.commands.preview import preview
from handlers.commands.report import report
from handlers.commands.return_ import send_back
from handlers.commands.status import status
from handlers.commands.todo import todo
from handlers.commands.weekly import weekly
from handlers.commands.withdraw import withdraw
from handlers.contract import Command

COMMANDS: tuple[Command, ...] = (
    report,
    correct,
    withdraw,
    status,
    todo,
    history,
    attach,
    weekly,
    plan,
    declare,
    approve,
    send_back,
    missing,
    preview,
    alias,
    explain,
    bind,
    help_,
)
