"""进度: how far an organisation is, with what stands below it; the committee also asks how far all are."""

from typing import Any

from handlers import rights
from handlers.contract import MEMBER, Audience, Context, command
from handlers.matters import UNIT_OR_ALL
from handlers.views.item import item
from handlers.views.phase import phase
from handlers.views.standing import standing
from messages.requests.asking import History, Missing, Status, Todo, Weekly
from messages.writing.reply import Button, Reply
from storage import brands, organizations, reports
from storage.derived import counts, due
from storage.tables import Organization

BELOW = 30
"""How many organisations below are listed; the rest is counted."""


@command(
    Status,
    who=MEMBER,
    about=UNIT_OR_ALL,
    audience=Audience.OWN,
    summary="查进度：本单位、所属党组织，或某个单位",
    examples={"进度": "当前节点为", "我们单位到哪一步了": "时限"},
)
async def status(ctx: Context[Organization | None], asked: Status) -> Reply:
    """Tell where the organisation stands, what is due next and what was told last."""
    organization = ctx.about
    if organization is None:
        return await _overall(ctx)
    below = [code for code in await _below(ctx, organization) if rights.may_read(ctx, code.code)]
    everyone = [organization, *below]
    ids = [one.id for one in everyone]
    every = await brands.of_all(ctx.session, ids)
    known = {one: brand for one, brand in every.items() if brand.state != "draft"}
    owed = await due.items(ctx.session, organization_ids=ids)
    promised = [one for one in owed if one.subject == "commitment"]
    last = await reports.last(ctx.session, [organization.id])
    values = {
        **standing(organization, known.get(organization.id), owed, ctx.today, ctx.calendar),
        "promises": [item(one, ctx.today, ctx.calendar) for one in promised if one.organization_id == organization.id],
        "last": last and {"number": last.number, "content": last.content, "on": _told_on(ctx, last)},
        "below": [standing(one, known.get(one.id), owed, ctx.today, ctx.calendar) for one in below[:BELOW]],
        "below_total": len(below),
        "below_branded": sum(one.id in known for one in below),
    }
    return Reply(
        "status/organization",
        values,
        buttons=(Button(Todo(org=organization.code)), Button(History(org=organization.code))),
        about={"org": organization.code},
    )


async def _overall(ctx: Context[Any]) -> Reply:
    """The counts over all direct organisations; the rest apart."""
    told = await counts.counts(ctx.session, ctx.today)
    now = ctx.plan.phase_on(ctx.today) if ctx.plan else None
    values = {"counts": told.values(), "phase": phase(now, ctx.today, ctx.calendar) if now else None}
    return Reply("status/overall", values, buttons=(Button(Missing()), Button(Weekly())))


async def _below(ctx: Context[Any], organization: Organization) -> list[Organization]:
    """All that stands below, in official order. Two statements."""
    ids = await organizations.subtree_ids(ctx.session, organization.id)
    rows = await organizations.by_ids(ctx.session, [one for one in ids if one != organization.id])
    return sorted(rows.values(), key=lambda row: row.position)


def _told_on(ctx: Context[Any], report: reports.ReportFacts) -> str:
    """The day something happened, else the day it was told."""
    happened = report.parts[-1].occurred_on
    return (happened or report.reported_at.astimezone(ctx.now.tzinfo).date()).isoformat()
