"""Takes a plan file into the database as a new revision, and gives the plan in force back as a file."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import plans
from storage.mail import notices
from storage.plan_file.parse import PlanFile, PlanFileError, Problem
from storage.plan_file.write import write
from storage.plans import MilestoneFacts, PlanFacts, Rules
from storage.tables import BrandMilestone, CalendarDay, Milestone, Phase, Plan, PlanRevision, ProgressReport


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: the revision now in force, and whether anything is different from before."""

    revision: int
    changed: bool


def rules_json(rules: Rules) -> dict[str, Any]:
    """The rules as `Plan.rules` stores them; `Rules.from_json` reads them back."""

    def plain(value: Any) -> Any:
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    return {rule.name: plain(getattr(rules, rule.name)) for rule in fields(Rules)}


async def _own_days(session: AsyncSession) -> dict[date, tuple[bool, str]]:
    return {row.day: (row.workday, row.name) for row in (await session.execute(select(CalendarDay))).scalars()}


async def export(session: AsyncSession) -> str | None:
    """The plan in force and the committee's own calendar days as a TOML file; None before a plan is loaded."""
    facts = await plans.in_force(session)
    return None if facts is None else write(PlanFile(facts, await _own_days(session)))


async def load_days(session: AsyncSession, days: dict[date, tuple[bool, str]]) -> int:
    """Lay these days over the calendar; how many of them are new or different."""
    before = await _own_days(session)
    changed = {day: meaning for day, meaning in days.items() if before.get(day) != meaning}
    if changed:
        await session.execute(delete(CalendarDay).where(col(CalendarDay.day).in_(changed)))
        rows = [{"day": day, "workday": works, "name": name} for day, (works, name) in changed.items()]
        await session.execute(insert(CalendarDay), rows)
        await notices.plan_anew(session)
    return len(changed)


def _same(old: PlanFacts, new: PlanFacts) -> bool:
    bare = replace(old, id=0, revision=0, milestones=tuple(replace(milestone, id=0) for milestone in old.milestones))
    return bare == new


async def load(session: AsyncSession, plan: PlanFile, *, now: datetime, reason: str = "") -> Loaded:
    """Put a checked plan in force as a new revision; the same plan again changes nothing.

    A milestone keeps its row by its slug, so that what was done stays done.
    Raises PlanFileError when a milestone is missing that organisations have already reached or reported.
    """
    before = await plans.in_force(session)
    fresh_days = await load_days(session, plan.days)
    if before is not None and _same(before, plan.facts) and not fresh_days:
        return Loaded(before.revision, changed=False)
    number = 1 if before is None else before.revision + 1
    plan_id = await _plan_row(session, plan.facts, None if before is None else before.id, number)
    await _phases(session, plan_id, plan.facts)
    await _milestones(session, plan_id, before.milestones if before else (), plan.facts.milestones)
    await session.execute(
        insert(PlanRevision).values(plan_id=plan_id, number=number, loaded_at=now, reason=reason, body=write(plan))
    )
    await notices.plan_anew(session)
    return Loaded(number, changed=True)


async def _plan_row(session: AsyncSession, facts: PlanFacts, plan_id: int | None, number: int) -> int:
    values = {
        "title": facts.title, "notice": facts.notice, "timezone": facts.timezone.key, "starts_on": facts.starts_on,
        "ends_on": facts.ends_on, "declaration_due": facts.declaration_due, "revision": number,
        "rules": rules_json(facts.rules),
    }  # fmt: skip
    if plan_id is None:
        return (await session.execute(insert(Plan).values(**values).returning(col(Plan.id)))).scalar_one()
    await session.execute(update(Plan).where(col(Plan.id) == plan_id).values(**values))
    return plan_id


async def _phases(session: AsyncSession, plan_id: int, facts: PlanFacts) -> None:
    await session.execute(delete(Phase).where(col(Phase.plan_id) == plan_id))
    rows = [{name: getattr(phase, name) for name in phase.__slots__} | {"plan_id": plan_id} for phase in facts.phases]
    await session.execute(insert(Phase), rows)


async def _milestones(
    session: AsyncSession, plan_id: int, before: tuple[MilestoneFacts, ...], after: tuple[MilestoneFacts, ...]
) -> None:
    kept = {milestone.slug: milestone.id for milestone in before}
    gone = [milestone for milestone in before if milestone.slug not in {new.slug for new in after}]
    await _drop(session, gone)
    own = col(Milestone.plan_id) == plan_id
    await session.execute(update(Milestone).where(own).values(ordinal=-col(Milestone.ordinal)))  # so that places can be swapped
    for new in after:
        values = {"ordinal": new.ordinal, "name": new.name, "due_on": new.due_on, "deliverables": list(new.deliverables)}
        if new.slug in kept:
            await session.execute(update(Milestone).where(col(Milestone.id) == kept[new.slug]).values(**values))
        else:
            await session.execute(insert(Milestone).values(plan_id=plan_id, slug=new.slug, **values))


async def _drop(session: AsyncSession, gone: list[MilestoneFacts]) -> None:
    if not gone:
        return
    ids = [milestone.id for milestone in gone]
    in_use: set[int | None] = set()
    for column in (col(BrandMilestone.milestone_id), col(ProgressReport.milestone_id)):
        in_use.update((await session.execute(select(column).where(column.in_(ids)).distinct())).scalars())
    problems = [
        Problem(0, f"节点“{milestone.name}”（{milestone.slug}）已有组织完成或登记，不能删除")
        for milestone in gone
        if milestone.id in in_use
    ]
    if problems:
        raise PlanFileError(problems)
    await session.execute(delete(Milestone).where(col(Milestone.id).in_(ids)))
