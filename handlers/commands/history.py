"""记录: what was reported, the latest ones of an organisation or one by its number."""

from typing import Any

from handlers import rights
from handlers.contract import MEMBER, Context, Refusal, Shown, command
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import organizations, reports
from storage.reports import Report
from storage.tables import Organization

SHOWN = 5
SHORT = 40


@command(
    "history",
    who=MEMBER,
    summary="查记录：最近登记的进展，或某个编号",
    examples={"记录": "登记", "记录 2026-0001": Shown("history.chat")},
)
async def history(ctx: Context, said: Reading) -> Reply:
    """List the latest reports, or show one in full with its versions."""
    number = said.number or (None if said.org else ctx.replied.get("number"))
    if number:
        return await _one(ctx, str(number))
    organization = await rights.for_reading(ctx, said.org)
    found, total = await reports.recent(ctx.session, [organization.id], SHOWN)
    values = {
        "organization": organization.short_name,
        "total": total,
        "reports": [_values(ctx, report, short=True) for report in found],
    }
    reply = Reply("history/list", values, about={"org": organization.code})
    return await rights.discreet(ctx, [organization.code], reply)


async def _one(ctx: Context, number: str) -> Reply:
    """One report in full, withdrawn or not; a number of an organisation one may not read is not confirmed."""
    report = await reports.by_number(ctx.session, number)
    organization = await organizations.by_id(ctx.session, report.organization_id) if report else None
    if report is None or organization is None or not rights.may_read(ctx, organization.code):
        raise Refusal("history/none", number=number)
    values = {**_values(ctx, report, short=False), "organization": organization.short_name}
    about = {"org": organization.code, "number": report.number}
    return await _discreetly(ctx, organization, Reply("history/one", values, about=about))


async def _discreetly(ctx: Context, organization: Organization, reply: Reply) -> Reply:
    return await rights.discreet(ctx, [organization.code], reply)


def _values(ctx: Context, report: Report, *, short: bool) -> dict[str, Any]:
    reported = report.reported_at.astimezone(ctx.now.tzinfo)
    withdrawn = report.withdrawn_at
    return {
        "number": report.number,
        "version": report.version,
        "reported_at": reported.isoformat(),
        "on": (report.parts[-1].occurred_on or reported.date()).isoformat(),
        "content": report.content[:SHORT] + ("…" if len(report.content) > SHORT else "") if short else report.content,
        "parts": [
            {"date": part.occurred_on.isoformat() if part.occurred_on else None, "content": part.content}
            for part in report.parts
        ],
        "withdrawn_at": withdrawn.astimezone(ctx.now.tzinfo).isoformat() if withdrawn else None,
    }
