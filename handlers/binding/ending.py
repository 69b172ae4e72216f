"""解绑: a role or a group's binding ends at once; the last admin stays."""

from collections.abc import Sequence

from handlers import acting
from handlers.binding.common import Ctx, is_admin, is_secretary_of, organization_of, tell_committee, tell_person, who
from handlers.contract import Refusal, WhichOrganization
from messages.requests import Request
from messages.requests.people import EndMembership, ReleaseGroup, Unbind
from messages.writing.reply import Button, Reply
from storage import chats, organizations, people
from storage.people import MemberRow
from storage.tables import Chat, Membership


async def unbind(ctx: Ctx, said: Unbind) -> Reply:
    """Typed in a group without a name: this group. By an admin with a name: shown with buttons."""
    if said.role in {"secretary", "member", "admin", "staff"} or (said.org is not None and ctx.chat.kind in PLACES):
        return await _choose(ctx, said)
    if ctx.chat.kind != "private":
        return await group(ctx, ctx.chat.id)
    return await _own(ctx)


PLACES = ("private", "committee")


async def person(ctx: Ctx, membership_id: int) -> Reply:
    """[解绑] of a person: the role ends at once."""
    membership = await ctx.session.get(Membership, membership_id)
    if membership is None or membership.ended_at is not None:
        raise Refusal("bind/ended_already")
    organization = await organization_of(ctx, membership.organization_id)
    if not _may_end(ctx, membership.account_id, membership.role, organization.code if organization else None):
        raise Refusal("bind/who_unbinds")
    try:
        await people.end(ctx.session, membership_id, ctx.now)
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
    reply = await tell_person(ctx, reply, membership.account_id, "bind/your_end", values=values)
    return await tell_committee(ctx, reply, "bind/unbound_announced", values={**values, "left": left})


def _may_end(ctx: Ctx, account_id: int, role: str, code: str | None) -> bool:
    """An admin ends any binding, everybody the own, a secretary those of the own organisation's members."""
    if is_admin(ctx) or account_id == ctx.sender.account_id:
        return True
    return role == "member" and is_secretary_of(ctx, code)


async def group(ctx: Ctx, chat_id: int) -> Reply:
    """The group is for nothing any more."""
    chat = await chats.by_id(ctx.session, chat_id)
    if chat is None or chat.kind in {"unbound", "private"}:
        raise Refusal("bind/ended_already")
    organization = await organization_of(ctx, chat.organization_id)
    if not (is_admin(ctx) or is_secretary_of(ctx, organization.code if organization else None)):
        raise Refusal("bind/who_unbinds")
    values = {"kind": chat.kind, "org": organization.short_name if organization is not None else None}
    here = chat.id == ctx.chat.id
    reply = await tell_committee(ctx, Reply("bind/group_unbound", {**values, "here": here}), "bind/group_ended", values=values)
    await chats.unbind(ctx.session, chat)
    await acting.record(
        ctx, organization.id if organization else None, "chat_unbound", f"chat:{chat.id}", {"kind": values["kind"]}
    )
    return reply


async def _own(ctx: Ctx) -> Reply:
    """What the sender is, with a button each: a role is given up only by the second step."""
    rows = await people.memberships(ctx.session, ctx.sender.account_id)
    if not rows:
        raise Refusal("bind/nothing_bound")
    return await _offered(ctx, rows, ())


async def _choose(ctx: Ctx, said: Unbind) -> Reply:
    """The people and groups of an organisation, or the committee's people, with a button each."""
    if not is_admin(ctx) and not is_secretary_of(ctx, said.org):
        raise Refusal("bind/who_unbinds")
    if said.role in {"admin", "staff"}:
        everybody = await people.everybody(ctx.session)
        return await _offered(ctx, [row for row in everybody if row.role == said.role], ())
    if said.org is None:
        raise WhichOrganization
    organization = await organizations.by_code(ctx.session, said.org)
    if organization is None:
        raise WhichOrganization
    rows = await people.of_organization(ctx.session, organization.id, said.role)
    if not is_admin(ctx):
        rows = [row for row in rows if row.role == "member" or row.account_id == ctx.sender.account_id]
    groups = [] if said.role else await chats.of_organization(ctx.session, organization.id)
    return await _offered(ctx, rows, groups)


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
        items.append({"role": "group", "org": None, "since": None, "own": chat.is_primary})
        buttons.append(_numbered(ctx, len(items), ReleaseGroup(chat=chat.id)))
    return Reply("bind/offered", {"items": items}, buttons=tuple(buttons[:8]))


def _numbered(ctx: Ctx, number: int, end: Request) -> Button:
    return Button(end, text=f"{end.label} {number}", only=ctx.sender.account_id)
