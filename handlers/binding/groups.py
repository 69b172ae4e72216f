"""绑定 typed in a group: what the group is for; a member's request in a unit's group."""

from datetime import timedelta

from handlers import acting, rights
from handlers.binding.common import Ctx, organization_of, tell_committee
from handlers.binding.matters import Group
from handlers.contract import Context, Refusal
from messages.requests.people import AdmitMember, MakePrimary, ReleaseGroup
from messages.writing.reply import Button, Reply
from storage import chats, people
from storage.tables import Organization

ASKED_FOR = timedelta(days=7)


async def ask_to_join(ctx: Ctx, organization: Organization) -> Reply:
    """Ask the secretary, in the group, where it is plain who asked."""
    if organization.code in rights.own(ctx, "member"):
        raise Refusal("bind/already", role="member", org=organization.short_name)
    admit = AdmitMember(account=ctx.sender.account_id, org=organization.code)
    return Reply(
        "bind/join_asked",
        {"org": organization.short_name},
        buttons=(Button(admit, expires_at=ctx.now + ASKED_FOR),),
    )


async def make_primary(ctx: Context[Group]) -> Reply:
    """[设为主群]: what is due is said in this group from now on."""
    chat, organization = ctx.about.chat, ctx.about.organization
    await chats.make_primary(ctx.session, chat)
    await acting.record(ctx, chat.organization_id, "chat_primary", f"chat:{chat.id}", {})
    return Reply("bind/primary", {"org": organization.short_name if organization else None})


async def bind(ctx: Ctx, kind: str, organization: Organization | None) -> Reply:
    """This group is for this from now on."""
    chat = await chats.by_id(ctx.session, ctx.chat.id)
    if chat is None:
        raise LookupError(f"chat {ctx.chat.id} of the message is not stored")
    organization_id = organization.id if organization is not None else None
    name = organization.short_name if organization is not None else None
    if chat.kind == kind and chat.organization_id == organization_id:
        raise Refusal("bind/group_already", kind=kind, org=name)
    before = await organization_of(ctx, chat.organization_id)
    was = {"was": chat.kind, "was_org": before.short_name if before is not None else None}
    if before is not None:
        await acting.record(ctx, before.id, "chat_unbound", f"chat:{chat.id}", {"kind": chat.kind})
    await chats.bind(ctx.session, chat, kind, organization_id, ctx.now)
    await acting.record(ctx, organization_id, "chat_bound", f"chat:{chat.id}", {"kind": kind})
    values = {"kind": kind, "org": name, **was, "primary": chat.is_primary}
    own = () if chat.is_primary or organization is None else (Button(MakePrimary(org=organization.code)),)
    values["reachable"] = organization_id is None or bool(
        await people.of_organization(ctx.session, organization_id, "secretary")
    )
    reply = Reply("bind/group_bound", values, buttons=own)
    release = Button(ReleaseGroup(chat=chat.id))
    return await tell_committee(ctx, reply, "bind/group_announced", values=values, buttons=(release,))
