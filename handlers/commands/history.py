"""记录: what was reported, the latest ones of an organisation or one by its number."""

from typing import Any

from handlers.contract import MEMBER, Audience, Context, Shown, command
from handlers.matters import TOLD_BEFORE, Record
from messages.requests.asking import History
from messages.writing.reply import Reply
from storage import reports
from storage.reports import ReportFacts
from storage.tables import Organization

SHOWN = 5
SHORT = 40


@command(
    History,
    who=MEMBER,
    about=TOLD_BEFORE,
    audience=Audience.OWN,
    summary="查记录：最近登记的进展，或某个编号",
    examples={"记录": "登记", "记录 2026-0001": Shown("history.chat")},
)
async def history(ctx: Context[Organization | Record], asked: History) -> Reply:
    """List the latest reports, or show one in full with its versions."""
    if isinstance(ctx.about, Record):
        return _one(ctx, ctx.about)
    organization = ctx.about
    found, total = await reports.recent(ctx.session, [organization.id], SHOWN)
    values = {
        "organization": organization.short_name,
        "total": total,
        "reports": [_values(ctx, report, short=True) for report in found],
    }
    return Reply("history/list", values, about={"org": organization.code})


def _one(ctx: Context[Any], record: Record) -> Reply:
    """One report in full, withdrawn or not."""
    values = {**_values(ctx, record.report, short=False), "organization": record.organization.short_name}
    return Reply("history/one", values, about={"org": record.organization.code, "number": record.report.number})


def _values(ctx: Context[Any], report: ReportFacts, *, short: bool) -> dict[str, Any]:
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
