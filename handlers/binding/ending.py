"""解绑: a role or a group's binding ends at once; the last admin stays."""

from collections.abc import Sequence

from handlers import acting
from handlers.binding.common import COMMITTEE_ROLES, Ctx, tell_committee, tell_person, who
from handlers.binding.matters import Bound, Group, Role
from handlers.contract import Context, Refusal
from messages.requests import Request
from messages.requests.people import EndMembership, ReleaseGroup
from messages.writing.reply import Button, Reply
from storage import chats, organizations, people
from storage.people import MemberRow
from storage.tables import Chat


async def person(ctx: Context[Role]) -> Reply:
    """[解绑] of a person: the role ends at once."""
    membership, organization = ctx.about.membership, ctx.about.organization
    try:
        await people.end(ctx.session, membership.id, ctx.now)
    except people.LastAdmin:
        raise Refusal("bind/last_admin") from None
    await acting.record(
        ctx, membership.organization_id, "unbound", f"account:{membership.account_id}", {"role": membership.role}
    )
    values = who(membership.role, organization)
    left = 1
    if membership.role == "secretary" and membership.organization_id is not None:
        left = len(await people.of_organization(ctx.session, membership.organization_id, "secretary"))
    reply = Reply("bind/unbound", {**values, "left": left})
    reply = await tell_person(ctx, reply, membership.account_id, "bind/your_end", values=values, shows="nothing")
    return await tell_committee(ctx, reply, "bind/unbound_announced", values={**values, "left": left})


async def group(ctx: Context[Group]) -> Reply:
    """The group is for nothing any more."""
    chat, organization = ctx.about.chat, ctx.about.organization
    values = {"kind": chat.kind, "org": organization.short_name if organization is not None else None}
    here = chat.id == ctx.chat.id
    ended = Reply("bind/group_unbound", {**values, "here": here})
    reply = await tell_committee(ctx, ended, "bind/group_ended", values=values)
    await chats.unbind(ctx.session, chat)
    await acting.record(
        ctx, organization.id if organization else None, "chat_unbound", f"chat:{chat.id}", {"kind": values["kind"]}
    )
    return reply


async def own(ctx: Ctx) -> Reply:
    """What the sender is, with a button each: a role is given up only by the second step."""
    return await _offered(ctx, await people.memberships(ctx.session, ctx.sender.account_id), ())


async def choose(ctx: Context[Bound]) -> Reply:
    """The people and groups of an organisation, the committee's people or groups of a kind, with a button each."""
    organization, of = ctx.about.organization, ctx.about.of
    if organization is None and of in COMMITTEE_ROLES:
        return await _offered(ctx, [row for row in await people.everybody(ctx.session) if row.role == of], ())
    if organization is None:
        return await _offered(ctx, (), await chats.all_of(ctx.session, of or ""))
    role = of if of in ("secretary", "member") else None
    rows = await people.of_organization(ctx.session, organization.id, role)
    if "admin" not in ctx.sender.roles:
        rows = [row for row in rows if row.role == "member" or row.account_id == ctx.sender.account_id]
    groups = [] if role else await chats.of_organization(ctx.session, organization.id)
    return await _offered(ctx, [] if of == "unit" else rows, groups)


async def _offered(ctx: Ctx, rows: Sequence[MemberRow], groups: Sequence[Chat]) -> Reply:
    if not rows and not groups:
        raise Refusal("bind/nothing_bound")
    found = await organizations.by_ids(ctx.session, {row.organization_id for row in rows if row.organization_id is not None})
    items = []
    buttons: list[Button] = []
    for row in rows:
        organization = found.get(row.organization_id or 0)
        own = row.account_id == ctx.sender.account_id
        items.append({**who(row.role, organization), "since": row.since.astimezone(ctx.now.tzinfo).isoformat(), "own": own})
        buttons.append(_numbered(ctx, len(items), EndMembership(membership=row.id)))
    for chat in groups:
        items.append({"role": "group", "kind": chat.kind, "org": None, "since": None, "own": chat.is_primary})
        buttons.append(_numbered(ctx, len(items), ReleaseGroup(chat=chat.id)))
    return Reply("bind/offered", {"items": items}, buttons=tuple(buttons[:8]))


def _numbered(ctx: Ctx, number: int, end: Request) -> Button:
    return Button(end, text=f"{end.label} {number}", only=ctx.sender.account_id)
