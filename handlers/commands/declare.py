"""申报: declare the organisation's one brand, all fields in one message or one by one."""

import re
from typing import Any

from handlers import acting, brand_names, rights
from handlers.contract import SECRETARY, Context, Refusal, Shown, command
from handlers.posts import is_name, post_of
from handlers.recording import undeclaring
from messages.reading.result import Reading
from messages.writing.reply import Button, Chat, Reply
from storage import brands, organizations
from storage.brands import BrandFacts
from storage.derived import due
from storage.tables import Organization

COMMAND = ("申报", "申请")
NEEDED = (("brand", "name"), ("type", "brand_type"), ("owner", "owner_post"), ("connotation", "connotation"))
"""What a declaration must have, in the order it is asked for: the reading's field and the brand's."""


@command(
    "declare",
    who=SECRETARY,
    summary="申报品牌：名称、类型、责任人（岗位）、内涵，可附口号",
    examples={"申报 名称：… 类型：… 责任人：组织委员 内涵：…": Shown("declare.chat")},
)
async def declare(ctx: Context, said: Reading) -> Reply:
    """Submit the brand for review (a subordinate without permission: as a 支部品牌 of its parent)."""
    organization = await rights.for_acting(ctx, said.org)
    brand = await brands.of(ctx.session, organization.id)
    if brand is not None and brand.state not in ("draft", "returned"):
        raise Refusal("declare/taken", **_known(organization, brand))
    fields = _complete(ctx, said, organization, brand)
    standing = await _standing(ctx, organization)
    submitted = await _submit(ctx, organization, brand, standing, fields)
    await brands.note(ctx.session, submitted, "submitted", at=ctx.now, on=ctx.today, by=ctx.sender.account_id)
    await acting.record(ctx, organization, "declare", submitted.name, {**fields, "version": submitted.version})
    reply = Reply(
        "declare/submitted",
        await _values(ctx, organization, submitted),
        buttons=(undeclaring.undo(submitted, organization.code),),
        about={"org": organization.code, "subject": "declaration", "subject_id": 0, "declared": submitted.version},
    )
    return await _pass_on(ctx, reply, organization, submitted)


def _complete(ctx: Context, said: Reading, organization: Organization, brand: BrandFacts | None) -> dict[str, str]:
    """The fields as they will be stored; a field left out of a new declaration of a returned brand keeps its words."""
    typed = {"brand": said.brand, "type": said.type, "owner": said.owner, "connotation": said.connotation}
    posts = ctx.plan.rules.owner_posts if ctx.plan else ()
    owner = post_of(said.owner, posts) if said.owner else None
    typed["owner"] = owner
    fields = {own: (typed[read] or (getattr(brand, own) if brand else "") or "").strip() for read, own in NEEDED}
    named = owner is None and (said.owner is not None or _answered_with_a_name(ctx, said))
    if named:
        fields["owner_post"] = ""
    missing = tuple(read for read, own in NEEDED if not fields[own])
    if named:
        missing = ("owner", *(name for name in missing if name != "owner"))
    if missing:
        raise Refusal(
            "declare/ask",
            missing=missing,
            ask=missing[0],
            rest=list(missing[1:]),
            named=named,
            organization=organization.short_name,
        )
    return {**fields, "slogan": (said.slogan or "").strip()}


def _answered_with_a_name(ctx: Context, said: Reading) -> bool:
    """A person's name stands where the post was asked for: alone (and no other field's answer), or behind 责任人."""
    typed = re.sub(r"[@＠]\S+\s*", "", ctx.text).strip()
    labelled = re.search(r"(?:责任人|负责人|牵头人)[：:是为\s]*(?P<who>[\u4e00-\u9fff]{2,5})", typed)
    if labelled:
        return is_name(labelled["who"])
    other = typed.startswith(COMMAND) or typed.strip("。. ") in {said.brand, said.type, said.connotation, said.slogan}
    return not other and is_name(typed)


async def _standing(ctx: Context, organization: Organization) -> str:
    if organization.direct:
        return "direct"
    return "separate" if await due.separate_permitted(ctx.session, organization.id) else "branch"


async def _submit(
    ctx: Context, organization: Organization, brand: BrandFacts | None, standing: str, fields: dict[str, str]
) -> BrandFacts:
    if brand is None:
        submitted = await brands.submit(ctx.session, organization.id, standing, fields, on=ctx.today)
    else:
        submitted = await brands.submit_again(ctx.session, brand, standing, fields, on=ctx.today)
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


async def _values(ctx: Context, organization: Organization, brand: BrandFacts) -> dict[str, Any]:
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


async def _pass_on(ctx: Context, reply: Reply, organization: Organization, brand: BrandFacts) -> Reply:
    """A declaration goes to the committee with its buttons; a 支部品牌 is told to the parent, and nobody reviews it."""
    if brand.standing == "branch":
        parent = await organizations.by_id(ctx.session, organization.parent_id) if organization.parent_id else None
        if parent is not None:
            reply, _ = await acting.tell(ctx, reply, parent, "declare/branch", values=reply.values, about=reply.about)
        return reply
    buttons = tuple(
        Button(intent, intent, {"org": organization.code}, version=brand.version) for intent in ("approve", "return")
    )
    committee: Chat | None = await acting.committee(ctx)
    return reply.also(
        committee,
        "declare/review",
        values=reply.values,
        buttons=buttons,
        about={"org": organization.code, "subject": "review", "subject_id": brand.id},
    )
