"""下周预告: who would hear what next week, with a veto; 启用提醒 and 暂停全部提醒."""

import re
from datetime import datetime, timedelta
from typing import Any

from handlers import duties, rights
from handlers.contract import ADMIN, COMMITTEE, Context, Refusal, Shown, Tick, command
from handlers.duties.outlook import Group, Outlook, next_week, outlook
from messages.reading.result import Reading
from messages.writing.reply import Button, Reply
from storage import audit, switch
from storage.mail import notices

NUMBERS = re.compile(r"(?<![\d-])\d{1,2}(?![\d-])")


@command(
    "preview",
    who=COMMITTEE,
    summary="下周预告：下周会给谁发什么，可以否决；管理员启用或暂停全部提醒",
    examples={
        "下周预告": "下周预告",
        "否决 1": Shown("switch_on.chat"),
        "启用提醒": Shown("switch_on.chat"),
        "暂停全部提醒": Shown("switch_on.chat"),
    },
)
async def preview(ctx: Context, said: Reading) -> Reply:
    """By what was said or pressed: look ahead, veto, switch on (after a look), stop everything."""
    action = ctx.pressed.fields.get("action") if ctx.pressed is not None else said.action
    match action:
        case "veto":
            return await _veto(ctx, said)
        case "enable":
            return await _offer(ctx)
        case "confirm_enable":
            return await _enable(ctx)
        case "leave_off":
            return Reply("preview/left_off")
        case "stop_all":
            return await _stop_all(ctx)
        case _:
            return await _ahead(ctx)


async def _tick(ctx: Context) -> Tick:
    if ctx.plan is None:
        raise Refusal("common/no_plan")
    on_since = await switch.on_since(ctx.session)
    return Tick(ctx.session, ctx.now, ctx.plan, ctx.calendar, ctx.bot_name, on_since)


async def _look(ctx: Context, start: datetime, end: datetime) -> tuple[Tick, Outlook]:
    """Plan what is not planned yet, and look."""
    tick = await _tick(ctx)
    await duties.plan(tick)
    return tick, await outlook(ctx.session, tick, start, end)


def _values(ctx: Context, tick: Tick, seen: Outlook, start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "start": start.date().isoformat(),
        "end": (end - timedelta(days=1)).date().isoformat(),
        "groups": seen.values(tick.plan.timezone),
        "messages": seen.messages,
        "reached": seen.reached,
        "on": tick.switched_on_at is not None,
        "cap": tick.plan.rules.weekly_cap,
    }


async def _ahead(ctx: Context) -> Reply:
    tick = await _tick(ctx)
    start, end = next_week(tick.plan, ctx.calendar, ctx.today)
    tick, seen = await _look(ctx, start, end)
    about = {"preview": start.date().isoformat()}
    reply = Reply("preview/week", _values(ctx, tick, seen, start, end), about=about)
    return await rights.discreet(ctx, ctx.directory.names, reply)


def _chosen(ctx: Context, seen: Outlook, said: Reading) -> list[Group]:
    numbers = [int(number) for number in NUMBERS.findall(ctx.text)]
    if not numbers and ("全部" in ctx.text or (said.org and _named(ctx, said.org))):
        return [group for group in seen.groups if not group.vetoed]
    if not numbers:
        raise Refusal("preview/which")
    wrong = [number for number in numbers if not 1 <= number <= len(seen.groups)]
    if wrong:
        raise Refusal("preview/no_such", number=wrong[0], total=len(seen.groups))
    return [seen.groups[number - 1] for number in numbers]


async def _veto(ctx: Context, said: Reading) -> Reply:
    """Next week's groups by number (or those of the preview replied to), all of them or one organisation's."""
    rights.require_chat(ctx, "committee", "private")
    tick = await _tick(ctx)
    start, _ = next_week(tick.plan, ctx.calendar, ctx.today)
    if isinstance(shown := ctx.replied.get("preview"), str):
        start = datetime.fromisoformat(shown).replace(tzinfo=tick.plan.timezone)
    _, seen = await _look(ctx, start, start + timedelta(days=7))
    chosen = _chosen(ctx, seen, said)
    only = seen.codes.get(said.org) if said.org and ctx.chat.kind != "unit" and _named(ctx, said.org) else None
    picked = [(group, one, unit) for group in chosen for one, unit in group.members() if only is None or unit == only]
    if not picked:
        raise Refusal("preview/nothing")
    ids = [one for _, one, _ in picked]
    await notices.vetoed(ctx.session, ids, "工委否决", ctx.now)
    await _note(ctx, "veto", {"notices": ids})
    units = {unit for group in chosen for unit in group.units if only is None or unit == only}
    names = [name for unit, name in seen.names.items() if unit in units]
    heard = sum(unit is None or unit in group.units for group, _, unit in picked)
    return Reply("preview/vetoed", {"notices": heard, "units": names[:10], "total": len(names)})


def _named(ctx: Context, code: str) -> bool:
    """The organisation was said, not only understood from where it was said."""
    known = ctx.directory.names[code]
    return any(name in ctx.text for name in (known.short, *known.aliases))


def _admin(ctx: Context) -> None:
    if ctx.sender.roles.isdisjoint(ADMIN):
        raise Refusal("preview/admin_only")
    rights.require_chat(ctx, "committee", "private")


async def _offer(ctx: Context) -> Reply:
    """Show what would leave from now to the end of next week, and ask."""
    _admin(ctx)
    if await switch.on_since(ctx.session) is not None:
        raise Refusal("preview/on_already")
    tick = await _tick(ctx)
    _, end = next_week(tick.plan, ctx.calendar, ctx.today)
    tick, seen = await _look(ctx, ctx.now, end)
    buttons = (
        Button("confirm", "preview", {"action": "confirm_enable"}, only=ctx.sender.account_id),
        Button("cancel", "preview", {"action": "leave_off"}, only=ctx.sender.account_id),
    )
    return Reply("preview/enable", _values(ctx, tick, seen, ctx.now, end), buttons=buttons)


async def _enable(ctx: Context) -> Reply:
    _admin(ctx)
    if not await switch.turn(ctx.session, on=True, account_id=ctx.sender.account_id, now=ctx.now):
        raise Refusal("preview/on_already")
    await _note(ctx, "nudges on", {})
    return Reply("preview/enabled")


async def _stop_all(ctx: Context) -> Reply:
    """At once: nothing unprompted leaves any more, not even what is on its way."""
    _admin(ctx)
    if not await switch.turn(ctx.session, on=False, account_id=ctx.sender.account_id, now=ctx.now):
        raise Refusal("preview/off_already")
    stopped = await notices.stop_unprompted(ctx.session, ctx.now)
    await _note(ctx, "nudges off", {"stopped": stopped})
    return Reply("preview/stopped", {"stopped": stopped})


async def _note(ctx: Context, act: str, content: dict[str, Any]) -> None:
    await audit.record(
        ctx.session, scope=0, actor=ctx.sender.account_id, act=act, subject="notices", content=content, now=ctx.now
    )
