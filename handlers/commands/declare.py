"""申报: declare the organisation's one brand, all fields in one message or one by one."""

from typing import Any

from handlers import acting, brand_names
from handlers.contract import SECRETARY, Audience, Context, Refusal, Shown, command
from handlers.matters import UNIT
from handlers.recording import undeclaring
from messages.requests.brand import Approve, Declare, Return
from messages.writing.reply import Button, Reply, ToChat
from storage import brands, organizations
from storage.brands import BrandFacts
from storage.derived import due
from storage.tables import Organization

NEEDED = (("brand", "name"), ("type", "brand_type"), ("owner", "owner_post"), ("connotation", "connotation"))
"""What a declaration must have, in the order it is asked for: the reading's field and the brand's."""


@command(
    Declare,
    who=SECRETARY,
    about=UNIT,
    audience=Audience.OWN,
    summary="申报品牌：名称、类型、责任人（岗位）、内涵，可附口号",
    examples={"申报 名称：… 类型：… 责任人：组织委员 内涵：…": Shown("declare.chat")},
)
async def declare(ctx: Context[Organization], asked: Declare) -> Reply:
    """Submit the brand for review (a subordinate without permission: as a 支部品牌 of its parent)."""
    organization = ctx.about
    brand = await brands.of(ctx.session, organization.id)
    if brand is not None and brand.state not in ("draft", "returned"):
        raise Refusal("declare/taken", **_known(organization, brand))
    fields = _complete(asked, organization, brand)
    standing = await _standing(ctx, organization)
    submitted = await _submit(ctx, organization, brand, standing, fields)
    await brands.note(ctx.session, submitted, "submitted", at=ctx.now, on=ctx.said_on, by=ctx.sender.account_id)
    await acting.record(ctx, organization.id, "declare", submitted.name, {**fields, "version": submitted.version})
    values = await _values(ctx, organization, submitted)
    reply = Reply(
        "declare/submitted",
        {**values, "post_only": asked.post_only},
        buttons=(undeclaring.undo(submitted, organization.code),),
        about={"org": organization.code, "subject": "declaration", "subject_id": 0, "declared": submitted.version},
    )
    return await _pass_on(ctx, reply, organization, submitted)


def _complete(asked: Declare, organization: Organization, brand: BrandFacts | None) -> dict[str, str]:
    """The fields as they will be stored; a field left out of a new declaration of a returned brand keeps its words.

    What stands where the post belongs and is none is never kept: the post is asked for.
    """
    typed = {"brand": asked.brand, "type": asked.type, "owner": asked.owner, "connotation": asked.connotation}
    no_post = asked.no_post and not asked.owner
    fields = {own: (typed[read] or (getattr(brand, own) if brand else "") or "").strip() for read, own in NEEDED}
    if no_post:
        fields["owner_post"] = ""
    missing = tuple(read for read, own in NEEDED if not fields[own])
    if no_post:
        missing = ("owner", *(name for name in missing if name != "owner"))
    if missing:
        raise Refusal(
            "declare/ask",
            missing=missing,
            ask=missing[0],
            rest=list(missing[1:]),
            named=no_post,
            organization=organization.short_name,
        )
    return {**fields, "slogan": (asked.slogan or "").strip()}


async def _standing(ctx: Context[Any], organization: Organization) -> str:
    if organization.direct:
        return "direct"
    return "separate" if await due.separate_permitted(ctx.session, organization.id) else "branch"


async def _submit(
    ctx: Context[Any], organization: Organization, brand: BrandFacts | None, standing: str, fields: dict[str, str]
) -> BrandFacts:
    if brand is None:
        submitted = await brands.submit(ctx.session, organization.id, standing, fields, on=ctx.said_on)
    else:
        submitted = await brands.submit_again(ctx.session, brand, standing, fields, on=ctx.said_on)
    if submitted is None:
        current = await brands.of(ctx.session, organization.id)
        raise Refusal("declare/taken", **_known(organization, current))
    return submitted


def _known(organization: Organization, brand: BrandFacts | None) -> dict[str, Any]:
    return {
        "organization": organization.short_name,
        "brand": brand.name if brand else "",
        "state": brand.state if brand else "",
        "standing": brand.standing if brand else "",
    }


async def _values(ctx: Context[Any], organization: Organization, brand: BrandFacts) -> dict[str, Any]:
    """What is read back, with advice on the name: its length, and the names that are much like it."""
    like = brand_names.alike(brand.name, await brands.others(ctx.session, organization.id))
    parent = await organizations.by_id(ctx.session, organization.parent_id) if organization.parent_id else None
    return {
        "organization": organization.short_name,
        "parent": parent.short_name if parent else None,
        "members": organization.member_count,
        "brand": brand.name,
        "type": brand.brand_type,
        "owner": brand.owner_post,
        "connotation": brand.connotation,
        "slogan": brand.slogan,
        "standing": brand.standing,
        "version": brand.version,
        "alike": [{"organization": other.organization, "brand": other.name} for other in like],
        "long": not 4 <= len(brand.name.replace("·", "")) <= 8,
    }


async def _pass_on(ctx: Context[Any], reply: Reply, organization: Organization, brand: BrandFacts) -> Reply:
    """A declaration goes to the committee with its buttons; a 支部品牌 is told to the parent, and nobody reviews it."""
    if brand.standing == "branch":
        parent = await organizations.by_id(ctx.session, organization.parent_id) if organization.parent_id else None
        if parent is not None:
            reply, _ = await acting.tell(ctx, reply, parent, "declare/branch", values=reply.values, about=reply.about)
        return reply
    decisions = (Approve(org=organization.code), Return(org=organization.code))
    buttons = tuple(Button(decision, version=brand.version) for decision in decisions)
    committee: ToChat | None = await acting.committee(ctx)
    return reply.also(
        committee,
        "declare/review",
        values=reply.values,
        buttons=buttons,
        about={"org": organization.code, "subject": "review", "subject_id": brand.id},
    )
