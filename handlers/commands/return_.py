"""退回 and 不同意: the admin sends a declaration back with reasons, to be done again by a day."""

import re
from typing import Any

from handlers import acting, matters, reviewing
from handlers.contract import ADMIN, Audience, Context, Refusal, Shown, command
from handlers.matters import DECLARATION, Declaration
from handlers.views.deadline import deadline
from messages.requests.brand import Refuse, Return
from messages.writing.reply import Reply
from storage import brands

POINTS = re.compile(r"[；;\n]+|(?:^|(?<=[。；;\s]))(?:[（(]?[一二三四五六七八九1-9][）)]|[一二三四五六七八九1-9][、.．])")


@command(
    Return,
    who=ADMIN,
    denied="approve/admin_only",
    about=DECLARATION,
    audience=Audience.COMMITTEE,
    summary="退回申报：说明需修改之处，可带期限（不写则10个工作日）",
    examples={"退回 某某局 内涵偏空，请补充典型案例": Shown("review.chat")},
)
async def send_back(ctx: Context[Declaration], asked: Return | Refuse) -> Reply:
    """Return the declaration that waits; without a reason it is asked for, without a day it is ten workdays."""
    reviewing.named(ctx, asked)
    organization, brand = ctx.about.organization, ctx.about.brand
    workdays = ctx.plan.rules.return_workdays if ctx.plan else 10
    reason = (asked.reason or "").strip(" 　。；;，,\n")
    if not reason:
        values: dict[str, Any] = {"organization": organization.short_name, "brand": brand.name, "workdays": workdays}
        raise Refusal("return/ask_reason", missing=("reason",), **values)
    if asked.due is not None and asked.due <= ctx.today:
        raise Refusal("return/past_due", missing=("due",), on=asked.due.isoformat())
    due_on = asked.due or ctx.calendar.add_workdays(ctx.today, workdays)
    if not await brands.send_back(ctx.session, brand, due_on=due_on):
        raise await matters.decided(ctx, organization, brand)
    await brands.note(
        ctx.session, brand, "returned", at=ctx.now, on=ctx.today, by=ctx.sender.account_id, reason=reason, due_on=due_on
    )
    await acting.record(ctx, organization.id, "return", brand.name, {"reason": reason, "due": due_on.isoformat()})
    values = {
        "brand": brand.name,
        "points": points(reason),
        "due": deadline(due_on, ctx.today, ctx.calendar),
        "default_workdays": None if asked.due else workdays,
    }
    return await reviewing.announce(
        ctx, "return/done", "return/opinion", organization, values, subject="return", subject_id=brand.id
    )


@command(Refuse, who=ADMIN, denied="approve/admin_only", about=DECLARATION, audience=Audience.COMMITTEE)
async def refuse(ctx: Context[Declaration], asked: Refuse) -> Reply:
    """不同意 to a declaration: named as such, or in reply to it."""
    return await send_back.handler(ctx, asked)


def points(reason: str) -> list[str]:
    """The reasons one by one: separated by semicolons, lines or numbers."""
    return [point for part in POINTS.split(reason) if (point := (part or "").strip(" 　。；;，,\n"))]
