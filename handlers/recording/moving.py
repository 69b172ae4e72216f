"""A promise put off: 改到12月29日前 in reply to the word about it, or with its name, moves its day and makes no second one."""

import re
from typing import Any

from handlers import acting
from handlers.contract import Context
from handlers.recording import parts, which_promise
from handlers.views import item
from messages.requests.work import Correct, Report
from messages.writing.reply import Reply
from storage import commitments
from storage.commitments import Promise
from storage.tables import Organization

Ctx = Context[Any]
MOVED = re.compile(r"(?:改|推迟|延迟|延期|延后|顺延|延|调整|推)(?:到|至|为|在)\s*(?=[\d下明后本这周年月])")


async def meant(ctx: Ctx, said: Report | Correct, organization: Organization) -> Promise | None:
    """The one open promise to which these words give another day, and say nothing else."""
    if said.due is None or said.due < ctx.said_on or said.date is not None or said.events:
        return None
    replied = ctx.replied.get("subject") == "commitment" and parts.plan_only(ctx, said)
    if not replied and MOVED.search(ctx.text) is None:
        return None
    standing = await commitments.open_of(ctx.session, organization.id)
    if replied:
        return next((promise for promise in standing if promise.id == ctx.replied.get("subject_id")), None)
    named = [promise for promise in standing if any(core in ctx.text for core in which_promise.cores(promise.object))]
    return named[0] if len(named) == 1 else None


async def move(ctx: Ctx, said: Report | Correct, organization: Organization, promise: Promise) -> Reply:
    """Its new day, and the old one read back."""
    due = said.due or promise.due_on
    await commitments.move(ctx.session, promise.id, due, said_on=ctx.said_on)
    content = {"promise": promise.id, "from": promise.due_on.isoformat(), "to": due.isoformat()}
    await acting.record(ctx, organization.id, "promise_moved", f"commitment:{promise.id}", content)
    values = {
        "organization": organization.short_name,
        "promise": item.promise(promise.object, due, ctx.today, ctx.calendar),
        "before": promise.due_on.isoformat(),
    }
    about = {"org": organization.code, "subject": "commitment", "subject_id": promise.id}
    return Reply("report/moved", values, about=about)
