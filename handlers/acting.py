"""What commands do beside answering: write the act into the audit, and tell who else is to know."""

from collections.abc import Mapping
from typing import Any

from handlers.contract import Context
from messages.writing.reply import Reply, ToChat
from storage import audit, chats
from storage.derived import reach
from storage.tables import Organization

Ctx = Context[Any]


async def record(ctx: Ctx, of: int | None, act: str, subject: str, content: Mapping[str, Any]) -> None:
    """Write the sender's act into the chain of the organisation that it is about (a row id), or of the committee."""
    await audit.record(
        ctx.session,
        scope=of or 0,
        actor=ctx.sender.account_id,
        act=act,
        subject=subject,
        content=content,
        now=ctx.now,
    )


async def tell(ctx: Ctx, reply: Reply, organization: Organization, template: str, **more: Any) -> tuple[Reply, bool]:
    """The reply, and a message to where the organisation is reached (not where the reply is read already); whether it is."""
    found = (await reach.places(ctx.session, [organization.id])).get(organization.id)
    for place in found.chats if found else ():
        if place != ctx.chat.id or not ctx.answered_here:
            reply = reply.also(ToChat(place), template, **more)
    return reply, found is not None


async def committee(ctx: Ctx) -> ToChat | None:
    """The committee's own group, where there is one."""
    found = await chats.committee(ctx.session)
    return ToChat(found) if found is not None else None
