"""邀请: an admin makes a code for somebody, in private; it is told once."""

from handlers import acting
from handlers.binding.common import COMMITTEE_ROLES, Ctx, who
from handlers.contract import Refusal, WhichOrganization
from messages.requests import filled
from messages.requests.people import CHOICES, Invite
from messages.writing.reply import Button, Reply
from storage import invitations, organizations

INVITED = "bind/invited"


async def invite(ctx: Ctx, said: Invite) -> Reply:
    """A code for the role and organisation that were named."""
    if said.role not in {*COMMITTEE_ROLES, "secretary", "member"}:
        raise _which_role(ctx, said)
    organization = None
    if said.role not in COMMITTEE_ROLES:
        if said.org is None:
            raise WhichOrganization
        organization = await organizations.by_code(ctx.session, said.org)
        if organization is None:
            raise WhichOrganization
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
