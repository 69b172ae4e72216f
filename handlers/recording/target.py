"""Which report is meant: by its number, by the message replied to or edited, else the sender's last one."""

from handlers import rights
from handlers.contract import Context, Refusal
from messages.reading.result import Reading
from storage import organizations, reports
from storage.reports import Report
from storage.tables import Organization


async def of(ctx: Context, said: Reading) -> tuple[Report, Organization]:
    """The report that is to be corrected or withdrawn, and its organisation, for which the sender may act."""
    report = await _find(ctx, said)
    if report is None:
        raise Refusal("correct/none", number=said.number)
    return await checked(ctx, report)


async def _find(ctx: Context, said: Reading) -> Report | None:
    number = said.number or ctx.replied.get("number")
    if number:
        return await reports.by_number(ctx.session, str(number))
    if ctx.amends is not None:
        return await reports.of_inbound(ctx.session, ctx.amends)
    return await last(ctx, said)


async def last(ctx: Context, said: Reading) -> Report | None:
    """The sender's own last report; where there is none, the last one of the organisation itself."""
    organization = await rights.for_acting(ctx, said.org) if said.org else None
    if organization is None:
        return await reports.last(ctx.session, account_id=ctx.sender.account_id)
    below = await organizations.subtree_ids(ctx.session, organization.id)
    own = await reports.last(ctx.session, below, account_id=ctx.sender.account_id)
    return own or await reports.last(ctx.session, [organization.id])


async def checked(ctx: Context, report: Report) -> tuple[Report, Organization]:
    """The report with its organisation, if it still stands and the sender may act for it."""
    organization = await organizations.by_id(ctx.session, report.organization_id)
    allowed = await rights.for_acting(ctx, organization.code if organization else "")
    if report.withdrawn_at is not None:
        raise Refusal("correct/withdrawn", number=report.number, at=report.withdrawn_at.astimezone(ctx.now.tzinfo).isoformat())
    return report, allowed
