"""绑定群机器人: an admin gives a WeCom group's webhook in a private chat, so that reminders there can call people."""

import re

from handlers.binding.common import is_admin, note
from handlers.contract import Context, Refusal
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import chats, organizations
from storage.mail import inbox
from storage.tables import Chat

ADDRESS = re.compile(r"https?://\S*[?&]key=([0-9A-Za-z-]{16,64})(?![0-9A-Za-z-])")
PLATFORM = "wecom"


def given(ctx: Context) -> str | None:
    """The key of a webhook's address in what was said; None where there is none."""
    found = ADDRESS.search(ctx.text)
    return found[1] if found else None


async def keep(ctx: Context, said: Reading, key: str) -> Reply:
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
    chat.webhook = ctx.seal(key, chat.external)
    await note(ctx, chat.organization_id, "chat_webhook", f"chat:{chat.id}", {})
    organization = None if chat.organization_id is None else await organizations.by_id(ctx.session, chat.organization_id)
    return Reply("bind/webhook_kept", {"org": organization.short_name if organization else None, "kind": chat.kind})


async def _group(ctx: Context, said: Reading) -> Chat | None:
    """The WeCom group that is meant: an organisation's, else the committee's or the one of all secretaries."""
    if said.org is not None:
        organization = await organizations.by_code(ctx.session, said.org)
        found = await chats.of_organization(ctx.session, organization.id) if organization is not None else []
    elif said.role in {"committee", "all"}:
        found = [one for one, _ in await chats.everything(ctx.session) if one.kind == said.role]
    else:
        found = []
    return next((chat for chat in found if chat.platform == PLATFORM), None)
