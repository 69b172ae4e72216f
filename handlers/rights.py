"""Who may do what for which organisation, and what may be shown where: the asker's rights ∩ the audience."""

from dataclasses import replace
from typing import Any

from handlers.contract import COMMITTEE, MEMBER, SECRETARY, Audience, Command, Context, Refusal, Whose
from messages.writing.reply import HERE, Reply, ToChat
from storage import chats

PLACES = {"committee": "工委工作群", "all": "联络员大群", "unit": "单位群", "private": "私聊"}
ROLE_NAMES = {"admin": "工委管理员", "staff": "工委工作人员", "secretary": "党组织书记", "member": "党员"}
Ctx = Context[Any]


def roles_for(ctx: Ctx, code: str) -> frozenset[str]:
    """The sender's roles where this organisation is concerned.

    The committee's people have theirs everywhere, a secretary in the own subtree, a member in the very organisation.
    """
    line = ctx.directory.lineage(code)
    return frozenset(
        member.role
        for member in ctx.sender.members
        if member.org is None or (member.org in line if member.role == "secretary" else member.org == code)
    )


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


def may_use(ctx: Ctx, route: Command) -> None:
    """Whether this role may use the command at all, here; raises Refusal."""
    if route.who.isdisjoint(ctx.sender.roles):
        if not ctx.sender.members and not route.request.unbound:
            raise Refusal("common/stranger")
        raise Refusal(route.denied, whose="、".join(ROLE_NAMES[role] for role in ROLE_NAMES if role in route.who))
    if route.needs_plan and ctx.plan is None:
        raise Refusal("common/no_plan")
    if route.where and ctx.chat.kind not in route.where:
        raise Refusal("rights/elsewhere", where="或".join(PLACES[kind] for kind in route.where))


def require(ctx: Ctx, route: Command, code: str) -> None:
    """Whether the sender may, for this organisation; raises Refusal rights/not_yours, for a code that does not exist too."""
    known = ctx.directory.names.get(code)
    if known is None or route.who.isdisjoint(roles_for(ctx, code)):
        raise Refusal("rights/not_yours", org=known.short if known else None, reading=route.request.asks)


def visible(ctx: Ctx, audience: Audience, whose: Whose) -> bool:
    """Whether this chat's audience may see these organisations' records, whoever asks."""
    match audience:
        case Audience.ANY:
            return True
        case Audience.COMMITTEE:
            return ctx.chat.kind in ("committee", "private")
        case Audience.PRIVATE:
            return ctx.chat.kind == "private"
        case Audience.OWN:
            return ctx.chat.kind in ("committee", "private") or (
                whose != "all" and all(_shown_here(ctx, code) for code in whose)
            )


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
    """The reply where this chat may see it; else a neutral line here, and the reply in the asker's private chat."""
    if reply.shows != "about":
        whose = reply.shows
    if visible(ctx, audience, whose):
        return reply
    private = await chats.private_of(ctx.session, ctx.sender.account_id)
    elsewhere = tuple(other for other in reply.others if other.to != HERE)
    if private is None:
        return Reply("rights/open_private", others=elsewhere)
    here = tuple(replace(other, to=ToChat(private)) for other in reply.others if other.to == HERE)
    return Reply("rights/in_private", others=(replace(reply, to=ToChat(private), others=()), *here, *elsewhere))
