"""What the committee owes the organisations: reviews, papers to confirm, requests to decide."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.derived.due_rule import brand, extension, organization, paper_claim, separation


@dataclass(frozen=True, slots=True)
class Owed:
    """One decision that an organisation waits for.

    `since`: a business date, or an aware instant; None where the roster did not tell.
    """

    kind: str  # review, paper, extension, separation
    organization: str
    since: date | datetime | None
    subject: str = ""
    name: str = ""
    to: date | None = None


def _of(table: Any, kind: str, columns: tuple[Any, ...], waiting: Any) -> tuple[str, Select[Any]]:
    rows = select(organization.c.short_name, *columns).join(table, table.c.organization_id == organization.c.id)
    return kind, rows.where(waiting, organization.c.ended_on.is_(None)).order_by(organization.c.position, table.c.id)


async def by_committee(session: AsyncSession) -> list[Owed]:
    """All open decisions, each kind in the official order. Four statements."""
    reviewed = brand.c.state == "submitted"
    wanted = (
        _of(brand, "review", (brand.c.submitted_on, null(), brand.c.name, null()), reviewed & (brand.c.standing != "branch")),
        _of(
            paper_claim,
            "paper",
            (paper_claim.c.claimed_at, paper_claim.c.subject, null(), null()),
            paper_claim.c.decided_at.is_(None),
        ),
        _of(
            extension,
            "extension",
            (extension.c.requested_at, extension.c.subject, null(), extension.c.to),
            extension.c.decided_at.is_(None),
        ),
        _of(separation, "separation", (separation.c.requested_at, null(), null(), null()), separation.c.decided_at.is_(None)),
    )
    return [
        Owed(kind, row[0], row[1], row[2] or "", row[3] or "", row[4])
        for kind, rows in wanted
        for row in await session.execute(rows)
    ]
