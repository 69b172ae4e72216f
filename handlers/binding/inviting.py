"""邀请: an admin makes a code for somebody, in private; it is told once."""

from handlers import acting
from handlers.binding.common import COMMITTEE_ROLES, Ctx, who
from handlers.contract import Context, Refusal
from messages.requests import filled
from messages.requests.people import CHOICES, Invite
from messages.writing.reply import Button, Reply
from storage import invitations
from storage.tables import Organization

INVITED = "bind/invited"


async def invite(ctx: Context[Organization | None], said: Invite) -> Reply:
    """A code for the role that was named."""
    organization = ctx.about
    if said.role not in {*COMMITTEE_ROLES, "secretary", "member"}:
        raise _which_role(ctx, said)
    organization_id = organization.id if organization is not None else None
    await invitations.forget_sent(ctx.session, INVITED)
    code, expires_at = await invitations.create(ctx.session, said.role, organization_id, ctx.now, by=ctx.sender.account_id)
    await acting.record(ctx, organization_id, "invited", said.role, {"expires": expires_at.isoformat()})
    values = {**who(said.role, organization), "code": code, "until": expires_at.isoformat()}
    return Reply(INVITED, values)


def _which_role(ctx: Ctx, said: Invite) -> Refusal:
    roles = ("secretary", "member") if said.org is not None else ("secretary", "member", "staff")
    buttons = tuple(Button(filled(said, role=role), text=CHOICES[role], only=ctx.sender.account_id) for role in roles)
    return Refusal("bind/which_role", buttons=buttons, missing=())
