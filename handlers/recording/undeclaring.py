"""撤回 of a declaration that nobody has decided yet: it is as if it had not been made, and the committee hears of it."""

from typing import Any

from handlers import acting
from handlers.contract import Context, Refusal
from handlers.matters import Declaration
from messages.requests.work import Withdraw
from messages.writing.reply import Button, Reply
from storage import brands
from storage.brands import BrandFacts


def undo(brand: BrandFacts, code: str) -> Button:
    """[撤回] under a declaration."""
    return Button(Withdraw(declaration=brand.id, org=code), version=brand.version)


async def withdraw(ctx: Context[Any], declared: Declaration) -> Reply:
    """Take a declaration back: to nothing, or to the returned one before it."""
    organization, brand = declared.organization, declared.brand
    returned = await brands.last_step(ctx.session, brand.id, "returned") if brand.version > 1 else None
    if not await brands.take_back(ctx.session, brand, returned):
        raise Refusal("withdraw/declaration_decided", organization=organization.short_name)
    await acting.record(ctx, organization.id, "declaration_withdrawn", brand.name, {"version": brand.version})
    values = {"organization": organization.short_name, "brand": brand.name, "again": returned is not None}
    reply = Reply("withdraw/declaration", values, about={"org": organization.code})
    if brand.standing == "branch":
        return reply
    about = {"org": organization.code}
    return reply.also(await acting.committee(ctx), "withdraw/declaration_gone", values=reply.values, about=about)
