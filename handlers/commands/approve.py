"""通过 and 同意: the admin approves a declaration; 已收到 and 未收到 answer what was handed in on paper."""

from typing import Any

from handlers import acting, matters, reviewing
from handlers.contract import ADMIN, COMMITTEE, Audience, Context, Refusal, Shown, command
from handlers.matters import DECLARATION, PAPER, Declaration, Paper
from handlers.views.deadline import deadline
from messages.requests.brand import Agree, Approve, PaperNotReceived, PaperReceived
from messages.writing.reply import Reply
from storage import brands, papers
from storage.papers import Claim
from storage.plans import MilestoneFacts


@command(
    Approve,
    who=ADMIN,
    denied="approve/admin_only",
    about=DECLARATION,
    audience=Audience.COMMITTEE,
    summary="通过申报（工委管理员）",
    examples={"通过 某某局": Shown("review.chat")},
)
async def approve(ctx: Context[Declaration], asked: Approve | Agree) -> Reply:
    """Approve the declaration that waits: the first three milestones are done with it."""
    organization, brand = ctx.about.organization, ctx.about.brand
    if not await brands.approve(ctx.session, brand, on=ctx.today):
        raise await matters.decided(ctx, organization, brand)
    await brands.note(ctx.session, brand, "approved", at=ctx.now, on=ctx.today, by=ctx.sender.account_id)
    milestones = ctx.plan.milestones if ctx.plan else ()
    reached = [milestone for milestone in milestones if milestone.slug in brands.WITH_APPROVAL]
    await brands.reach(ctx.session, brand.id, [milestone.id for milestone in reached], on=ctx.today)
    await acting.record(ctx, organization.id, "approve", brand.name, {"version": brand.version})
    values = {
        "brand": brand.name,
        "on": ctx.today.isoformat(),
        "reached": [milestone.name for milestone in reached],
        "next": await _next(ctx, brand.id, milestones),
    }
    return await reviewing.announce(
        ctx, "approve/done", "approve/opinion", organization, values, subject="declaration", subject_id=0
    )


@command(Agree, who=ADMIN, denied="approve/admin_only", about=DECLARATION, audience=Audience.COMMITTEE)
async def agree(ctx: Context[Declaration], asked: Agree) -> Reply:
    """同意 to a declaration: named as such, or in reply to it."""
    reviewing.named(ctx, asked)
    return await approve.handler(ctx, asked)


async def _next(ctx: Context[Any], brand_id: int, milestones: tuple[MilestoneFacts, ...]) -> dict[str, Any] | None:
    done = (await brands.reached(ctx.session, [brand_id])).get(brand_id, {})
    coming = next((milestone for milestone in milestones if milestone.id not in done), None)
    return {"name": coming.name, "due": deadline(coming.due_on, ctx.today, ctx.calendar)} if coming else None


@command(
    PaperReceived,
    who=COMMITTEE,
    about=PAPER,
    audience=Audience.COMMITTEE,
    summary="已收到、未收到：答复纸质材料",
    examples={"已收到 某某局": Shown("paper.chat")},
)
async def received(ctx: Context[Paper], asked: PaperReceived) -> Reply:
    """The committee has the paper; counts do not change."""
    return await _answer(ctx, received=True)


@command(PaperNotReceived, who=COMMITTEE, about=PAPER, audience=Audience.COMMITTEE)
async def not_received(ctx: Context[Paper], asked: PaperNotReceived) -> Reply:
    """The committee does not have it."""
    return await _answer(ctx, received=False)


async def _answer(ctx: Context[Paper], *, received: bool) -> Reply:
    """Write the answer down, and tell the unit."""
    claim, organization = ctx.about.claim, ctx.about.organization
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
    await acting.record(ctx, organization.id, "paper_decided", claim.subject, {"received": received, "id": claim.subject_id})
    about = {"org": organization.code, "subject": claim.subject, "subject_id": claim.subject_id}
    reply, reached = await acting.tell(
        ctx, Reply("approve/paper", {}), organization, "approve/paper_told", values=values, about=about
    )
    return Reply("approve/paper", {**values, "reached": reached}, about=about, others=reply.others)


async def _answered(ctx: Context[Paper], claim_id: int, values: dict[str, Any]) -> Refusal:
    claim = await papers.by_id(ctx.session, claim_id)
    at = claim.decided_at.astimezone(ctx.now.tzinfo).isoformat() if claim and claim.decided_at else None
    return Refusal("approve/paper_answered", **{**values, "received": claim.received if claim else None}, at=at)


def _name(ctx: Context[Paper], claim: Claim) -> str:
    milestones = ctx.plan.milestones if ctx.plan else ()
    named = (milestone.name for milestone in milestones if milestone.id == claim.subject_id)
    return next(named, "") if claim.subject == "milestone" else ""
