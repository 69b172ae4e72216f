"""绑定群机器人: an admin gives a WeCom group's webhook in a private chat, so that reminders there can call people."""

from handlers import acting
from handlers.binding.matters import Group
from handlers.contract import Context
from messages.requests.people import KeepWebhook
from messages.writing.reply import Reply


async def keep(ctx: Context[Group], said: KeepWebhook) -> Reply:
    """Seal the key; it is never shown again."""
    chat, organization = ctx.about.chat, ctx.about.organization
    if ctx.seal is None:
        raise LookupError("a webhook was accepted without a key to seal it")
    chat.webhook = ctx.seal(said.webhook, chat.external)
    await acting.record(ctx, chat.organization_id, "chat_webhook", f"chat:{chat.id}", {})
    return Reply("bind/webhook_kept", {"org": organization.short_name if organization else None, "kind": chat.kind})
