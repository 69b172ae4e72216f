"""The promise that a report makes for its next step."""

import re
from collections.abc import Sequence
from typing import Any

from handlers.contract import Context
from handlers.views import item
from messages.requests.work import Correct, Report
from storage import commitments
from storage.commitments import Promise
from storage.tables import Organization

Ctx = Context[Any]
PUT_OFF = re.compile(r"^(?:推迟|延期|顺延|改期|改|延|放)(?:到|至|在)?$")
NOT_HELD = re.compile(r"(?:还|都|一直)?(?:没有?|未)(?:能)?[^，,。；;]*$")
EDGES = " 　，。；、：,.;:"


async def make(
    ctx: Ctx,
    said: Report | Correct,
    organization: Organization,
    report_id: int,
    standing: Sequence[Promise],
) -> dict[str, Any] | None:
    """Keep the next step in mind if it has a day; what was promised, as values. One said before (and open yet) stays one."""
    if said.due is None:
        return None
    promised = object_of(said)
    if not any(one.object == promised and one.due_on == said.due for one in standing):
        await commitments.make(ctx.session, organization.id, promised, said.due, report_id=report_id, made_on=ctx.said_on)
    return item.promise(promised, said.due, ctx.today, ctx.calendar)


def object_of(said: Report | Correct) -> str:
    """What is promised, in the reporter's words."""
    if PUT_OFF.match(said.next_step or ""):
        before = re.split(r"[，,。；;]", said.content or "")[0]
        return NOT_HELD.sub("", before).strip(EDGES)[:200] or (said.next_step or "")
    words = (said.next_step or said.content or "").strip(EDGES)
    return re.sub(r"^(?:下一?步(?:打算|计划|将)?|接下来)[，：:]?", "", words).strip(EDGES)[:200]
