"""撤回: take back a report with its promises and milestones, or a declaration; the record of it stays."""

from handlers import acting
from handlers.contract import SECRETARY, Audience, Context, Refusal, Shown, command
from handlers.matters import TO_WITHDRAW, Declaration, Record
from handlers.recording import effects, undeclaring
from messages.requests.work import Withdraw
from messages.writing.reply import Reply
from storage import reports


@command(
    Withdraw,
    who=SECRETARY,
    about=TO_WITHDRAW,
    audience=Audience.OWN,
    summary="撤回上一条，或带编号撤回某一条",
    examples={"撤回上一条": Shown("withdraw.chat")},
)
async def withdraw(ctx: Context[Record | Declaration], asked: Withdraw) -> Reply:
    """Withdraw the report (or the declaration) that is meant and say what went with it."""
    if isinstance(ctx.about, Declaration):
        return await undeclaring.withdraw(ctx, ctx.about)
    report, organization = ctx.about.report, ctx.about.organization
    if not await reports.withdraw(ctx.session, report, ctx.now, ctx.sender.account_id):
        raise Refusal("correct/withdrawn", number=report.number, at=ctx.now.isoformat())
    taken = await effects.take_back(ctx, report.number)
    await acting.record(ctx, organization.id, "report_withdrawn", report.number, {"version": report.version})
    return Reply(
        "withdraw/done",
        {
            "number": report.number,
            "organization": organization.short_name,
            "content": report.content,
            "dropped": list(taken.dropped),
            "reopened": list(taken.reopened),
            "milestones": list(taken.milestones),
        },
        about={"org": organization.code},
    )
