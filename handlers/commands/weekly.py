"""周报: the summary of any week, now: the committee's as a draft, or a unit's own."""

from handlers import rights
from handlers.contract import MEMBER, Context, Refusal, command
from handlers.duties import days, weekly_committee, weekly_unit
from messages.reading.result import Reading
from messages.writing.reply import HERE, Button, Reply
from storage.derived import digest, due


@command(
    "weekly",
    who=MEMBER,
    summary="出周报：本周或某一周的情况",
    examples={"周报": "本周登记进展", "上周周报": "本周登记进展"},
)
async def weekly(ctx: Context, said: Reading) -> Reply:
    """The week up to now; a week that lies behind, as it was summed up then."""
    if ctx.plan is None:
        raise Refusal("common/no_plan")
    day = said.week or said.date or ctx.today
    if days.monday(day) > ctx.today:
        raise Refusal("weekly/ahead", today=ctx.today.isoformat())
    if days.monday(day) < days.monday(ctx.plan.starts_on):
        raise Refusal("weekly/before", starts_on=ctx.plan.starts_on.isoformat())
    week = weekly_committee.week_of(ctx.plan, ctx.calendar, day, ctx.now)
    if said.org is None and rights.serves_committee(ctx):
        reply = await weekly_committee.summary(ctx.session, ctx.plan, ctx.calendar, week, HERE.id, policy="answer")
        return await _discreetly(ctx, reply)
    organization = await rights.for_reading(ctx, said.org)
    unit = organization.id
    brought = (await digest.of_units(ctx.session, due.among([unit]), week.since, week.until))[unit]
    owed = [] if week.closed else await due.items(ctx.session, organization_ids=[unit], until=week.last + days.AHEAD)
    values = weekly_unit.values_of(organization.short_name, brought, owed, week, ctx.plan, ctx.calendar)
    reply = Reply("weekly/unit", values, buttons=(Button("todo", "todo", {"org": organization.code}),))
    return await rights.discreet(ctx, [organization.code], reply)


async def _discreetly(ctx: Context, reply: Reply) -> Reply:
    """The committee's summary names everybody: where not all may see it, both its messages go to the asker's private chat."""
    if all(rights.may_show(ctx, code) for code in ctx.directory.names):
        return reply
    first = await rights.discreet(ctx, ctx.directory.names, Reply(reply.template, reply.values))
    if not first.others:
        return first
    private = first.others[0].to
    return first if not reply.others else first.also(private, reply.others[0].template, values=reply.others[0].values)
