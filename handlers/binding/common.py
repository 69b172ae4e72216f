"""What all bindings share: roles as values, and the word to the committee or to a person."""

from typing import Any

from handlers.contract import Context
from messages.writing.reply import HERE, Reply, ToChat
from storage import chats, organizations, people
from storage.people import MemberRow
from storage.tables import Organization

Ctx = Context[Any]
COMMITTEE_ROLES = ("admin", "staff")


async def organization_of(ctx: Ctx, organization_id: int | None) -> Organization | None:
    """The organisation of a row, None for the committee."""
    return None if organization_id is None else await organizations.by_id(ctx.session, organization_id)


def who(role: str, organization: Organization | None) -> dict[str, Any]:
    """A role as templates need it."""
    return {"role": role, "org": organization.short_name if organization is not None else None}


async def tell_committee(ctx: Ctx, reply: Reply, template: str, **more: Any) -> Reply:
    """The reply, and the same told to the committee's group, unless that is where it is said."""
    place = await chats.committee(ctx.session)
    if place is None or (place == ctx.chat.id and reply.to == HERE):
        return reply
    return reply.also(ToChat(place), template, **more)


async def tell_person(ctx: Ctx, reply: Reply, account_id: int, template: str, **more: Any) -> Reply:
    """The reply, and a word to somebody in private, where a private chat is open and it is not this one."""
    place = await chats.private_of(ctx.session, account_id)
    if place is None or place == ctx.chat.id:
        return reply
    return reply.also(ToChat(place), template, **more)


async def predecessors(ctx: Ctx, role: str, organization_id: int | None, account_id: int) -> list[MemberRow]:
    """Who else holds a secretary's post of an organisation: a change of secretary ends nobody by itself."""
    if role != "secretary" or organization_id is None:
        return []
    rows = await people.of_organization(ctx.session, organization_id, "secretary")
    return [row for row in rows if row.account_id != account_id]
