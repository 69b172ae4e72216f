"""Whose matter a request is: from a code, a number, a reply or a button to the thing and its organisation."""

from dataclasses import dataclass
from typing import Any

from handlers import rights
from handlers.contract import About, Allow, Context, Matter, Refusal, WhichOrganization
from messages.requests import Request
from messages.requests.asking import History
from messages.requests.brand import Agree, Approve, Refuse, Return
from messages.requests.work import Withdraw
from storage import brands, organizations, papers, reports
from storage.brands import BrandFacts
from storage.papers import Claim
from storage.reports import ReportFacts
from storage.tables import Organization

Ctx = Context[Any]
DECIDED = ("approved", "returned", "matured", "exemplar")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration that waits for its decision."""

    organization: Organization
    brand: BrandFacts


@dataclass(frozen=True, slots=True)
class Paper:
    """What an organisation says to have handed in on paper."""

    organization: Organization
    claim: Claim


@dataclass(frozen=True, slots=True)
class Record:
    """A report that still stands."""

    organization: Organization
    report: ReportFacts


async def _nothing(ctx: Ctx, asked: Request, allow: Allow) -> Matter[None]:
    return Matter(None)


async def _everybody(ctx: Ctx, asked: Request, allow: Allow) -> Matter[None]:
    """What cannot be had of one organisation is not taken for all."""
    if asked.organization is not None:
        raise Refusal("common/for_all", org=ctx.directory.short(asked.organization))
    return Matter(None, "all")


async def _everybody_or_one(ctx: Ctx, asked: Request, allow: Allow) -> Matter[None]:
    return Matter(None, "all")


async def unit(ctx: Ctx, code: str | None, asked: Request, allow: Allow) -> Organization:
    """The organisation of a code for which the sender may; without a code it is asked for."""
    if code is None:
        raise WhichOrganization
    allow(code)
    if code not in ctx.organizations:
        found = await organizations.by_code(ctx.session, code)
        if found is None:
            raise Refusal("rights/not_yours", org=None, reading=asked.asks)
        ctx.organizations[code] = found
    return ctx.organizations[code]


async def _unit(ctx: Ctx, asked: Request, allow: Allow) -> Matter[Organization]:
    found = await unit(ctx, asked.organization, asked, allow)
    return Matter(found, (found.code,))


async def _unit_or_all(ctx: Ctx, asked: Request, allow: Allow) -> Matter[Organization | None]:
    """The committee asks for all where it names nobody."""
    if asked.organization is None and rights.serves_committee(ctx):
        return Matter(None, "all")
    found = await unit(ctx, asked.organization, asked, allow)
    return Matter(found, (found.code,))


async def _declaration(ctx: Ctx, asked: Approve | Agree | Return | Refuse, allow: Allow) -> Matter[Declaration]:
    """The declaration to be decided; a Refusal says why there is none, and who decided it when."""
    organization = await unit(ctx, asked.org, asked, allow)
    brand = await brands.of(ctx.session, organization.id)
    branch = brand is not None and brand.standing == "branch"
    if asked.subject not in (None, "declaration") and (brand is None or brand.state != "submitted" or branch):
        raise Refusal("common/not_open_yet")
    if brand is None or brand.state == "draft" or branch:
        raise Refusal("approve/nothing", organization=organization.short_name, branch=branch)
    if ctx.version not in (None, brand.version):
        raise Refusal("approve/newer", organization=organization.short_name, brand=brand.name, version=brand.version)
    if brand.state != "submitted":
        raise await decided(ctx, organization, brand)
    submitted = await brands.last_step(ctx.session, brand.id, "submitted")
    rights.not_own(ctx, submitted.account_id if submitted else None, organization.code)
    return Matter(Declaration(organization, brand), (organization.code,))


async def decided(ctx: Ctx, organization: Organization, brand: BrandFacts) -> Refusal:
    """Who decided, and when: the answer to whoever comes second."""
    step = await brands.last_step(ctx.session, brand.id, *DECIDED)
    return Refusal(
        "approve/decided",
        organization=organization.short_name,
        brand=brand.name,
        state=brand.state,
        at=step.at.astimezone(ctx.now.tzinfo).isoformat() if step and not step.baseline else None,
        own=step is not None and step.account_id == ctx.sender.account_id,
    )


async def _paper(ctx: Ctx, asked: Any, allow: Allow) -> Matter[Paper]:
    organization = await unit(ctx, asked.org, asked, allow)
    if asked.claim is not None:
        claim = await papers.by_id(ctx.session, asked.claim)
    else:
        claim = next(iter(await papers.find(ctx.session, organization_id=organization.id)), None)
    if claim is None or claim.organization_id != organization.id:
        raise Refusal("approve/no_paper", organization=organization.short_name)
    return Matter(Paper(organization, claim), (organization.code,))


async def report_meant(ctx: Ctx, asked: Any, allow: Allow) -> Record:
    """The report that is to be changed: by its number, by the message replied to or edited, else the sender's last one.

    One of an organisation that the sender may not read is answered as one that does not exist.
    """
    report = await _report(ctx, asked, allow)
    owner = await _owner(ctx, report)
    if report is None or owner is None:
        raise Refusal("correct/none", number=asked.number)
    allow(owner.code)
    if report.withdrawn_at is not None:
        raise Refusal("correct/withdrawn", number=report.number, at=report.withdrawn_at.astimezone(ctx.now.tzinfo).isoformat())
    return Record(owner, report)


async def _owner(ctx: Ctx, report: ReportFacts | None) -> Organization | None:
    """Whose report it is; nobody's where the sender may not read it, as if there were none."""
    owner = await organizations.by_id(ctx.session, report.organization_id) if report else None
    return owner if owner is not None and rights.may_read(ctx, owner.code) else None


