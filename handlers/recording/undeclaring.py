"""撤回 of a declaration that nobody has decided yet: it is as if it had not been made, and the committee hears of it."""

from handlers import acting, rights
from handlers.contract import Context, Refusal
from handlers.recording import target
from messages.reading.result import Reading
from messages.writing.reply import Button, Reply
from storage import brands, organizations
from storage.brands import BrandFacts
from storage.tables import Organization


def undo(brand: BrandFacts, code: str) -> Button:
    """[撤回] under a declaration."""
    return Button("withdraw", "withdraw", {"declaration": brand.id, "org": code}, version=brand.version)


async def meant(ctx: Context, said: Reading) -> bool:
    """The pressed button or the message replied to speaks of the declaration."""
    if ctx.pressed is not None:
        return "declaration" in ctx.pressed.fields
    return said.number is None and ctx.replied.get("declared") is not None


async def later(ctx: Context, said: Reading) -> bool:
    """The sender declared after the last report, so that the last thing to take back is the declaration."""
    if said.number is not None or "number" in ctx.replied or ctx.pressed is not None or said.org is None:
        return False
    organization = await organizations.by_code(ctx.session, said.org)
    brand = await brands.of(ctx.session, organization.id) if organization else None
    if brand is None or not _open(brand):
        return False
    step = await brands.last_step(ctx.session, brand.id, "submitted")
    if step is None or step.account_id != ctx.sender.account_id:
        return False
    report = await target.last(ctx, said)
    return report is None or step.at > report.reported_at


async def withdraw(ctx: Context, said: Reading) -> Reply:
    """Take a declaration back: to nothing, or to the returned one before it."""
    organization = await rights.for_acting(ctx, said.org)
    brand = await brands.of(ctx.session, organization.id)
    pressed = ctx.pressed.version if ctx.pressed else None
    if brand is None or not _open(brand) or pressed not in (None, brand.version):
        raise Refusal("withdraw/declaration_decided", organization=organization.short_name)
    returned = await brands.last_step(ctx.session, brand.id, "returned") if brand.version > 1 else None
    if not await brands.take_back(ctx.session, brand, return_due=returned.due_on if returned else None):
        raise Refusal("withdraw/declaration_decided", organization=organization.short_name)
    await acting.record(ctx, organization, "declaration_withdrawn", brand.name, {"version": brand.version})
    values = {"organization": organization.short_name, "brand": brand.name, "again": returned is not None}
    reply = Reply("withdraw/declaration", values, about={"org": organization.code})
    return await _tell(ctx, reply, brand, organization)


async def _tell(ctx: Context, reply: Reply, brand: BrandFacts, organization: Organization) -> Reply:
    if brand.standing == "branch":
        return reply
    about = {"org": organization.code}
    return reply.also(await acting.committee(ctx), "withdraw/declaration_gone", values=reply.values, about=about)


def _open(brand: BrandFacts) -> bool:
    """Waiting for its review, or a 支部品牌, which has none."""
    return brand.state == "submitted" or (brand.standing == "branch" and brand.state != "draft")
