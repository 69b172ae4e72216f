"""What 通过 and 退回 share: that the declaration is what is meant, and what the unit is told."""

from typing import Any

from handlers import acting
from handlers.contract import Context, Refusal
from messages.requests.brand import Agree, Approve, Refuse, Return
from messages.writing.reply import Button, Reply
from storage.tables import Organization


def named(ctx: Context[Any], asked: Agree | Refuse) -> None:
    """同意 and 不同意 alone do not say to what: asked for, unless the declaration is named, replied to or under the button."""
    if asked.subject == "declaration" or ctx.pressed or ctx.replied.get("subject") == "review":
        return
    act: type[Approve | Return] = Approve if isinstance(asked, Agree) else Return
    buttons = (Button(act(org=asked.org), version=ctx.about.brand.version, only=ctx.sender.account_id),)
    raise Refusal(
        "approve/to_what",
        buttons=buttons,
        organization=ctx.about.organization.short_name,
        brand=ctx.about.brand.name,
        agree=isinstance(asked, Agree),
    )


async def announce(
    ctx: Context[Any], done: str, opinion: str, organization: Organization, values: dict[str, Any], **about: Any
) -> Reply:
    """The answer to the admin by one template, and the 【审核意见】 to the unit by the other."""
    spoken = {"organization": organization.short_name, **values}
    reply = Reply(done, spoken, about={"org": organization.code})
    told, reached = await acting.tell(
        ctx, reply, organization, opinion, values=spoken, about={"org": organization.code, **about}
    )
    return Reply(told.template, {**spoken, "reached_unit": reached}, about=told.about, others=told.others)
