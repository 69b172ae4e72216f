"""The rule of what is due, as one subquery over plan dates, granted extensions and records."""

from functools import cache
from typing import Any

from sqlalchemy import Date, Select, Subquery, Table, and_, bindparam, case, cast, func, literal, null, or_, select, union_all

from storage.database.inserting import table_of
from storage.tables import (
    Brand,
    BrandEvent,
    BrandMilestone,
    Commitment,
    Extension,
    Milestone,
    Organization,
    PaperClaim,
    Plan,
    Separation,
)
from storage.tables.brand import APPROVED
from storage.tables.columns import UTC_TIME

organization, brand, plan, milestone = table_of(Organization), table_of(Brand), table_of(Plan), table_of(Milestone)
commitment, extension, separation = table_of(Commitment), table_of(Extension), table_of(Separation)
brand_event, brand_milestone, paper_claim = table_of(BrandEvent), table_of(BrandMilestone), table_of(PaperClaim)
SOME = select(organization.c.id).where(organization.c.id.in_(bindparam("organizations", expanding=True))).cte("some")
"""The organisations whose rows a statement is given as `organizations`: once, however often they are looked up."""


def separate_granted() -> Select[Any]:
    """Subordinates whose newest decided request lets them declare on their own: organization_id, decided_at."""
    newest = (
        select(
            separation.c.organization_id,
            separation.c.decided_at,
            and_(separation.c.wanted, separation.c.granted).label("granted"),
            func.row_number()
            .over(
                partition_by=separation.c.organization_id,
                order_by=(separation.c.decided_at.desc(), separation.c.id.desc()),
            )
            .label("place"),
        )
        .where(separation.c.decided_at.is_not(None))
        .subquery("decided_separation")
    )
    return select(newest.c.organization_id, newest.c.decided_at).where(newest.c.place == 1, newest.c.granted)


def _row(
    organization_id: Any, subject: str, subject_id: Any, name: Any, base: Any, since_on: Any, since_at: Any
) -> Select[Any]:
    return select(
        organization_id.label("organization_id"),
        literal(subject).label("subject"),
        subject_id.label("subject_id"),
        name.label("name"),
        base.label("base"),
        since_on.label("since_on"),
        since_at.label("since_at"),
    )


def _declarations() -> Select[Any]:
    """Direct organisations and permitted subordinates that have not declared (a draft or a branch brand is no declaration)."""
    permitted = separate_granted().subquery("permitted")
    declared = (
        select(brand.c.id)
        .where(brand.c.organization_id == organization.c.id, brand.c.state != "draft", brand.c.standing != "branch")
        .exists()
    )
    return (
        _row(
            organization.c.id,
            "declaration",
            literal(0),
            literal(""),
            plan.c.declaration_due,
            cast(null(), Date),
            permitted.c.decided_at,
        )
        .select_from(organization)
        .join(plan, literal(1) == 1)
        .outerjoin(permitted, permitted.c.organization_id == organization.c.id)
        .where(or_(organization.c.direct, permitted.c.organization_id.is_not(None)), ~declared)
    )


def _last_return() -> Any:
    return (
        select(func.max(brand_event.c.at, type_=UTC_TIME))
        .where(brand_event.c.brand_id == brand.c.id, brand_event.c.step == "returned")
        .correlate(brand)
        .scalar_subquery()
    )


def _returns() -> Select[Any]:
    """Declarations that were returned to be done again by a day, and not handed in since."""
    return _row(
        brand.c.organization_id,
        "return",
        brand.c.id,
        brand.c.name,
        brand.c.return_due,
        cast(null(), Date),
        _last_return(),
    ).where(brand.c.return_due.is_not(None))


def _milestones() -> Select[Any]:
    """Milestones that an approved brand has not reached; branch brands have none."""
    done = (
        select(brand_milestone.c.id)
        .where(brand_milestone.c.brand_id == brand.c.id, brand_milestone.c.milestone_id == milestone.c.id)
        .exists()
    )
    return (
        _row(
            brand.c.organization_id,
            "milestone",
            milestone.c.id,
            milestone.c.name,
            milestone.c.due_on,
            brand.c.approved_on,
            cast(null(), UTC_TIME),
        )
        .select_from(brand)
        .join(milestone, literal(1) == 1)
        .where(brand.c.state.in_(APPROVED), brand.c.standing != "branch", ~done)
    )


