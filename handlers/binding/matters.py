"""Whose matter a binding is: a role, a group, what a group is to be for, who is invited."""

from dataclasses import dataclass
from typing import Any

from handlers import rights
from handlers.binding.common import COMMITTEE_ROLES, Ctx, organization_of
from handlers.contract import HEAD, About, Allow, Matter, Refusal
from handlers.matters import unit
from messages.requests import filled
from messages.requests.people import CHOICES, BindGroup, EndMembership, Invite, KeepWebhook, MakePrimary, ReleaseGroup, Unbind
from messages.writing.reply import Button
from storage import chats
from storage.tables import Chat, Membership, Organization

WEBHOOKS = "wecom"
"""The platform whose groups have webhooks."""


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody's role that has not ended; the committee's have no organisation."""

    organization: Organization | None
    membership: Membership


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is bound; the committee's and that of all have no organisation."""

    organization: Organization | None
    chat: Chat


@dataclass(frozen=True, slots=True)
class Purpose:
    """What this group is to be for."""

    organization: Organization | None
    kind: str  # committee, all, unit


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody wants to be a member of the organisation whose group this is."""

    organization: Organization


@dataclass(frozen=True, slots=True)
class Bound:
    """The bindings to choose from: an organisation's, the committee's people of a role, or the groups of a kind."""

    organization: Organization | None
    of: str | None


@dataclass(frozen=True, slots=True)
class OwnRoles:
    """All that the sender is."""


async def _sender(ctx: Ctx, asked: Any, allow: Allow) -> Matter[None]:
    return Matter(None, "nothing", own=True)


async def _purpose(ctx: Ctx, asked: BindGroup, allow: Allow) -> Matter[Purpose | Joining]:
    """A group of the committee's is the admin's to bind, a unit's also its secretary's, unless it serves another already."""
    if ctx.chat.kind == "private":
        raise Refusal("bind/ask_code", missing=("code",))
    if _wants_to_join(ctx, asked):
        place = await chats.by_id(ctx.session, ctx.chat.id)
        organization = await organization_of(ctx, place.organization_id if place else None)
        if organization is None:
            raise Refusal("bind/ask_code", missing=("code",))
        return Matter(Joining(organization), (organization.code,), own=True)
    kind = asked.role if asked.role in ("committee", "all", "unit") else None
    if kind is None and (asked.org is not None or "admin" not in ctx.sender.roles):
        kind = "unit"
    if kind is None:
        raise _which_kind(ctx, asked)
    if kind != "unit":
        allow(None)
        return Matter(Purpose(None, kind), "all")
    organization = await unit(ctx, asked.org or _the_own(ctx, allow), asked, allow)
    if ctx.chat.kind != "unbound" and HEAD.isdisjoint(rights.roles_for(ctx, ctx.chat.org)):
        raise Refusal("bind/taken")
    return Matter(Purpose(organization, kind), (organization.code,))


def _wants_to_join(ctx: Ctx, asked: BindGroup) -> bool:
    """Said in a unit's group by somebody who binds nothing, and no other organisation is named."""
    named = asked.role in (None, "member", "unit") and asked.org in (None, ctx.chat.org)
    return ctx.chat.kind == "unit" and named and not _binds(ctx)


def _binds(ctx: Ctx) -> bool:
    return not ctx.sender.roles.isdisjoint(("admin", "secretary"))


def _the_own(ctx: Ctx, allow: Allow) -> str | None:
    """The only organisation that the sender is secretary of; who binds nothing is refused, not asked."""
    if not _binds(ctx):
        allow(None)
    own = tuple(dict.fromkeys(rights.own(ctx, "secretary")))
    return own[0] if len(own) == 1 else None


def _which_kind(ctx: Ctx, asked: BindGroup) -> Refusal:
    buttons = tuple(
        Button(filled(asked, role=kind), text=CHOICES[kind], only=ctx.sender.account_id) for kind in ("committee", "all")
    )
    return Refusal("bind/which_kind", buttons=buttons)


async def _primary(ctx: Ctx, asked: MakePrimary, allow: Allow) -> Matter[Group]:
    """This group, while it is still that of the organisation for which the button was made."""
    organization = await unit(ctx, asked.org, asked, allow)
    chat = await chats.by_id(ctx.session, ctx.chat.id)
    if chat is None or chat.organization_id != organization.id:
        raise Refusal("bind/ended_already")
    return Matter(Group(organization, chat), (organization.code,))


