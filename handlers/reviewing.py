"""What 通过 and 退回 share: that the declaration is what is meant, and what the unit is told."""

from typing import Any

from handlers import acting
from handlers.contract import Context, Refusal
from handlers.matters import Declaration
from messages.requests.brand import Agree, Approve, Refuse, Return
from messages.writing.reply import Button, Reply
from storage.tables import Organization

Decision = Approve | Agree | Return | Refuse


def named(ctx: Context[Declaration], asked: Decision) -> None:
    """The declaration is what is decided, or it is asked; raises Refusal.

    It is named, replied to or under the button, and 通过 and 退回 are about nothing else; so nothing may stand beside it
    that is not understood, and the message replied to must not be about another organisation.
    """
    organization, brand = ctx.about.organization, ctx.about.brand
    plain = isinstance(asked, Approve | Return)
    replied = elsewhere(ctx, organization)
    other = asked.other if asked.other != brand.name else None
    beside = asked.subject not in (None, "declaration")
    sure = plain or asked.subject == "declaration" or ctx.pressed or ctx.replied.get("subject") == "review"
    if sure and not (other or beside or asked.number or replied):
        return
    act: Approve | Return = (
        Approve(org=asked.org)
        if isinstance(asked, Approve | Agree)
        else Return(org=asked.org, reason=asked.reason, due=asked.due)
    )
    raise Refusal(
        "approve/to_what",
        buttons=(Button(act, version=brand.version, only=ctx.sender.account_id),),
        organization=organization.short_name,
        brand=brand.name,
        said=None if plain else "同意" if isinstance(asked, Agree) else "不同意",
        act=act.label,
        other=other or asked.number,
        beside=beside,
        replied=replied,
    )


def elsewhere(ctx: Context[Any], organization: Organization) -> str | None:
    """The other organisation that the message replied to is about."""
    code = ctx.replied.get("org")
    if ctx.pressed or code in (None, organization.code):
        return None
    return ctx.directory.short(str(code))


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
