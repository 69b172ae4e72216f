"""报: tell what was done, and what comes next until when; on paper, too."""

from handlers import acting
from handlers.contract import SECRETARY, Audience, Context, command
from handlers.matters import TOLD, UNIT, Record
from handlers.recording import amending, effects, moving, paper, parts, promised, readback
from messages.requests.work import PaperReport, PromiseKept, Report
from messages.writing.reply import Reply
from storage import reports
from storage.tables import Organization


@command(
    Report,
    who=SECRETARY,
    about=TOLD,
    audience=Audience.OWN,
    summary="报进展：一句话说清时间、事项和下步打算",
    examples={
        "报 11月20日召开工作推进会，下一步设计标识，12月10日前完成": "已登记（编号2026-0001）",
        "报 11月18日开展主题党日1次，参加30人": "时间：2026年11月18日（星期三）",
    },
)
async def report(ctx: Context[Organization | Record], asked: Report) -> Reply:
    """Record a report under a number and read it back; an edited message amends."""
    if isinstance(ctx.about, Record):
        return await amending.amend(ctx, asked, ctx.about)
    organization = ctx.about
    if (promise_moved := await moving.meant(ctx, asked, organization)) is not None:
        return await moving.move(ctx, asked, organization, promise_moved)
    told = parts.of(ctx, asked, await effects.replied_about(ctx, organization))
    number = await reports.next_number(ctx.session, ctx.today.year)
    origin = reports.Origin(
        ctx.now, ctx.sender.account_id, ctx.amends or ctx.inbound_id, await effects.answers(ctx, organization)
    )
    rows = await reports.add(ctx.session, number, organization.id, told, origin)
    caused = await effects.apply(ctx, organization, told, rows)
    promise = await promised.make(ctx, asked, organization, rows[-1], caused.still)
    await acting.record(ctx, organization.id, "report", number, {"parts": [part.content for part in told]})
    return readback.reply(
        ctx, "report/recorded", organization, number, told, caused, promise, plan_only=parts.plan_only(ctx, asked)
    )


@command(PaperReport, who=SECRETARY, about=TOLD, audience=Audience.OWN)
async def on_paper(ctx: Context[Organization | Record], asked: PaperReport) -> Reply:
    """Something was handed in on paper; the edit of a message that made a report amends that."""
    if isinstance(ctx.about, Record):
        return await amending.amend(ctx, asked, ctx.about)
    return await paper.claim(ctx, asked, ctx.about)


@command(PromiseKept, who=SECRETARY, about=UNIT, audience=Audience.OWN)
async def kept(ctx: Context[Organization], asked: PromiseKept) -> Reply:
    """The answer to which promise a report kept."""
    return await effects.settle(ctx, asked)
