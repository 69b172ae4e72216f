"""周报: the summary of any week, now: the committee's as a draft, or a unit's own."""

from handlers.contract import MEMBER, Audience, Context, Refusal, command
from handlers.matters import UNIT_OR_ALL
from handlers.views import summary
from handlers.views.week import monday, week_of
from messages.requests.asking import Todo, Weekly
from messages.writing.reply import HERE, Button, Reply
from storage.derived import digest, due
from storage.tables import Organization


@command(
    Weekly,
    who=MEMBER,
    about=UNIT_OR_ALL,
    audience=Audience.OWN,
    summary="出周报：本周或某一周的情况",
    examples={"周报": "本周登记进展", "上周周报": "本周登记进展"},
)
async def weekly(ctx: Context[Organization | None], asked: Weekly) -> Reply:
    """The week up to now; a week that lies behind, as it was summed up then."""
    if ctx.plan is None:
        raise Refusal("common/no_plan")
    day = asked.week or ctx.today
    if monday(day) > ctx.today:
        raise Refusal("weekly/ahead", today=ctx.today.isoformat())
    if monday(day) < monday(ctx.plan.starts_on):
        raise Refusal("weekly/before", starts_on=ctx.plan.starts_on.isoformat())
    week = week_of(ctx.plan, ctx.calendar, day, ctx.now)
    organization = ctx.about
    if organization is None:
        return await summary.committee(ctx.session, ctx.plan, ctx.calendar, week, HERE.id, policy="answer")
    unit = organization.id
    brought = (await digest.of_units(ctx.session, [unit], week.since, week.until))[unit]
    owed = [] if week.closed else await due.items(ctx.session, organization_ids=[unit], until=week.last + summary.AHEAD)
    values = summary.unit(organization.short_name, brought, owed, week, ctx.calendar)
    return Reply("weekly/unit", values, buttons=(Button(Todo(org=organization.code)),))
