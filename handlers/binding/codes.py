"""绑定 with a code: what the code says becomes the account's role, once; the committee sees it with [解绑]."""

from datetime import timedelta

from handlers import acting
from handlers.binding.common import Ctx, organization_of, predecessors, tell_committee, tell_person, who
from handlers.contract import Refusal
from messages.requests.people import EndMembership, EndPredecessor, Redeem
from messages.writing.reply import Button, Reply
from storage import invitations, people
from storage.tables import Organization

WRONG_AN_HOUR = 5


async def redeem(ctx: Ctx, asked: Redeem) -> Reply:
    """Use a code. A refused one is a reply, not a Refusal: that it was tried must stay counted."""
    tried = await invitations.wrong_since(ctx.session, ctx.sender.account_id, ctx.now - timedelta(hours=1))
    if tried >= WRONG_AN_HOUR:
        raise Refusal("bind/too_many_codes")
    outcome = await invitations.redeem(ctx.session, asked.code or "", ctx.sender.account_id, ctx.now)
    if not isinstance(outcome, invitations.Redeemed):
        await acting.record(ctx, None, invitations.WRONG, str(ctx.sender.account_id), {"why": outcome})
        return Reply("bind/code_refused", {"why": outcome, "left": WRONG_AN_HOUR - tried - 1})
    organization = await organization_of(ctx, outcome.organization_id)
    if asked.org not in (None, organization.code if organization else None) or asked.role not in (None, outcome.role):
        raise Refusal("bind/code_for_another", org=ctx.directory.short(asked.org))
    reply = await take_role(ctx, ctx.sender.account_id, outcome.role, organization)
    await invitations.forget_sent(ctx.session, "bind/invited")
    return reply


async def take_role(ctx: Ctx, account_id: int, role: str, organization: Organization | None, *, asked: bool = False) -> Reply:
    """Give the role, write it down, tell the committee; a Refusal where the account has it already.

    `asked`: by a member's request that was confirmed, not by a code.
    """
    organization_id = organization.id if organization is not None else None
    if not await people.give(ctx.session, account_id, role, organization_id, ctx.now):
        raise Refusal("bind/already", **who(role, organization))
    await acting.record(ctx, organization_id, "bound", f"account:{account_id}", {"role": role})
    given = await people.memberships(ctx.session, account_id)
    membership = next(row for row in given if row.role == role and row.organization_id == organization_id)
    before = await predecessors(ctx, role, organization_id, account_id)
    values = {**who(role, organization), "before": len(before)}
    buttons: tuple[Button, ...] = (Button(EndMembership(membership=membership.id)),)
    buttons += tuple(Button(EndPredecessor(membership=row.id)) for row in before[:3])
    if asked:
        reply = Reply("bind/joined", values, buttons=buttons)
        reply = await tell_person(ctx, reply, account_id, "bind/bound", values={**values, "chat": "private", "first": False})
    else:
        reply = Reply("bind/bound", {**values, "chat": ctx.chat.kind, "first": await _first(ctx, role)})
    return await tell_committee(ctx, reply, "bind/announced", values=values, buttons=buttons)


async def _first(ctx: Ctx, role: str) -> bool:
    """Whether this is the very first admin, who hears what comes next."""
    return role == "admin" and await people.admins(ctx.session) == 1
