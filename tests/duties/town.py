"""A small city, written straight into the tables: the rows that the tests of the duties start from."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from storage.database.inserting import table_of
from storage.plans import PlanFacts, in_force
from storage.tables import (
    Account,
    Brand,
    BrandEvent,
    BrandMilestone,
    Chat,
    Commitment,
    Extension,
    Membership,
    Milestone,
    NudgeSwitch,
    Organization,
    PaperClaim,
    Phase,
    Plan,
    ProgressReport,
    Separation,
)

ZONE = ZoneInfo("Asia/Shanghai")
MILESTONES = (
    ("positioning", "品牌定位", date(2026, 6, 30)),
    ("organizing", "组织策划", date(2026, 9, 30)),
    ("drafting", "方案制定", date(2026, 12, 31)),
    ("cultivating", "优化培育", date(2027, 6, 30)),
    ("promoting", "推广深化", date(2027, 12, 31)),
    ("refining", "总结提炼", date(2028, 6, 30)),
    ("consolidating", "巩固提高", date(2028, 12, 31)),
)
PHASES = (
    ("品牌申报阶段", 2026, "declared", 100, 10),
    ("品牌提升阶段", 2027, "matured", 60, 0),
    ("巩固推广阶段", 2028, "matured", 100, 0),
)


def at(text: str) -> datetime:
    """2026-12-01 09:00 on the plan's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


EARLY = at("2026-01-05 09:00")


async def put(session: AsyncSession, model: type[SQLModel], **values: Any) -> int:
    """One row, with the model's own defaults; its id."""
    row = model(**values)
    session.add(row)
    await session.flush()
    return int(getattr(row, "id", None) or 0)


async def plan(session: AsyncSession, *, zone: str = "Asia/Shanghai", rules: dict[str, Any] | None = None) -> PlanFacts:
    """The default plan's dates, with other rules where they are given."""
    number = await put(
        session,
        Plan,
        title="三年规划",
        notice="创建通知",
        timezone=zone,
        starts_on=date(2026, 1, 1),
        ends_on=date(2028, 12, 31),
        declaration_due=date(2026, 12, 31),
        revision=1,
        rules=rules or {},
    )
    for ordinal, (name, year, kind, percent, exemplars) in enumerate(PHASES, start=1):
        await put(
            session,
            Phase,
            plan_id=number,
            ordinal=ordinal,
            name=name,
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            target_kind=kind,
            target_percent=percent,
            exemplars=exemplars,
        )
    await _milestones(session, number)
    facts = await in_force(session)
    assert facts is not None
    return facts


async def _milestones(session: AsyncSession, number: int) -> None:
    for ordinal, (slug, name, due_on) in enumerate(MILESTONES, start=1):
        await put(
            session,
            Milestone,
            plan_id=number,
            ordinal=ordinal,
            slug=slug,
            name=name,
            due_on=due_on,
            deliverables=["申报表", "创建方案"] if slug == "drafting" else [],
        )


async def unit(session: AsyncSession, code: str, *, parent: int | None = None, bound: datetime | None = EARLY) -> int:
    """An organisation, directly under the committee or under a parent, with its own group from `bound` on."""
    number = await put(
        session,
        Organization,
        code=code,
        short_name=f"第{code}党支部",
        kind="branch",
        parent_id=parent,
        direct=parent is None,
        member_count=10,
        position=int(code),
    )
    if bound is not None:
        await put(
            session,
            Chat,
            platform="console",
            external=f"unit-{code}",
            kind="unit",
            organization_id=number,
            is_primary=True,
            bound_at=bound,
        )
    return number


async def group(session: AsyncSession, kind: str) -> int:
    """The committee's own chat, or one for all."""
    return await put(session, Chat, platform="console", external=kind, kind=kind, bound_at=EARLY)


