"""Whether organisations answered: their acts on what is due, against the overdue nudges that they were sent."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import Subquery, and_, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.derived.due_rule import brand, brand_event, extension, paper_claim
from storage.tables import Notice, ProgressReport
from storage.tables.columns import UTC_TIME

notice, progress_report = table_of(Notice), table_of(ProgressReport)
LIVE = ("planned", "released", "held")


def last_acts() -> Subquery:
    """When an organisation last did something about an item of its own: asked for time, handed in, told of it."""
    acts = union_all(
        select(extension.c.organization_id, extension.c.subject, extension.c.subject_id, extension.c.requested_at.label("at")),
        select(paper_claim.c.organization_id, paper_claim.c.subject, paper_claim.c.subject_id, paper_claim.c.claimed_at),
        select(
            progress_report.c.organization_id,
            literal("milestone"),
            progress_report.c.milestone_id,
            progress_report.c.reported_at,
        ).where(progress_report.c.milestone_id.is_not(None)),
        select(
            progress_report.c.organization_id,
            progress_report.c.answers,
            progress_report.c.answers_id,
            progress_report.c.reported_at,
        ).where(progress_report.c.answers.is_not(None)),
        select(brand.c.organization_id, literal("return"), brand.c.id, brand_event.c.at)
        .join(brand_event, brand_event.c.brand_id == brand.c.id)
        .where(brand_event.c.step == "submitted"),
    ).subquery("acts")
    newest = func.max(acts.c.at, type_=UTC_TIME).label("at")
    mine = (acts.c.organization_id, acts.c.subject, acts.c.subject_id)
    return select(*mine, newest).group_by(*mine).subquery("last_acts")


@cache
def history() -> Subquery:
    """Each item's overdue notices and call lists so far: the last one, and how many came after the last act."""
    acts = last_acts()
    same = and_(
        acts.c.organization_id == notice.c.organization_id,
        acts.c.subject == notice.c.subject,
        acts.c.subject_id == notice.c.subject_id,
    )
    since = or_(acts.c.at.is_(None), notice.c.due_at > acts.c.at)
    nudges = and_(since, notice.c.kind == "overdue", notice.c.state.in_(LIVE))
    said = and_(since, notice.c.kind == "overdue", notice.c.state == "released")
    calls = and_(since, notice.c.kind == "calls", notice.c.state.in_(LIVE))
    mine = (notice.c.organization_id, notice.c.subject, notice.c.subject_id, notice.c.due_on)
    return (
        select(
            *mine,
            func.max(notice.c.due_at, type_=UTC_TIME).label("last_at"),
            func.count().filter(nudges).label("nudges"),
            func.count().filter(said).label("said"),
            func.count().filter(calls).label("calls"),
        )
        .outerjoin(acts, same)
        .where(notice.c.kind.in_(("overdue", "calls")))
        .group_by(*mine)
        .subquery("history")
    )


async def unanswered(session: AsyncSession, organizations: Collection[int]) -> dict[tuple[int, str, int], int]:
    """How many overdue nudges of each item were said since the organisation's last act on it. One statement."""
    acts = last_acts()
    same = and_(
        acts.c.organization_id == notice.c.organization_id,
        acts.c.subject == notice.c.subject,
        acts.c.subject_id == notice.c.subject_id,
    )
    mine = (notice.c.organization_id, notice.c.subject, notice.c.subject_id)
    rows = (
        select(*mine, func.count())
        .outerjoin(acts, same)
        .where(notice.c.kind == "overdue", notice.c.state == "released", notice.c.organization_id.in_(organizations))
        .where(or_(acts.c.at.is_(None), notice.c.due_at > acts.c.at))
        .group_by(*mine)
    )
    return {(row[0], row[1], row[2]): row[3] for row in await session.execute(rows)}
