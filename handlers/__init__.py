"""The table of contents: every command there is, in the order of the help; acts of one matter stand together."""

from handlers.commands import (
    alias,
    approve,
    attach,
    bind,
    correct,
    declare,
    explain,
    help_,
    history,
    missing,
    plan,
    preview,
    report,
    return_,
    status,
    todo,
    weekly,
    withdraw,
)
from handlers.contract import Command

COMMANDS: tuple[Command, ...] = (
    *(report.report, report.on_paper, report.kept),
    correct.correct,
    withdraw.withdraw,
    status.status,
    todo.todo,
    history.history,
    attach.attach,
    weekly.weekly,
    plan.plan,
    declare.declare,
    *(approve.approve, approve.agree, return_.send_back, return_.refuse),
    *(approve.received, approve.not_received),
    missing.missing,
    *(preview.preview, preview.veto, preview.offer, preview.enable, preview.leave_off, preview.stop_all),
    *(alias.show, alias.add, alias.drop),
    explain.explain,
    *(bind.redeem, bind.bind_group, bind.admit, bind.confirm, bind.make_primary, bind.invite, bind.keep_webhook),
    *(bind.unbind, bind.end, bind.end_predecessor, bind.release),
    help_.help_,
)
ROUTES = {command.request: command for command in COMMANDS}
"""By what is asked for."""