async def brand(
    session: AsyncSession, organization_id: int, state: str, *, standing: str = "direct", done: Iterable[int] = (), **more: Any
) -> int:
    """A brand as it stands, with the steps that led there: declared on 10 June, decided on 10 July 2026."""
    decided = state in {"approved", "matured", "exemplar"}
    values = {
        "submitted_on": date(2026, 6, 10),
        "approved_on": date(2026, 7, 10) if decided else None,
        "matured_on": date(2026, 7, 10) if state in {"matured", "exemplar"} else None,
        "exemplar_on": date(2026, 7, 10) if state == "exemplar" else None,
        "return_due": date(2026, 12, 11) if state == "returned" else None,
    } | more
    number = await put(
        session, Brand, organization_id=organization_id, standing=standing, name=f"品牌{organization_id}", state=state, **values
    )
    steps = [("submitted", at("2026-06-10 10:00"))] if state != "draft" else []
    if state not in {"draft", "submitted"}:
        steps.append((state, at("2026-07-10 10:00")))
    for step, when in steps:
        await put(session, BrandEvent, brand_id=number, version=1, step=step, at=when, on=when.date(), name="品牌")
    for milestone_id in done:
        await put(session, BrandMilestone, brand_id=number, milestone_id=milestone_id, done_on=date(2026, 7, 10))
    return number


async def extended(
    session: AsyncSession, organization_id: int, subject: str, subject_id: int, to: date, decided: datetime
) -> int:
    """A granted extension."""
    return await put(
        session,
        Extension,
        organization_id=organization_id,
        subject=subject,
        subject_id=subject_id,
        to=to,
        requested_at=decided,
        decided_at=decided,
        granted=True,
    )


async def promise(session: AsyncSession, organization_id: int, promised: str, due_on: date, made_on: date) -> int:
    """An open promise."""
    return await put(session, Commitment, organization_id=organization_id, object=promised, due_on=due_on, made_on=made_on)


async def paper(session: AsyncSession, organization_id: int, subject: str, subject_id: int, when: datetime) -> int:
    """An open 已报."""
    return await put(
        session, PaperClaim, organization_id=organization_id, subject=subject, subject_id=subject_id, claimed_at=when
    )


async def separate(session: AsyncSession, organization_id: int, *, granted: bool, decided: datetime) -> int:
    """A decision about declaring separately."""
    return await put(
        session,
        Separation,
        organization_id=organization_id,
        wanted=True,
        requested_at=decided,
        decided_at=decided,
        granted=granted,
    )


async def report(session: AsyncSession, organization_id: int, number: str, when: datetime, **more: Any) -> int:
    """A progress report."""
    values = {"content": "召开会议", **more}
    return await put(session, ProgressReport, number=number, organization_id=organization_id, reported_at=when, **values)


async def switched_on(session: AsyncSession, when: datetime = EARLY) -> None:
    """启用提醒 was said."""
    await put(session, NudgeSwitch, at=when, on=True)


async def secretary(session: AsyncSession, organization_id: int, external: str, when: datetime) -> int:
    """A secretary with a private chat; the chat's id."""
    account = await put(session, Account, platform="console", external=external)
    await put(session, Membership, account_id=account, role="secretary", organization_id=organization_id, since=when)
    return await put(
        session, Chat, platform="console", external=f"private-{external}", kind="private", account_id=account, bound_at=when
    )


async def crowd(session: AsyncSession, size: int) -> None:
    """Many direct organisations with their own groups, in two statements."""
    rows = [
        {
            "id": 1000 + number,
            "code": f"c{number:05d}",
            "short_name": f"第{number}号党支部",
            "kind": "branch",
            "direct": True,
            "member_count": 5,
            "position": 1000 + number,
        }
        for number in range(size)
    ]
    chats = [
        {
            "platform": "console",
            "external": f"crowd-{row['id']}",
            "kind": "unit",
            "organization_id": row["id"],
            "is_primary": True,
            "bound_at": datetime(2026, 1, 5, tzinfo=UTC),
        }
        for row in rows
    ]
    await session.execute(insert(table_of(Organization)), rows)
    await session.execute(insert(table_of(Chat)), chats)


async def refuse_paper(session: AsyncSession, claim: int, when: datetime) -> None:
    """未收到 was said of a paper claim."""
    table = table_of(PaperClaim)
    await session.execute(update(table).where(table.c.id == claim).values(decided_at=when, received=False))
