"""绑定: make an account somebody, make a group somewhere, invite to it, end it."""

from handlers.binding import codes, ending, groups, inviting, webhook
from handlers.binding.common import who
from handlers.contract import ADMIN, ANYONE, Audience, Context, Refusal, Shown, command
from handlers.matters import NOTHING
from messages.requests.people import (
    AdmitMember,
    BindGroup,
    ConfirmBinding,
    EndMembership,
    EndPredecessor,
    Invite,
    KeepWebhook,
    MakePrimary,
    Redeem,
    ReleaseGroup,
    Unbind,
)
from messages.writing.reply import Reply
from storage import organizations, people

Ctx = Context[None]


@command(
    Redeem,
    who=ANYONE,
    about=NOTHING,
    audience=Audience.ANY,
    summary="绑定：用邀请码确认身份，或在群里绑定工作群",
    examples={
        "绑定 邀请码": Shown("bind.chat"),
        "邀请 书记 某某党支部": Shown("invite.chat"),
        "解绑": Shown("unbind.chat"),
    },
    needs_plan=False,
)
async def redeem(ctx: Ctx, asked: Redeem) -> Reply:
    """Use a code; without one the sender hears what they are, and a stranger is asked for a code."""
    if asked.code:
        return await codes.redeem(ctx, asked)
    rows = await people.memberships(ctx.session, ctx.sender.account_id)
    if not rows:
        raise Refusal("bind/ask_code", missing=("code",))
    found = await organizations.by_ids(ctx.session, {row.organization_id for row in rows if row.organization_id is not None})
    return Reply("bind/standing", {"items": [who(row.role, found.get(row.organization_id or 0)) for row in rows]})


@command(BindGroup, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def bind_group(ctx: Ctx, asked: BindGroup) -> Reply:
    """Say what this group is for; a member's word asks the secretary instead."""
    if groups.asks_to_join(ctx, asked):
        return await groups.ask_to_join(ctx)
    return await groups.bind(ctx, asked)


@command(AdmitMember, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def admit(ctx: Ctx, asked: AdmitMember) -> Reply:
    """[确认] of the organisation's secretary, or of an admin."""
    return await groups.admit(ctx, asked)


@command(ConfirmBinding, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def confirm(ctx: Ctx, asked: ConfirmBinding) -> Reply:
    """确认绑定 in words: only the button says whose."""
    raise Refusal("bind/nothing_to_confirm")


@command(MakePrimary, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def make_primary(ctx: Ctx, asked: MakePrimary) -> Reply:
    """[设为主群] of the organisation's secretary, or of an admin."""
    return await groups.make_primary(ctx, asked)


@command(
    Invite,
    who=ADMIN,
    denied="bind/admin_invites",
    about=NOTHING,
    audience=Audience.PRIVATE,
    where=("private",),
    needs_plan=False,
)
async def invite(ctx: Ctx, asked: Invite) -> Reply:
    """A code for somebody."""
    return await inviting.invite(ctx, asked)


@command(KeepWebhook, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def keep_webhook(ctx: Ctx, asked: KeepWebhook) -> Reply:
    """A group's webhook, from an admin in private; anybody's words that carried one are forgotten."""
    return await webhook.keep(ctx, asked)


@command(Unbind, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def unbind(ctx: Ctx, asked: Unbind) -> Reply:
    """This group's binding, or those that are then shown with a button each."""
    return await ending.unbind(ctx, asked)


@command(EndMembership, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def end(ctx: Ctx, asked: EndMembership) -> Reply:
    """[解绑]: an admin's for all, everybody's of the own, a secretary's of the own members."""
    return await ending.person(ctx, asked.membership)


@command(EndPredecessor, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def end_predecessor(ctx: Ctx, asked: EndPredecessor) -> Reply:
    """[解绑原书记], by the same rule."""
    return await ending.person(ctx, asked.membership)


@command(ReleaseGroup, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def release(ctx: Ctx, asked: ReleaseGroup) -> Reply:
    """[解绑] of a group, by an admin or the organisation's secretary."""
    return await ending.group(ctx, asked.chat)
