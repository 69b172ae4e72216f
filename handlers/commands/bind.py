"""绑定: make an account somebody, make a group somewhere, invite to it, end it."""

from typing import Any

from handlers.binding import codes, ending, groups, inviting, webhook
from handlers.binding.common import who
from handlers.binding.matters import (
    GROUP,
    INVITED,
    PRIMARY,
    PURPOSE,
    ROLE,
    SENDER,
    UNBOUND,
    WEBHOOK,
    Bound,
    Group,
    Joining,
    OwnRoles,
    Purpose,
    Role,
)
from handlers.contract import ADMIN, ANYONE, HEAD, SELF, Audience, Context, Refusal, Shown, command
from handlers.matters import NOTHING, UNIT
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
from storage.tables import Organization

WHO_UNBINDS = "bind/who_unbinds"
SECRETARY_CONFIRMS = "bind/secretary_confirms"


@command(
    Redeem,
    who=SELF,
    about=SENDER,
    audience=Audience.ANY,
    summary="绑定：用邀请码确认身份，或在群里绑定工作群",
    examples={
        "绑定 邀请码": Shown("bind.chat"),
        "邀请 书记 某某党支部": Shown("invite.chat"),
        "解绑": Shown("unbind.chat"),
    },
    needs_plan=False,
)
async def redeem(ctx: Context[None], asked: Redeem) -> Reply:
    """Use a code; without one the sender hears what they are, and a stranger is asked for a code."""
    if asked.code:
        return await codes.redeem(ctx, asked)
    rows = await people.memberships(ctx.session, ctx.sender.account_id)
    if not rows:
        raise Refusal("bind/ask_code", missing=("code",))
    found = await organizations.by_ids(ctx.session, {row.organization_id for row in rows if row.organization_id is not None})
    return Reply("bind/standing", {"items": [who(row.role, found.get(row.organization_id or 0)) for row in rows]})


@command(BindGroup, who=HEAD | SELF, denied="bind/who_binds", about=PURPOSE, audience=Audience.ANY, needs_plan=False)
async def bind_group(ctx: Context[Purpose | Joining], asked: BindGroup) -> Reply:
    """Say what this group is for; a newcomer's word asks the secretary instead."""
    if isinstance(ctx.about, Joining):
        return await groups.ask_to_join(ctx, ctx.about.organization)
    return await groups.bind(ctx, ctx.about.kind, ctx.about.organization)


@command(AdmitMember, who=HEAD, denied=SECRETARY_CONFIRMS, about=UNIT, audience=Audience.OWN, needs_plan=False)
async def admit(ctx: Context[Organization], asked: AdmitMember) -> Reply:
    """[确认] makes the one who asked a member."""
    return await codes.take_role(ctx, asked.account, "member", ctx.about, asked=True)


@command(ConfirmBinding, who=ANYONE, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def confirm(ctx: Context[None], asked: ConfirmBinding) -> Reply:
    """确认绑定 in words: only the button says whose."""
    raise Refusal("bind/nothing_to_confirm")


@command(MakePrimary, who=HEAD, denied=SECRETARY_CONFIRMS, about=PRIMARY, audience=Audience.OWN, needs_plan=False)
async def make_primary(ctx: Context[Group], asked: MakePrimary) -> Reply:
    """[设为主群]."""
    return await groups.make_primary(ctx)


@command(
    Invite,
    who=ADMIN,
    denied="bind/admin_invites",
    about=INVITED,
    audience=Audience.PRIVATE,
    where=("private",),
    needs_plan=False,
)
async def invite(ctx: Context[Organization | None], asked: Invite) -> Reply:
    """A code for somebody."""
    return await inviting.invite(ctx, asked)


@command(
    KeepWebhook,
    who=ADMIN,
    denied="bind/webhook_admin",
    about=WEBHOOK,
    audience=Audience.PRIVATE,
    where=("private",),
    elsewhere="bind/webhook_private",
    needs_plan=False,
)
async def keep_webhook(ctx: Context[Group], asked: KeepWebhook) -> Reply:
    """A group's webhook."""
    return await webhook.keep(ctx, asked)


@command(Unbind, who=HEAD | SELF, denied=WHO_UNBINDS, about=UNBOUND, audience=Audience.OWN, needs_plan=False)
async def unbind(ctx: Context[Any], asked: Unbind) -> Reply:
    """This group's binding, or those that are then shown with a button each."""
    if isinstance(ctx.about, OwnRoles):
        return await ending.own(ctx)
    return await (ending.choose(ctx) if isinstance(ctx.about, Bound) else ending.group(ctx))


@command(EndMembership, who=HEAD | SELF, denied=WHO_UNBINDS, about=ROLE, audience=Audience.OWN, needs_plan=False)
async def end(ctx: Context[Role], asked: EndMembership) -> Reply:
    """[解绑] of a role."""
    return await ending.person(ctx)


@command(EndPredecessor, who=HEAD | SELF, denied=WHO_UNBINDS, about=ROLE, audience=Audience.OWN, needs_plan=False)
async def end_predecessor(ctx: Context[Role], asked: EndPredecessor) -> Reply:
    """[解绑原书记], by the same rule."""
    return await ending.person(ctx)


@command(ReleaseGroup, who=HEAD, denied=WHO_UNBINDS, about=GROUP, audience=Audience.OWN, needs_plan=False)
async def release(ctx: Context[Group], asked: ReleaseGroup) -> Reply:
    """[解绑] of a group."""
    return await ending.group(ctx)