def _commitments() -> Select[Any]:
    """Promises neither kept nor dropped."""
    return _row(
        commitment.c.organization_id,
        "commitment",
        commitment.c.id,
        commitment.c.object,
        commitment.c.due_on,
        commitment.c.made_on,
        cast(null(), UTC_TIME),
    ).where(commitment.c.kept_on.is_(None), commitment.c.dropped_at.is_(None))


def _extensions() -> Subquery:
    """The newest granted extension of each subject."""
    places = (
        select(
            extension.c.organization_id,
            extension.c.subject,
            extension.c.subject_id,
            extension.c.to,
            extension.c.decided_at,
            func.row_number()
            .over(
                partition_by=(extension.c.organization_id, extension.c.subject, extension.c.subject_id),
                order_by=(extension.c.decided_at.desc(), extension.c.id.desc()),
            )
            .label("place"),
        )
        .where(extension.c.granted)
        .subquery("granted_extension")
    )
    return select(places).where(places.c.place == 1).subquery("in_force")


def _waits(table: Table, base: Subquery) -> Any:
    """The committee has not decided about a paper claim or a request for more time."""
    undecided = select(table.c.id).where(
        table.c.organization_id == base.c.organization_id,
        table.c.subject == base.c.subject,
        table.c.subject_id == base.c.subject_id,
        table.c.decided_at.is_(None),
    )
    return undecided.exists()


def _received(base: Subquery) -> Any:
    """The committee has it on paper: what is left to do is its own, so nobody is nudged for it; a later return ends that."""
    said = select(paper_claim.c.id).where(
        paper_claim.c.organization_id == base.c.organization_id,
        paper_claim.c.subject == base.c.subject,
        paper_claim.c.subject_id == base.c.subject_id,
        paper_claim.c.received,
        or_(base.c.since_at.is_(None), paper_claim.c.decided_at >= base.c.since_at),
    )
    return said.exists()


@cache
def open_items(*, some: bool = False) -> Subquery:
    """Everything that is due, as a subquery with the columns of `Item`.

    `some`: only of the organisations of SOME; nobody else's records are looked at.

    Beside them `since_on` and `since_at`: it has been due on this date only since then (a promise's day, an approval,
    a return, a granted extension), so that no rung before that was ever missed. An extension granted before the newest
    return does not move that return's day.
    """
    kinds = [_declarations(), _returns(), _milestones(), _commitments()]
    if some:
        kinds = [rows.where(rows.selected_columns.organization_id.in_(select(SOME.c.id))) for rows in kinds]
    base = union_all(*kinds).subquery("base")
    more = _extensions()
    moved = and_(
        more.c.to > base.c.base,
        or_(base.c.subject != "return", base.c.since_at.is_(None), more.c.decided_at >= base.c.since_at),
    )
    claimed, asked = _waits(paper_claim, base), _waits(extension, base)
    return (
        select(
            base.c.organization_id,
            base.c.subject,
            base.c.subject_id,
            base.c.name,
            case((moved, more.c.to), else_=base.c.base).label("due_on"),
            base.c.since_on,
            case((moved, more.c.decided_at), else_=base.c.since_at).label("since_at"),
            case((base.c.subject == "commitment", base.c.since_on), else_=cast(null(), Date)).label("made_on"),
            or_(claimed, asked, _received(base)).label("paused"),
        )
        .select_from(base)
        .join(organization, and_(organization.c.id == base.c.organization_id, organization.c.ended_on.is_(None)))
        .outerjoin(
            more,
            and_(
                more.c.organization_id == base.c.organization_id,
                more.c.subject == base.c.subject,
                more.c.subject_id == base.c.subject_id,
            ),
        )
        .subquery("due")
    )
