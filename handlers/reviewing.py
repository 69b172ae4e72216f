"""What 通过 and 退回 share: the declaration that waits, who may decide it, and what the unit is told."""

from typing import Any

from handlers import acting, rights
from handlers.contract import ADMIN, Context, Refusal
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import brands
from storage.brands import BrandFacts
from storage.tables import Organization

DECIDED = ("approved", "returned", "matured", "exemplar")


async def waiting(ctx: Context, said: Reading) -> tuple[Organization, BrandFacts]:
    """The declaration to be decided; a Refusal says why there is none, and who decided it when."""
    if not ctx.sender.roles & ADMIN:
        raise Refusal("approve/admin_only")
    organization = await rights.for_acting(ctx, said.org)
    brand = await brands.of(ctx.session, organization.id)
    if brand is None or brand.state == "draft" or brand.standing == "branch":
        raise Refusal(
            "approve/nothing", organization=organization.short_name, branch=brand is not None and brand.standing == "branch"
        )
    if ctx.pressed is not None and ctx.pressed.version not in (None, brand.version):
        raise Refusal("approve/newer", organization=organization.short_name, brand=brand.name, version=brand.version)
    if brand.state != "submitted":
        raise await decided(ctx, organization, brand)
    submitted = await brands.last_step(ctx.session, brand.id, "submitted")
    rights.not_own(ctx, submitted.account_id if submitted else None, organization.code)
    return organization, brand


async def decided(ctx: Context, organization: Organization, brand: BrandFacts) -> Refusal:
    """Who decided, and when: the answer to whoever comes second."""
    step = await brands.last_step(ctx.session, brand.id, *DECIDED)
    return Refusal(
        "approve/decided",
        organization=organization.short_name,
        brand=brand.name,
        state=brand.state,
        at=step.at.astimezone(ctx.now.tzinfo).isoformat() if step else None,
        own=step is not None and step.account_id == ctx.sender.account_id,
    )


async def announce(ctx: Context, template: str, organization: Organization, values: dict[str, Any], **about: Any) -> Reply:
    """The answer to the admin and the 【审核意见】 to the unit, as `template`/done and `template`/opinion."""
    spoken = {"organization": organization.short_name, **values}
    reply = Reply(f"{template}/done", spoken, about={"org": organization.code})
    told, reached = await acting.tell(
        ctx, reply, organization, f"{template}/opinion", values=spoken, about={"org": organization.code, **about}
    )
    return Reply(told.template, {**spoken, "reached_unit": reached}, about=told.about, others=told.others)
