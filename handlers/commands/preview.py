"""下周预告: who would hear what next week, with a veto; 启用提醒 and 暂停全部提醒."""

from datetime import datetime, timedelta
from typing import Any

from handlers import acting, duties
from handlers.contract import ADMIN, COMMITTEE, Audience, Context, Refusal, Shown, Tick, command
from handlers.matters import ALL, ALL_OR_ONE
from handlers.rights import AMONG_US
from handlers.views.outlook import Group, Outlook, outlook
from handlers.views.week import next_week
from messages.requests.committee import ConfirmEnable, Enable, LeaveOff, Preview, StopAll, Veto
from messages.writing.reply import Button, Reply
from storage import switch
from storage.mail import notices

Ctx = Context[None]


@command(
    Preview,
    who=COMMITTEE,
    about=ALL,
    audience=Audience.COMMITTEE,
    summary="下周预告：下周会给谁发什么，可以否决；管理员启用或暂停全部提醒",
    examples={
        "下周预告": "下周预告",
        "否决 1": Shown("switch_on.chat"),
        "启用提醒": Shown("switch_on.chat"),
        "暂停全部提醒": Shown("switch_on.chat"),
    },
)
async def preview(ctx: Ctx, asked: Preview) -> Reply:
    """Next week, day by day, as numbered groups."""
    tick = await _tick(ctx)
    start, end = next_week(tick.plan, ctx.today)
    seen = await _look(tick, start, end)
    about = {"preview": start.date().isoformat()}
    return Reply("preview/week", _values(tick, seen, start, end), about=about)


async def _tick(ctx: Ctx) -> Tick:
    if ctx.plan is None:
        raise Refusal("common/no_plan")
    on_since = await switch.on_since(ctx.session)
    return Tick(ctx.session, ctx.now, ctx.plan, ctx.calendar, ctx.bot_name, on_since)


async def _look(tick: Tick, start: datetime, end: datetime) -> Outlook:
    """Plan what is not planned yet, and look."""
    await duties.plan(tick)
    return await outlook(tick, start, end)


def _values(tick: Tick, seen: Outlook, start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "start": start.date().isoformat(),
        "end": (end - timedelta(days=1)).date().isoformat(),
        "groups": seen.values(tick.plan.timezone),
        "messages": seen.messages,
        "reached": seen.reached,
        "on": tick.switched_on_at is not None,
        "cap": tick.plan.rules.weekly_cap,
    }


def _chosen(seen: Outlook, asked: Veto) -> list[Group]:
    if not asked.numbers and (asked.everything or asked.org):
        return [group for group in seen.groups if not group.vetoed]
    if not asked.numbers:
        raise Refusal("preview/which")
    wrong = [number for number in asked.numbers if not 1 <= number <= len(seen.groups)]
    if wrong:
        raise Refusal("preview/no_such", number=wrong[0], total=len(seen.groups))
    return [seen.groups[number - 1] for number in asked.numbers]


@command(Veto, who=COMMITTEE, about=ALL_OR_ONE, audience=Audience.COMMITTEE, where=AMONG_US)
async def veto(ctx: Ctx, asked: Veto) -> Reply:
    """Next week's groups by number (or those of the preview replied to), all of them or one organisation's."""
    tick = await _tick(ctx)
    start, _ = next_week(tick.plan, ctx.today)
    if isinstance(shown := ctx.replied.get("preview"), str):
        start = datetime.fromisoformat(shown).replace(tzinfo=tick.plan.timezone)
    seen = await _look(tick, start, start + timedelta(days=7))
    chosen = _chosen(seen, asked)
    only = seen.codes.get(asked.org) if asked.org else None
    picked = [(group, one, unit) for group in chosen for one, unit in group.members() if only is None or unit == only]
    if not picked:
        raise Refusal("preview/nothing")
    ids = [one for _, one, _ in picked]
    await notices.vetoed(ctx.session, ids, "工委否决", ctx.now)
    await acting.record(ctx, None, "veto", "notices", {"notices": ids})
    units = {unit for group in chosen for unit in group.units if only is None or unit == only}
    names = [name for unit, name in seen.names.items() if unit in units]
    heard = sum(unit is None or unit in group.units for group, _, unit in picked)
    return Reply("preview/vetoed", {"notices": heard, "units": names[:10], "total": len(names)})


@command(Enable, who=ADMIN, denied="preview/admin_only", about=ALL, audience=Audience.COMMITTEE, where=AMONG_US)
async def offer(ctx: Ctx, asked: Enable) -> Reply:
    """Show what would leave from now to the end of next week, and ask."""
    if await switch.on_since(ctx.session) is not None:
        raise Refusal("preview/on_already")
    tick = await _tick(ctx)
    _, end = next_week(tick.plan, ctx.today)
    seen = await _look(tick, ctx.now, end)
    buttons = (Button(ConfirmEnable(), only=ctx.sender.account_id), Button(LeaveOff(), only=ctx.sender.account_id))
    return Reply("preview/enable", _values(tick, seen, ctx.now, end), buttons=buttons)


@command(ConfirmEnable, who=ADMIN, denied="preview/admin_only", about=ALL, audience=Audience.COMMITTEE, where=AMONG_US)
async def enable(ctx: Ctx, asked: ConfirmEnable) -> Reply:
    """The reminders are on from now."""
    if not await switch.turn(ctx.session, on=True, account_id=ctx.sender.account_id, now=ctx.now):
        raise Refusal("preview/on_already")
    await acting.record(ctx, None, "nudges on", "notices", {})
    return Reply("preview/enabled")


@command(LeaveOff, who=COMMITTEE, about=ALL, audience=Audience.COMMITTEE)
async def leave_off(ctx: Ctx, asked: LeaveOff) -> Reply:
    """Nothing is switched on."""
    return Reply("preview/left_off")


@command(StopAll, who=ADMIN, denied="preview/admin_only", about=ALL_OR_ONE, audience=Audience.COMMITTEE, where=AMONG_US)
async def stop_all(ctx: Ctx, asked: StopAll) -> Reply:
    """At once: nothing unprompted leaves any more, not even what is on its way; a part of it is asked back."""
    if asked.org or asked.due or asked.other:
        raise Refusal(
            "preview/stop_part",
            buttons=(Button(StopAll(), only=ctx.sender.account_id),),
            org=ctx.directory.short(asked.org),
            until=asked.due.isoformat() if asked.due else None,
            other=asked.other,
        )
    if not await switch.turn(ctx.session, on=False, account_id=ctx.sender.account_id, now=ctx.now):
        raise Refusal("preview/off_already")
    stopped = await notices.stop_unprompted(ctx.session, ctx.now)
    await acting.record(ctx, None, "nudges off", "notices", {"stopped": stopped})
    return Reply("preview/stopped", {"stopped": stopped})
