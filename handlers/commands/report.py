"""报: tell what was done, and what comes next until when."""

from handlers import acting, rights
from handlers.contract import SECRETARY, Context, command
from handlers.recording import amending, effects, moving, paper, parts, promised, readback
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import reports


@command(
    "report",
    who=SECRETARY,
    summary="报进展：一句话说清时间、事项和下步打算",
    examples={
        "报 11月20日召开工作推进会，下一步设计标识，12月10日前完成": "已登记（编号2026-0001）",
        "报 11月18日开展主题党日1次，参加30人": "时间：2026年11月18日（星期三）",
    },
)
async def report(ctx: Context, said: Reading) -> Reply:
    """Record a report under a number and read it back; an edited message amends, a pressed promise is settled."""
    if ctx.pressed is not None and "promise" in ctx.pressed.fields:
        return await effects.settle(ctx, ctx.pressed.fields)
    if ctx.amends is not None and (earlier := await reports.of_inbound(ctx.session, ctx.amends)):
        return await amending.amend(ctx, said, earlier)
    organization = await rights.for_acting(ctx, said.org)
    if said.on_paper:
        return await paper.claim(ctx, said, organization)
    if (promise_moved := await moving.meant(ctx, said, organization)) is not None:
        return await moving.move(ctx, said, organization, promise_moved)
    told = parts.of(ctx, said, await effects.replied_about(ctx, organization))
    number = await reports.next_number(ctx.session, ctx.today.year)
    origin = reports.Origin(
        ctx.now, ctx.sender.account_id, ctx.amends or ctx.inbound_id, await effects.answers(ctx, organization)
    )
    rows = await reports.add(ctx.session, number, organization.id, told, origin)
    caused = await effects.apply(ctx, organization, told, rows)
    promise = await promised.make(ctx, said, organization, rows[-1])
    await acting.record(ctx, organization, "report", number, {"parts": [part.content for part in told]})
    return readback.reply("report/recorded", organization, number, told, caused, promise, plan_only=parts.plan_only(ctx, said))
