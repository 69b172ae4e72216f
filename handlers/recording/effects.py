"""What a report settles: promises kept and milestones reached, and how a withdrawal takes that back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers import acting
from handlers.contract import Context, Refusal
from handlers.recording import milestones, which_promise
from messages.requests.work import PromiseKept, Withdraw
from messages.writing.reply import Button, Reply
from storage import brands, commitments, papers, reports
from storage.commitments import Promise
from storage.reports import Part
from storage.tables import Organization
from storage.tables.brand import APPROVED

Ctx = Context[Any]
DECLARING = re.compile(r"申报|修改完善|重新报送")


@dataclass(frozen=True, slots=True)
class Caused:
    """What a report settled, by name; `asked` are the promises of which it may have kept one."""

    kept: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()  # milestones that count only once the declaration is approved
    asked: tuple[Promise, ...] = ()
    still: tuple[Promise, ...] = ()  # the promises that are open yet


async def apply(ctx: Ctx, organization: Organization, told: Sequence[Part], ids: Sequence[int]) -> Caused:
    """Set the milestones that a report names as done, and close the promise that it names or replies to."""
    reached, waiting = await _reach(ctx, organization, told, ids)
    kept, asked, still = await _keep(ctx, organization, told, ids[-1])
    return Caused(kept, reached, waiting, asked, still)


async def apply_milestones(
    ctx: Ctx, number: str, organization: Organization, told: Sequence[Part], rows: Sequence[int]
) -> Caused:
    """The same words on another day: milestones move to that day, promises kept stay kept."""
    await brands.unreach(ctx.session, await reports.versions(ctx.session, number))
    reached, waiting = await _reach(ctx, organization, told, rows)
    return Caused((), reached, waiting)


async def _reach(
    ctx: Ctx, organization: Organization, told: Sequence[Part], ids: Sequence[int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if ctx.plan is None:
        return (), ()
    named = [
        (milestone, part, row)
        for part, row in zip(told, ids, strict=True)
        for milestone in milestones.done(ctx.plan, part.content)
    ]
    if not named:
        return (), ()
    brand = await brands.of(ctx.session, organization.id)
    if brand is None or brand.standing == "branch" or brand.state not in APPROVED:
        return (), tuple(dict.fromkeys(milestone.name for milestone, _, _ in named))
    reached: list[str] = []
    for milestone, part, row in named:
        on = part.occurred_on or ctx.said_on
        if await brands.reach(ctx.session, brand.id, [milestone.id], on=on, report_id=row):
            reached.append(milestone.name)
    return tuple(reached), ()


async def _keep(
    ctx: Ctx, organization: Organization, told: Sequence[Part], row: int
) -> tuple[tuple[str, ...], tuple[Promise, ...], tuple[Promise, ...]]:
    """The one promise meant is kept; the same words promised twice are one; several are asked about.

    What was kept, which may have been meant, and what is open yet.
    """
    standing = await commitments.open_of(ctx.session, organization.id)
    meant = _replied_to(ctx, standing) or which_promise.named(standing, "\n".join(part.content for part in told))
    objects = tuple(dict.fromkeys(promise.object for promise in meant))
    if len(objects) > 1:
        return (), tuple(meant), tuple(standing)
    for promise in meant:
        await commitments.keep(ctx.session, promise.id, by_report=row, on=told[-1].occurred_on or ctx.said_on)
    return objects, (), tuple(promise for promise in standing if promise not in meant)


def _replied_to(ctx: Ctx, standing: Sequence[Promise]) -> list[Promise]:
    """The promise that the bot's message replied to was about."""
    if ctx.replied.get("subject") != "commitment":
        return []
    return [promise for promise in standing if promise.id == ctx.replied.get("subject_id")]


async def replied_about(ctx: Ctx, organization: Organization) -> str:
    """The promise or milestone, by name, that the bot's message replied to was about; "" without one."""
    if ctx.replied.get("subject") == "milestone" and ctx.plan is not None:
        return next((step.name for step in ctx.plan.milestones if step.id == ctx.replied.get("subject_id")), "")
    standing = _replied_to(ctx, await commitments.open_of(ctx.session, organization.id)) if ctx.replied else []
    return standing[0].object if standing else ""


async def answers(ctx: Ctx, organization: Organization) -> tuple[str, int] | None:
    """The due item that these words are about: the one of the message replied to, or the declaration that they name."""
    about = ctx.replied.get("answers") if ctx.replied.get("org") == organization.code else None
    if isinstance(about, list) and len(about) == 2:
        return str(about[0]), int(about[1])
    if not DECLARING.search(ctx.text):
        return None
    brand = await brands.of(ctx.session, organization.id)
    if brand is None or brand.state == "draft":
        return "declaration", 0
    return ("return", brand.id) if brand.state == "returned" else None


def ask(asked: Sequence[Promise], number: str, code: str) -> tuple[Button, ...]:
    """A button for each promise that may be meant."""
    return tuple(
        Button(PromiseKept(promise=promise.id, number=number, org=code), text=promise.object[:20]) for promise in asked[:6]
    )


async def settle(ctx: Context[Organization], asked: PromiseKept) -> Reply:
    """The answer to which promise a report kept."""
    organization = ctx.about
    report = await reports.by_number(ctx.session, asked.number)
    standing = await commitments.open_of(ctx.session, organization.id)
    promise = next((one for one in standing if one.id == asked.promise), None)
    if report is None or report.organization_id != organization.id or report.withdrawn_at is not None or promise is None:
        raise Refusal("report/promise_gone")
    part = report.parts[-1]
    await commitments.keep(ctx.session, promise.id, by_report=part.id, on=part.occurred_on or ctx.said_on)
    await acting.record(ctx, organization.id, "promise_kept", report.number, {"promise": promise.id})
    return Reply(
        "report/kept",
        {"organization": organization.short_name, "number": report.number, "object": promise.object},
        buttons=(undo(report.number, organization.code),),
        about={"org": organization.code, "number": report.number},
    )


def undo(number: str, code: str) -> Button:
    """[撤回] under what was recorded."""
    return Button(Withdraw(number=number, org=code))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a withdrawal took with it, by name."""

    dropped: tuple[str, ...]
    reopened: tuple[str, ...]
    milestones: tuple[str, ...]


async def take_back(ctx: Ctx, number: str, *, promises_too: bool = True) -> TakenBack:
    """Undo all that a report settled (and, if it is withdrawn, what it promised)."""
    rows = await reports.versions(ctx.session, number)
    dropped = await commitments.drop_of(ctx.session, rows, ctx.now) if promises_too else []
    reopened = await commitments.reopen_of(ctx.session, rows)
    unreached = await brands.unreach(ctx.session, rows)
    if promises_too:
        await papers.withdraw_of(ctx.session, rows, at=ctx.now, by=ctx.sender.account_id)
    return TakenBack(tuple(dropped), tuple(reopened), tuple(unreached))
