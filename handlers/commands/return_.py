"""退回: the admin sends a declaration back with reasons, to be done again by a day."""

import re
from typing import Any

from handlers import acting, reviewing
from handlers.contract import ADMIN, Context, Refusal, Shown, command
from messages.reading.result import Reading
from messages.writing.reply import Reply
from storage import brands

POINTS = re.compile(r"[；;\n]+|(?:^|(?<=[。；;\s]))(?:[（(]?[一二三四五六七八九1-9][）)]|[一二三四五六七八九1-9][、.．])")


@command(
    "return",
    who=ADMIN,
    summary="退回申报：说明需修改之处，可带期限（不写则10个工作日）",
    examples={"退回 某某局 内涵偏空，请补充典型案例": Shown("review.chat")},
)
async def send_back(ctx: Context, said: Reading) -> Reply:
    """Return the declaration that waits; without a reason it is asked for, without a day it is ten workdays."""
    organization, brand = await reviewing.waiting(ctx, said)
    workdays = ctx.plan.rules.return_workdays if ctx.plan else 10
    reason = (said.reason or "").strip(" 　。；;，,\n")
    if not reason:
        asked: dict[str, Any] = {"organization": organization.short_name, "brand": brand.name, "workdays": workdays}
        raise Refusal("return/ask_reason", missing=("reason",), **asked)
    if said.due is not None and said.due <= ctx.today:
        raise Refusal("return/past_due", missing=("due",), on=said.due.isoformat())
    due_on = said.due or ctx.calendar.add_workdays(ctx.today, workdays)
    if not await brands.send_back(ctx.session, brand, due_on=due_on):
        raise await reviewing.decided(ctx, organization, brand)
    await brands.note(
        ctx.session, brand, "returned", at=ctx.now, on=ctx.today, by=ctx.sender.account_id, reason=reason, due_on=due_on
    )
    await acting.record(ctx, organization, "return", brand.name, {"reason": reason, "due": due_on.isoformat()})
    values = {
        "brand": brand.name,
        "points": points(reason),
        "due": acting.deadline(ctx, due_on),
        "default_workdays": None if said.due else workdays,
    }
    return await reviewing.announce(ctx, "return", organization, values, subject="return", subject_id=brand.id)


def points(reason: str) -> list[str]:
    """The reasons one by one: separated by semicolons, lines or numbers."""
    return [point for part in POINTS.split(reason) if (point := (part or "").strip(" 　。；;，,\n"))]
