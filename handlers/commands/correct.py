"""更正: change a report; every earlier version stays for the record."""

from handlers.contract import SECRETARY, Audience, Context, Shown, command
from handlers.matters import RECORD, Record
from handlers.recording import amending, moving
from messages.requests.work import Correct
from messages.writing.reply import Reply


@command(
    Correct,
    who=SECRETARY,
    about=RECORD,
    audience=Audience.OWN,
    summary="更正已登记的内容：说清改什么，或带上编号",
    examples={"更正：时间应为11月19日": Shown("correct.chat")},
)
async def correct(ctx: Context[Record], asked: Correct) -> Reply:
    """Write the next version of the report that is meant, and read it back."""
    if ctx.amends is None and not asked.number and not ctx.replied.get("number"):
        promise = await moving.meant(ctx, asked, ctx.about.organization)
        if promise is not None and promise.report_id not in {part.id for part in ctx.about.report.parts}:
            return await moving.move(ctx, asked, ctx.about.organization, promise)
    return await amending.correct(ctx, asked, ctx.about)
