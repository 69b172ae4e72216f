"""绑定群机器人: an admin gives a WeCom group's webhook in a private chat, so that reminders there can call people."""

from handlers import acting
from handlers.binding.common import Ctx, is_admin
from handlers.contract import Refusal
from messages.requests.people import KeepWebhook
from messages.writing.reply import Reply
from storage import chats, organizations
from storage.mail import inbox
from storage.tables import Chat

PLATFORM = "wecom"


async def keep(ctx: Ctx, said: KeepWebhook) -> Reply:
    """Seal the key and forget the words that carried it; it is never shown again."""
    if ctx.inbound_id is not None:
        await inbox.forget_text(ctx.session, ctx.inbound_id)
    if ctx.chat.kind != "private":
        raise Refusal("bind/webhook_private")
    if not is_admin(ctx):
        raise Refusal("bind/webhook_admin")
    chat = await _group(ctx, said)
    if chat is None or ctx.seal is None:
        raise Refusal("bind/webhook_no_group")
    chat.webhook = ctx.seal(said.webhook, chat.external)
    await acting.record(ctx, chat.organization_id, "chat_webhook", f"chat:{chat.id}", {})
    organization = None if chat.organization_id is None else await organizations.by_id(ctx.session, chat.organization_id)
    return Reply("bind/webhook_kept", {"org": organization.short_name if organization else None, "kind": chat.kind})


async def _group(ctx: Ctx, said: KeepWebhook) -> Chat | None:
    """The WeCom group that is meant: an organisation's, else the committee's or the one of all secretaries."""
    if said.org is not None:
        organization = await organizations.by_code(ctx.session, said.org)
        found = await chats.of_organization(ctx.session, organization.id) if organization is not None else []
    elif said.role in {"committee", "all"}:
        found = [one for one, _ in await chats.everything(ctx.session) if one.kind == said.role]
    else:
        found = []
    return next((chat for chat in found if chat.platform == PLATFORM), None)
