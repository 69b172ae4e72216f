"""附件: take a file that was sent along, for the sender's organisation."""

from handlers import acting
from handlers.contract import SECRETARY, Audience, Context, Refusal, Shown, command
from handlers.matters import UNIT
from messages.requests.work import HandIn
from messages.writing.reply import Reply
from storage import attachments
from storage.tables import Organization


@command(
    HandIn,
    who=SECRETARY,
    about=UNIT,
    audience=Audience.OWN,
    summary="报送附件：单聊发文件，可附一句说明",
    examples={"附件请查收": Shown("attach.chat")},
    needs_plan=False,
)
async def attach(ctx: Context[Organization], asked: HandIn) -> Reply:
    """Say whose file it is; without a file, say how to send one."""
    if ctx.file is None:
        raise Refusal("attach/none")
    if ctx.file.id is None:
        raise Refusal("attach/not_kept", why=ctx.file.why)
    organization = ctx.about
    await attachments.belongs_to(ctx.session, ctx.file.id, organization.id)
    await acting.record(ctx, organization.id, "file_received", f"attachment:{ctx.file.id}", {"sha256": ctx.file.sha256})
    values = {"name": ctx.file.name, "kilobytes": -(-ctx.file.size // 1024), "organization": organization.short_name}
    return Reply("attach/kept", values, about={"org": organization.code})
