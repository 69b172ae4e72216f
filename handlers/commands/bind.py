"""绑定: make an account somebody, make a group somewhere, invite to it, end it."""

import re
from dataclasses import replace

from handlers.binding import codes, ending, groups, inviting, webhook
from handlers.binding.common import who
from handlers.contract import ANYONE, Context, Refusal, Shown, command
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import organizations, people


@command(
    "bind",
    who=ANYONE,
    summary="绑定：用邀请码确认身份，或在群里绑定工作群",
    examples={
        "绑定 邀请码": Shown("bind.chat"),
        "邀请 书记 某某党支部": Shown("invite.chat"),
        "解绑": Shown("unbind.chat"),
    },
    needs_plan=False,
)
async def bind(ctx: Context, said: Reading) -> Reply:
    """By what was said or pressed: a code, an invitation, an end, a confirmation, a group."""
    if (key := webhook.given(ctx)) is not None:
        return await webhook.keep(ctx, said, key)
    said = _by_code(ctx, said)
    action = ctx.pressed.fields.get("action") if ctx.pressed is not None else said.action
    match action:
        case "invite":
            return await inviting.invite(ctx, said)
        case "unbind":
            return await ending.unbind(ctx, said)
        case "confirm":
            return await groups.confirm_join(ctx)
        case "primary":
            return await groups.make_primary(ctx)
    if said.code:
        return await codes.redeem(ctx, said.code)
    if ctx.chat.kind == "private":
        return await _standing(ctx)
    if groups.asks_to_join(ctx, said):
        return await groups.ask_to_join(ctx)
    return await groups.bind(ctx, said)


def _by_code(ctx: Context, said: Reading) -> Reading:
    """An organisation may be named here by its code in the roster, as the shell's commands do."""
    if ctx.pressed is not None:
        return said
    words = re.findall(r"[0-9A-Za-z]+", ctx.text)
    named = next((word for word in words if word in ctx.directory.names), None)
    return replace(said, org=named) if named is not None else said


async def _standing(ctx: Context) -> Reply:
    """What the sender is already; a stranger is asked for a code."""
    rows = await people.memberships(ctx.session, ctx.sender.account_id)
    if not rows:
        raise Refusal("bind/ask_code", missing=("code",))
    found = await organizations.by_ids(ctx.session, {row.organization_id for row in rows if row.organization_id is not None})
    items = [who(row.role, found.get(row.organization_id or 0)) for row in rows]
    return Reply("bind/standing", {"items": items})
