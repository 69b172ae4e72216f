"""Who may do what for which organisation, and what may be shown where: the asker's rights ∩ the audience."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from handlers.contract import (
    COMMITTEE,
    ELSEWHERE,
    MEMBER,
    SECRETARY,
    SELF,
    Audience,
    Command,
    Context,
    Matter,
    Refusal,
    Whose,
)
from messages.reading.scene import Member
from messages.requests import Request
from messages.writing.reply import HERE, Reply, ToChat
from storage import chats, people
from storage.chats import Room
from storage.people import MemberRow

PLACES = {"committee": "工委工作群", "all": "联络员大群", "unit": "单位群", "private": "私聊"}
ROLE_NAMES = {"admin": "工委管理员", "staff": "工委工作人员", "secretary": "党组织书记", "member": "党员"}
AMONG_US = ("committee", "private")
"""Where the committee is among its own."""
Ctx = Context[Any]


def roles_for(ctx: Ctx, code: str | None) -> frozenset[str]:
    """The sender's roles where this organisation is concerned; None: where all are."""
    return _roles(ctx, ctx.sender.members, code)


def _roles(ctx: Ctx, members: Iterable[Member | MemberRow], code: str | None) -> frozenset[str]:
    """The committee's people have theirs everywhere, a secretary in the own subtree, its head and a member in the very one."""
    line = ctx.directory.lineage(code) if code else ()
    roles = {
        member.role
        for member in members
        if member.org is None or (member.org in line if member.role == "secretary" else member.org == code)
    }
    if any(member.role == "secretary" and member.org == code for member in members):
        roles.add("head")
    return frozenset(roles)


def serves_committee(ctx: Ctx) -> bool:
    """Whether the sender is the committee's: admin or staff."""
    return not ctx.sender.roles.isdisjoint(COMMITTEE)


def may_act(ctx: Ctx, code: str) -> bool:
    """Report, declare, correct and request for an organisation: the committee's people, and secretaries for their subtree."""
    return not SECRETARY.isdisjoint(roles_for(ctx, code))


def may_read(ctx: Ctx, code: str) -> bool:
    """See an organisation's records: who may act for it, and the members of that very organisation."""
    return not MEMBER.isdisjoint(roles_for(ctx, code))


def own(ctx: Ctx, *roles: str) -> tuple[str, ...]:
    """The codes of the organisations where the sender has one of these roles."""
    return tuple(member.org for member in ctx.sender.members if member.role in roles and member.org is not None)


def may_use(ctx: Ctx, route: Command, asked: Request) -> None:
    """Whether this role may use the command at all, here; raises Refusal."""
    roles = ctx.sender.roles | SELF
    if "secretary" in roles:
        roles |= {"head"}
    if route.who.isdisjoint(roles):
        if not ctx.sender.members and not route.request.unbound:
            raise Refusal("common/stranger")
        raise denied(ctx, route, asked)
    if route.needs_plan and ctx.plan is None:
        raise Refusal("common/no_plan")
    if route.where:
        said_in(ctx, *route.where, otherwise=route.elsewhere)


def said_in(ctx: Ctx, *kinds: str, otherwise: str = ELSEWHERE) -> None:
    """Whether it may be said in a chat of this kind; raises Refusal."""
    if ctx.chat.kind not in kinds:
        raise Refusal(otherwise, where="或".join(PLACES[kind] for kind in kinds))


def denied(ctx: Ctx, route: Command, asked: Request) -> Refusal:
    """What those hear who have not the role; no organisation is named but the one that they named."""
    whose = "、".join(ROLE_NAMES[role] for role in ROLE_NAMES if role in route.who)
    return Refusal(route.denied, whose=whose, org=ctx.directory.short(asked.organization), stranger=not ctx.sender.members)


def require(ctx: Ctx, route: Command, asked: Request, code: str | None) -> None:
    """Whether the sender may, for this organisation, or for all; raises Refusal, the same for a code that does not exist.

    The general words would be untrue to the secretary of a parent where only the very organisation's may.
    """
    if (code is None or code in ctx.directory.names) and not route.who.isdisjoint(roles_for(ctx, code)):
        return
    if code is None or "head" in route.who:
        raise denied(ctx, route, asked)
    raise Refusal("rights/not_yours", org=ctx.directory.short(code), reading="member" in route.who)


