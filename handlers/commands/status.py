"""进度: how far an organisation is, with what stands below it; the committee also asks how far all are."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import acting, rights
from handlers.contract import MEMBER, Audience, Context, command
from handlers.duties import days
from handlers.matters import UNIT_OR_ALL
from messages.requests.asking import History, Missing, Status, Todo, Weekly
from messages.writing.reply import Button, Reply
from storage import brands, organizations, reports
from storage.brands import BrandFacts
from storage.derived import counts, due
from storage.derived.due import Item
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
    last = await reports.last(ctx.session, [organization.id])
    values = {
        **_standing(ctx, organization, known.get(organization.id), owed),
        "last": last and {"number": last.number, "content": last.content, "on": _told_on(ctx, last)},
        "below": [_line(ctx, one, known.get(one.id), owed) for one in below[:BELOW]],
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
    tally = await counts.counts(ctx.session, ctx.today)
    phase = ctx.plan.phase_on(ctx.today) if ctx.plan else None
    values = {
        **tally.values(),
        "phase": phase and {"name": phase.name, "ends_on": phase.ends_on.isoformat()},
    }
    return Reply("status/overall", values, buttons=(Button(Missing()), Button(Weekly())))


async def _below(ctx: Context[Any], organization: Organization) -> list[Organization]:
    """All that stands below, in official order. Two statements."""
    ids = await organizations.subtree_ids(ctx.session, organization.id)
    rows = await organizations.by_ids(ctx.session, [one for one in ids if one != organization.id])
    return sorted(rows.values(), key=lambda row: row.position)


def _told_on(ctx: Context[Any], report: reports.Report) -> str:
    """The day something happened, else the day it was told."""
    happened = report.parts[-1].occurred_on
    return (happened or report.reported_at.astimezone(ctx.now.tzinfo).date()).isoformat()


def _line(ctx: Context[Any], organization: Organization, brand: BrandFacts | None, owed: Sequence[Item]) -> dict[str, Any]:
    standing = _standing(ctx, organization, brand, owed)
    return {name: standing[name] for name in ("organization", "brand", "current")}


def _standing(ctx: Context[Any], organization: Organization, brand: BrandFacts | None, owed: Sequence[Item]) -> dict[str, Any]:
    """Where one organisation stands: its brand, the item that is due first, its open promises."""
    mine = [item for item in owed if item.organization_id == organization.id]
    duties = [item for item in mine if item.subject != "commitment"]
    return {
        "organization": organization.short_name,
        "direct": organization.direct,
        "brand": _brand(ctx, brand) if brand else None,
        "current": _item(ctx, duties[0]) if duties else None,
        "promises": [_item(ctx, item) for item in mine if item.subject == "commitment"],
    }


def _brand(ctx: Context[Any], brand: BrandFacts) -> Mapping[str, Any]:
    return {
        "name": brand.name,
        "state": brand.state,
        "standing": brand.standing,
        "type": brand.brand_type,
        "owner": brand.owner_post,
        "submitted_on": brand.submitted_on.isoformat() if brand.submitted_on else None,
    }


def _item(ctx: Context[Any], item: Item) -> dict[str, Any]:
    return {
        "subject": item.subject,
        "name": item.name,
        "paused": item.paused,
        "overdue": item.due_on < ctx.today,
        "today": item.due_on == ctx.today,
        "workdays": ctx.calendar.workdays_until(ctx.today, item.due_on),
        "estimated": days.estimated(ctx.calendar, ctx.today, item.due_on),
        **acting.deadline(ctx, item.due_on),
    }
