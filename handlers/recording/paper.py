"""已报: something was handed in on paper; its nudges pause, and the committee is asked whether it has it."""

from typing import Any

from handlers import acting
from handlers.contract import Context, Refusal
from handlers.recording import effects
from messages.requests.brand import PaperNotReceived, PaperReceived
from messages.requests.work import PaperReport
from messages.writing.reply import Button, Reply
from storage import papers, reports
from storage.derived import due
from storage.derived.due import Item
from storage.tables import Organization

Ctx = Context[Any]


async def claim(ctx: Ctx, said: PaperReport, organization: Organization) -> Reply:
    """Record the claim as a report, and ask the committee."""
    item = await _meant(ctx, organization)
    values = {"organization": organization.short_name, "subject": item.subject, "name": item.name}
    if await papers.find(ctx.session, organization_id=organization.id, subject=item.subject, subject_id=item.subject_id):
        return Reply("report/paper_waiting", values)
    number = await reports.next_number(ctx.session, ctx.today.year)
    part = reports.Part((said.content or ctx.text).strip(), said.date, on_paper=item.subject)
    origin = reports.Origin(ctx.now, ctx.sender.account_id, ctx.inbound_id)
    rows = await reports.add(ctx.session, number, organization.id, [part], origin)
    asked = await papers.claim(ctx.session, organization.id, item.subject, item.subject_id, at=ctx.now, report_id=rows[0])
    await acting.record(ctx, organization.id, "paper_claimed", number, {"subject": item.subject, "id": item.subject_id})
    about = {"org": organization.code, "subject": item.subject, "subject_id": item.subject_id}
    reply = Reply(
        "report/paper",
        {**values, "number": number},
        buttons=(effects.undo(number, organization.code),),
        about={**about, "number": number},
    )
    return reply.also(
        await acting.committee(ctx), "report/paper_claimed", values=values, buttons=_decide(asked, organization), about=about
    )


def _decide(asked: int, organization: Organization) -> tuple[Button, ...]:
    """The committee's two answers; versioned, so that whoever presses second hears what was answered."""
    return (
        Button(PaperReceived(claim=asked, org=organization.code), version=0),
        Button(PaperNotReceived(claim=asked, org=organization.code), version=0),
    )


async def _meant(ctx: Ctx, organization: Organization) -> Item:
    """What was handed in: what the message replied to speaks of, else the most urgent thing that is due."""
    owed = [item for item in await due.of(ctx.session, organization.id) if item.subject != "commitment"]
    replied = (ctx.replied.get("subject"), ctx.replied.get("subject_id", 0))
    for item in owed:
        if (item.subject, item.subject_id) == replied and ctx.replied.get("org") in (None, organization.code):
            return item
    if not owed:
        raise Refusal("report/paper_nothing_due", organization=organization.short_name)
    return owed[0]