async def _report(ctx: Ctx, asked: Any, allow: Allow) -> ReportFacts | None:
    if ctx.amends is not None and (edited := await reports.of_inbound(ctx.session, ctx.amends)):
        return edited
    number = asked.number or ctx.replied.get("number")
    if number:
        return await reports.by_number(ctx.session, str(number))
    return await last(ctx, asked, allow)


async def last(ctx: Ctx, asked: Any, allow: Allow) -> ReportFacts | None:
    """The sender's own last report; where there is none, the last one of the organisation itself."""
    organization = await unit(ctx, asked.org, asked, allow) if asked.org else None
    if organization is None:
        return await reports.last(ctx.session, account_id=ctx.sender.account_id)
    below = await organizations.subtree_ids(ctx.session, organization.id)
    own = await reports.last(ctx.session, below, account_id=ctx.sender.account_id)
    return own or await reports.last(ctx.session, [organization.id])


async def _record(ctx: Ctx, asked: Any, allow: Allow) -> Matter[Record]:
    found = await report_meant(ctx, asked, allow)
    return Matter(found, (found.organization.code,))


async def _told(ctx: Ctx, asked: Any, allow: Allow) -> Matter[Organization | Record]:
    """The edit of a message is about the report that it made; anything else is told for an organisation."""
    if ctx.amends is not None and await reports.of_inbound(ctx.session, ctx.amends):
        found = await report_meant(ctx, asked, allow)
        return Matter(found, (found.organization.code,))
    organization = await unit(ctx, asked.org, asked, allow)
    return Matter(organization, (organization.code,))


async def _to_withdraw(ctx: Ctx, asked: Withdraw, allow: Allow) -> Matter[Record | Declaration]:
    """A report, or the declaration that the button, the message replied to, or the sender's last act speaks of."""
    replied = not ctx.pressed and asked.number is None and ctx.replied.get("declared") is not None
    if asked.declaration is not None or replied or await _declared_last(ctx, asked, allow):
        organization = await unit(ctx, asked.org, asked, allow)
        brand = await brands.of(ctx.session, organization.id)
        if brand is None or not undecided(brand) or ctx.version not in (None, brand.version):
            raise Refusal("withdraw/declaration_decided", organization=organization.short_name)
        return Matter(Declaration(organization, brand), (organization.code,))
    found = await report_meant(ctx, asked, allow)
    return Matter(found, (found.organization.code,))


async def _declared_last(ctx: Ctx, asked: Withdraw, allow: Allow) -> bool:
    """The sender declared after the last report, so that the last thing to take back is the declaration."""
    if asked.number is not None or "number" in ctx.replied or ctx.pressed or asked.org is None:
        return False
    organization = await unit(ctx, asked.org, asked, allow)
    brand = await brands.of(ctx.session, organization.id)
    if brand is None or not undecided(brand):
        return False
    step = await brands.last_step(ctx.session, brand.id, "submitted")
    if step is None or step.account_id != ctx.sender.account_id:
        return False
    report = await last(ctx, asked, allow)
    return report is None or step.at > report.reported_at


def undecided(brand: BrandFacts) -> bool:
    """Waiting for its review, or a 支部品牌, which has none."""
    return brand.state == "submitted" or (brand.standing == "branch" and brand.state != "draft")


async def _history(ctx: Ctx, asked: History, allow: Allow) -> Matter[Organization | Record]:
    """One report, withdrawn or not, by a number said or replied to; else an organisation's latest.

    A number of an organisation that one may not read is not confirmed.
    """
    number = asked.number or (None if asked.org else ctx.replied.get("number"))
    if not number:
        organization = await unit(ctx, asked.org, asked, allow)
        return Matter(organization, (organization.code,))
    report = await reports.by_number(ctx.session, str(number))
    owner = await _owner(ctx, report)
    if report is None or owner is None:
        raise Refusal("history/none", number=number)
    allow(owner.code)
    return Matter(Record(owner, report), (owner.code,))


NOTHING: About[None] = About("—", _nothing)
ALL: About[None] = About("all organisations", _everybody)
ALL_OR_ONE: About[None] = About("all organisations, or the one named", _everybody_or_one)
UNIT: About[Organization] = About("the organisation named, else the own", _unit)
UNIT_OR_ALL: About[Organization | None] = About("the organisation named, else the own; the committee: all", _unit_or_all)
DECLARATION: About[Declaration] = About("the declaration that waits", _declaration)
PAPER: About[Paper] = About("what was handed in on paper", _paper)
RECORD: About[Record] = About("the report named, replied to, edited, else the last", _record)
TOLD: About[Organization | Record] = About("the organisation named, else the own; an edit: its report", _told)
TO_WITHDRAW: About[Record | Declaration] = About("the report named, replied to, else the last act", _to_withdraw)
TOLD_BEFORE: About[Organization | Record] = About("the report named, else the organisation", _history)