def check(ctx: Ctx, route: Command, asked: Request, matter: Matter[Any]) -> None:
    """Whether the sender may, in this matter; raises Refusal."""
    if matter.own and "self" in route.who:
        return
    for code in _codes(matter.whose):
        require(ctx, route, asked, code)


def _codes(whose: Whose) -> tuple[str | None, ...]:
    """None for all."""
    return whose if isinstance(whose, tuple) else (None,) if whose == "all" else ()


def visible(ctx: Ctx, audience: Audience, whose: Whose) -> bool:
    """Whether this chat's audience may see these organisations' records, whoever asks."""
    if whose == "nothing":
        return True
    match audience:
        case Audience.ANY:
            return True
        case Audience.PRIVATE:
            return ctx.chat.kind == "private"
        case Audience.COMMITTEE:
            return ctx.chat.kind in AMONG_US
        case Audience.OWN:
            return ctx.chat.kind in AMONG_US or (_named(whose) and all(_shown_here(ctx, code) for code in whose))


def _named(whose: Whose) -> TypeGuard[tuple[str, ...]]:
    """It is told whose it is, and not all are; nobody's is shown to no group."""
    return isinstance(whose, tuple) and whose != ()


def _shown_here(ctx: Ctx, code: str) -> bool:
    """A unit's group sees its subtree, the group of all only what is the asker's own."""
    match ctx.chat.kind:
        case "unit":
            return ctx.directory.within(code, (ctx.chat.org,))
        case "all":
            return ctx.directory.within(code, own(ctx, "secretary", "member"))
        case _:
            return False


def not_own(ctx: Ctx, requested_by: int | None, code: str | None = None) -> None:
    """Nobody decides their own request, nor one of an organisation they are secretary of; raises Refusal."""
    theirs = requested_by is not None and requested_by == ctx.sender.account_id
    if theirs or (code is not None and code in own(ctx, "secretary")):
        raise Refusal("rights/own_request")


async def placed(ctx: Ctx, audience: Audience, whose: Whose, reply: Reply) -> Reply:
    """The reply where this chat may see it; else a neutral line here, and the reply in the asker's private chat.

    What is told elsewhere beside it is held to what those there may see.
    """
    await _concerns_them(ctx, whose, [other for other in reply.others if other.to != HERE])
    if visible(ctx, audience, whose if reply.shows == "about" else reply.shows):
        return reply
    private = await chats.private_of(ctx.session, ctx.sender.account_id)
    elsewhere = tuple(other for other in reply.others if other.to != HERE)
    if private is None:
        return Reply("rights/open_private", others=elsewhere)
    here = tuple(replace(other, to=ToChat(private)) for other in reply.others if other.to == HERE)
    return Reply("rights/in_private", others=(replace(reply, to=ToChat(private), others=()), *here, *elsewhere))


async def _concerns_them(ctx: Ctx, whose: Whose, told: Sequence[Reply]) -> None:
    """Hold what is told in other chats to those whom it concerns; raises PermissionError, for that is a handler's mistake.

    The committee hears all, a unit's group what is of its subtree, somebody in private what they may read themselves.
    """
    found = await chats.rooms(ctx.session, {other.to.id for other in told}) if told else {}
    for other in told:
        shown = whose if other.shows == "about" else other.shows
        if not await _may_hear(ctx, found[other.to.id], shown):
            raise PermissionError(f"{other.template} would show records of {shown} in chat {other.to.id}")


async def _may_hear(ctx: Ctx, room: Room, shown: Whose) -> bool:
    if room.kind == "committee" or shown == "nothing":
        return True
    if not _named(shown):
        return False
    if room.kind == "unit":
        return all(ctx.directory.within(code, (room.org,)) for code in shown)
    members = await people.memberships(ctx.session, room.account_id) if room.account_id is not None else ()
    return all(not MEMBER.isdisjoint(_roles(ctx, members, code)) for code in shown)
