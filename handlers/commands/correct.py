"""更正: change a report; every earlier version stays for the record."""

from handlers.contract import SECRETARY, Context, Shown, command
from handlers.recording import amending, moving, target
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import reports


@command(
    "correct",
    who=SECRETARY,
    summary="更正已登记的内容：说清改什么，或带上编号",
    examples={"更正：时间应为11月19日": Shown("correct.chat")},
)
async def correct(ctx: Context, said: Reading) -> Reply:
    """Write the next version of the report that is meant, and read it back."""
    if ctx.amends is not None and (earlier := await reports.of_inbound(ctx.session, ctx.amends)):
        report, organization = await target.checked(ctx, earlier)
    else:
        report, organization = await target.of(ctx, said)
        promise = None if said.number or ctx.replied.get("number") else await moving.meant(ctx, said, organization)
        if promise is not None and promise.report_id not in {part.id for part in report.parts}:
            return await moving.move(ctx, said, organization, promise)
    return await amending.correct(ctx, said, report, organization)
