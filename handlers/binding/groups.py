"""绑定 typed in a group: what the group is for; a member's request in a unit's group."""

from datetime import timedelta

from handlers import acting, rights
from handlers.binding.codes import take_role
from handlers.binding.common import Ctx, is_admin, is_secretary_of, organization_of, tell_committee
from handlers.contract import Refusal, WhichOrganization
from messages.requests import filled
from messages.requests.people import CHOICES, AdmitMember, BindGroup, MakePrimary, ReleaseGroup
from messages.writing.reply import Button, Reply
from storage import chats, organizations, people
from storage.tables import Chat, Organization

ASKED_FOR = timedelta(days=7)


async def bind(ctx: Ctx, said: BindGroup) -> Reply:
    """Bind this group; a member's word in a unit's group asks the secretary instead."""
    if not ctx.sender.members:
        raise Refusal("bind/who_binds_stranger")
    kind = _kind(ctx, said)
    if kind is None:
        raise _which_kind(ctx, said)
    organization = None
    if kind == "unit":
        code = said.org or _own_code(ctx)
        if code is None:
            raise WhichOrganization
        organization = await organizations.by_code(ctx.session, code)
        if organization is None:
            raise WhichOrganization
    _may_bind(ctx, kind, organization)
    return await _bound(ctx, kind, organization)


def asks_to_join(ctx: Ctx, said: BindGroup) -> bool:
    """Whether 绑定 is a member's request: said in a unit's group by somebody who is nobody there yet."""
    stands = is_admin(ctx) or bool(rights.own(ctx, "secretary"))
    return ctx.chat.kind == "unit" and not stands and said.role in {None, "member", "unit"}


async def ask_to_join(ctx: Ctx) -> Reply:
    """Ask the secretary, in the group, where it is plain who asked."""
    organization = await organizations.by_code(ctx.session, ctx.chat.org or "")
    if organization is None:
        raise Refusal("bind/ask_code", missing=("code",))
    if organization.code in rights.own(ctx, "member"):
        raise Refusal("bind/already", role="member", org=organization.short_name)
    admit = AdmitMember(account=ctx.sender.account_id, org=organization.code)
    return Reply(
        "bind/join_asked",
        {"org": organization.short_name},
        buttons=(Button(admit, expires_at=ctx.now + ASKED_FOR),),
    )


async def admit(ctx: Ctx, asked: AdmitMember) -> Reply:
    """[确认] of a secretary, or of the committee's admin, makes the one who asked a member."""
    organization = await organizations.by_code(ctx.session, asked.org)
    if organization is None or not (is_admin(ctx) or is_secretary_of(ctx, organization.code)):
        raise Refusal("bind/secretary_confirms", org=organization.short_name if organization else None)
    return await take_role(ctx, asked.account, "member", organization, asked=True)


async def make_primary(ctx: Ctx, asked: MakePrimary) -> Reply:
    """[设为主群]: what is due is said in this group from now on."""
    chat = await _this(ctx)
    organization = await organization_of(ctx, chat.organization_id)
    if organization is not None and organization.code != asked.org:
        raise Refusal("bind/ended_already")
    if organization is None or not (is_admin(ctx) or is_secretary_of(ctx, organization.code)):
        raise Refusal("bind/secretary_confirms", org=organization.short_name if organization else None)
    await chats.make_primary(ctx.session, chat)
    await acting.record(ctx, organization.id, "chat_primary", f"chat:{chat.id}", {})
    return Reply("bind/primary", {"org": organization.short_name})


def _kind(ctx: Ctx, said: BindGroup) -> str | None:
    if said.role in {"committee", "all", "unit"}:
        return said.role
    if said.org is not None or not is_admin(ctx):
        return "unit"
    return None


def _own_code(ctx: Ctx) -> str | None:
    own = tuple(dict.fromkeys(rights.own(ctx, "secretary")))
    return own[0] if len(own) == 1 else None


def _which_kind(ctx: Ctx, said: BindGroup) -> Refusal:
    buttons = tuple(
        Button(filled(said, role=kind), text=CHOICES[kind], only=ctx.sender.account_id) for kind in ("committee", "all")
    )
    return Refusal("bind/which_kind", buttons=buttons)


def _may_bind(ctx: Ctx, kind: str, organization: Organization | None) -> None:
    """An admin binds anything; a secretary the own organisation's group, unless it serves another already."""
    if is_admin(ctx):
        return
    if organization is None or not is_secretary_of(ctx, organization.code):
        raise Refusal("bind/who_binds", kind=kind)
    if ctx.chat.kind != "unbound" and not is_secretary_of(ctx, ctx.chat.org):
        raise Refusal("bind/taken")


async def _bound(ctx: Ctx, kind: str, organization: Organization | None) -> Reply:
    chat = await _this(ctx)
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


async def _this(ctx: Ctx) -> Chat:
    chat = await chats.by_id(ctx.session, ctx.chat.id)
    if chat is None:
        raise LookupError(f"chat {ctx.chat.id} of the message is not stored")
    return chat
