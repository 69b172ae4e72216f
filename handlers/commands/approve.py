"""通过: the admin approves a declaration; also the committee's answer to what was handed in on paper."""

from typing import Any

from handlers import acting, reviewing, rights
from handlers.contract import COMMITTEE, Context, Refusal, Shown, command
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import brands, papers
from storage.papers import Claim
from storage.plans import MilestoneFacts
from storage.tables import Organization

WITH_APPROVAL = ("positioning", "organizing", "drafting")
"""What an approval completes: 品牌定位, 组织策划, 方案制定."""


@command(
    "approve",
    who=COMMITTEE,
    summary="通过申报（工委管理员）；已收到、未收到：答复纸质材料",
    examples={"通过 某某局": Shown("review.chat"), "已收到 某某局": Shown("paper.chat")},
)
async def approve(ctx: Context, said: Reading) -> Reply:
    """Approve the declaration that waits: the first three milestones are done with it."""
    if said.action in ("received", "not_received"):
        return await _paper(ctx, said, received=said.action == "received")
    organization, brand = await reviewing.waiting(ctx, said)
    if not await brands.approve(ctx.session, brand, on=ctx.today):
        raise await reviewing.decided(ctx, organization, brand)
    await brands.note(ctx.session, brand, "approved", at=ctx.now, on=ctx.today, by=ctx.sender.account_id)
    milestones = ctx.plan.milestones if ctx.plan else ()
    reached = [milestone for milestone in milestones if milestone.slug in WITH_APPROVAL]
    await brands.reach(ctx.session, brand.id, [milestone.id for milestone in reached], on=ctx.today)
    await acting.record(ctx, organization, "approve", brand.name, {"version": brand.version})
    values = {
        "brand": brand.name,
        "on": ctx.today.isoformat(),
        "reached": [milestone.name for milestone in reached],
        "next": await _next(ctx, brand.id, milestones),
    }
    return await reviewing.announce(ctx, "approve", organization, values, subject="declaration", subject_id=0)


async def _next(ctx: Context, brand_id: int, milestones: tuple[MilestoneFacts, ...]) -> dict[str, Any] | None:
    done = (await brands.reached(ctx.session, [brand_id])).get(brand_id, {})
    coming = next((milestone for milestone in milestones if milestone.id not in done), None)
    return {"name": coming.name, **acting.deadline(ctx, coming.due_on)} if coming else None


async def _paper(ctx: Context, said: Reading, *, received: bool) -> Reply:
    """The committee has the paper or has not; counts do not change, and the unit is told."""
    claim, organization = await _claim(ctx, said)
    values = {
        "organization": organization.short_name,
        "subject": claim.subject,
        "name": _name(ctx, claim),
        "received": received,
    }
    if claim.decided_at is not None or not await papers.decide(
        ctx.session, claim.id, received, at=ctx.now, by=ctx.sender.account_id
    ):
        raise await _answered(ctx, claim.id, values)
    await acting.record(ctx, organization, "paper_decided", claim.subject, {"received": received, "id": claim.subject_id})
    about = {"org": organization.code, "subject": claim.subject, "subject_id": claim.subject_id}
    reply, reached = await acting.tell(
        ctx, Reply("approve/paper", {}), organization, "approve/paper_told", values=values, about=about
    )
    return Reply("approve/paper", {**values, "reached": reached}, about=about, others=reply.others)


async def _claim(ctx: Context, said: Reading) -> tuple[Claim, Organization]:
    organization = await rights.for_acting(ctx, said.org)
    pressed = ctx.pressed.fields.get("claim") if ctx.pressed else None
    if pressed is not None:
        claim = await papers.by_id(ctx.session, int(pressed))
    else:
        claim = next(iter(await papers.find(ctx.session, organization_id=organization.id)), None)
    if claim is None or claim.organization_id != organization.id:
        raise Refusal("approve/no_paper", organization=organization.short_name)
    return claim, organization


async def _answered(ctx: Context, claim_id: int, values: dict[str, Any]) -> Refusal:
    claim = await papers.by_id(ctx.session, claim_id)
    at = claim.decided_at.astimezone(ctx.now.tzinfo).isoformat() if claim and claim.decided_at else None
    return Refusal("approve/paper_answered", **{**values, "received": claim.received if claim else None}, at=at)


def _name(ctx: Context, claim: Claim) -> str:
    milestones = ctx.plan.milestones if ctx.plan else ()
    named = (milestone.name for milestone in milestones if milestone.id == claim.subject_id)
    return next(named, "") if claim.subject == "milestone" else ""