async def _invited(ctx: Ctx, asked: Invite, allow: Allow) -> Matter[Organization | None]:
    """The committee, as long as neither a role in an organisation nor an organisation is told."""
    if asked.role in COMMITTEE_ROLES or (asked.role not in ("secretary", "member") and asked.org is None):
        return Matter(None, "all")
    organization = await unit(ctx, asked.org, asked, allow)
    return Matter(organization, (organization.code,))


async def _webhook(ctx: Ctx, asked: KeepWebhook, allow: Allow) -> Matter[Group]:
    """The WeCom group that is meant: an organisation's, else the committee's or the one of all secretaries."""
    organization = None
    found: list[Chat] = []
    if asked.org is not None:
        organization = await unit(ctx, asked.org, asked, allow)
        found = await chats.of_organization(ctx.session, organization.id)
    elif asked.role in ("committee", "all"):
        allow(None)
        found = await chats.all_of(ctx.session, asked.role)
    chat = next((chat for chat in found if chat.platform == WEBHOOKS), None)
    if chat is None or ctx.seal is None:
        raise Refusal("bind/webhook_no_group")
    return Matter(Group(organization, chat), (organization.code,) if organization else "all")


async def _unbound(ctx: Ctx, asked: Unbind, allow: Allow) -> Matter[Group | Bound | OwnRoles]:
    """This group only where nothing else is named; one's own roles in private; else what is named, to choose from."""
    if asked.bare and ctx.chat.kind == "private":
        return Matter(OwnRoles(), own=True)
    if asked.bare:
        return Matter((await _group(ctx, ctx.chat.id, allow)).thing, "nothing")
    if asked.role in (*COMMITTEE_ROLES, "committee", "all"):
        allow(None)
        return Matter(Bound(None, asked.role), "all")
    if asked.org is None and asked.role is None:
        raise Refusal("bind/unbind_what")
    organization = await unit(ctx, asked.org or ctx.chat.org or _the_own(ctx, allow), asked, allow)
    return Matter(Bound(organization, asked.role), (organization.code,))


async def _role(ctx: Ctx, asked: EndMembership, allow: Allow) -> Matter[Role]:
    """Everybody's own, a secretary's those of the very organisation's members, an admin's any.

    To whom it is not open a role that does not exist is as one that does.
    """
    row = await ctx.session.get(Membership, asked.membership)
    organization = await organization_of(ctx, row.organization_id if row else None)
    own = row is not None and row.account_id == ctx.sender.account_id
    if not own:
        allow(organization.code if organization and row and row.role == "member" else None)
    if row is None or row.ended_at is not None:
        raise Refusal("bind/ended_already")
    return Matter(Role(organization, row), (organization.code,) if organization else "all", own)


async def _released(ctx: Ctx, asked: ReleaseGroup, allow: Allow) -> Matter[Group]:
    return await _group(ctx, asked.chat, allow)


async def _group(ctx: Ctx, chat_id: int, allow: Allow) -> Matter[Any]:
    chat = await chats.by_id(ctx.session, chat_id)
    organization = await organization_of(ctx, chat.organization_id if chat else None)
    if chat_id != ctx.chat.id or ctx.chat.kind != "unbound":
        allow(organization.code if organization else None)
    if chat is None or chat.kind in ("unbound", "private"):
        raise Refusal("bind/ended_already")
    return Matter(Group(organization, chat), (organization.code,) if organization else "all")


SENDER: About[None] = About("the sender", _sender)
PURPOSE: About[Purpose | Joining] = About("what this group is to be for; a newcomer: whose group it is", _purpose)
PRIMARY: About[Group] = About("this group", _primary)
INVITED: About[Organization | None] = About("the organisation of the role; the committee", _invited)
WEBHOOK: About[Group] = About("the group named", _webhook)
UNBOUND: About[Group | Bound | OwnRoles] = About("this group; in private the own roles; else what is named", _unbound)
ROLE: About[Role] = About("the role shown", _role)
GROUP: About[Group] = About("the group shown", _released)
