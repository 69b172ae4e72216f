"""A small town in a database, as if it had used the bot for ten days: chats and people of one platform, plan, switch."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

import bot
from messages.reading.posts import may_be_added
from storage import chats, people, switch
from storage.database.engine import make_engine, sessions
from storage.plan_file import PlanFile, load, parse
from storage.tables import Organization

PLAN = Path(bot.__file__).parent / "data" / "plan_default.toml"
COMMITTEE = -1000
ADMIN = 1


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation with its group and its secretary, as the platform numbers them."""

    code: str
    name: str
    group: int
    secretary: int


def unit(number: int) -> Unit:
    """The nth organisation."""
    return Unit(f"{number:02}", f"第{number}局机关党委", -2000 - number, 100 + number)


def default_plan() -> PlanFile:
    """The plan that comes with the bot."""
    return parse(PLAN.read_text(encoding="utf-8"), may_be_added)


def due_tomorrow() -> PlanFile:
    """A plan whose declaration falls due tomorrow: the nudge for it may be sent today, which is made a workday, at any hour."""
    plan = default_plan()
    today = datetime.now(plan.facts.timezone).date()
    first, last = today - timedelta(days=60), today + timedelta(days=300)
    phase = replace(plan.facts.phases[0], starts_on=first, ends_on=last)
    milestone = replace(plan.facts.milestones[0], due_on=last)
    rules = replace(plan.facts.rules, ladder=(1,), windows=((time(0), time(23, 59, 59)),))
    facts = replace(
        plan.facts, starts_on=first, ends_on=last, declaration_due=today + timedelta(days=1), phases=(phase,),
        milestones=(milestone,), rules=rules,
    )  # fmt: skip
    return PlanFile(facts, {today: (True, "试验日"), today + timedelta(days=1): (True, "试验日")})


async def settle(database_url: str, units: int, *, plan: PlanFile | None = None, platform: str = "telegram") -> list[Unit]:
    """Put the town into a migrated, empty database; with the default plan where none is given."""
    engine = make_engine(database_url)
    now = datetime.now(UTC) - timedelta(days=10)
    found = [unit(number) for number in range(1, units + 1)]
    async with sessions(engine).begin() as session:
        await load(session, plan or default_plan(), now=now)
        await _committee(session, platform, now)
        for position, one in enumerate(found, start=1):
            await _unit(session, platform, one, position, now)
        await switch.turn(session, on=True, account_id=None, now=now)
    await engine.dispose()
    return found


async def _committee(session: AsyncSession, platform: str, now: datetime) -> None:
    admin = await people.account(session, platform, str(ADMIN))
    assert admin.id is not None
    await people.give(session, admin.id, "admin", None, now)
    await _chat(session, platform, COMMITTEE, "committee", None, now)


async def _unit(session: AsyncSession, platform: str, one: Unit, position: int, now: datetime) -> None:
    row = Organization(code=one.code, short_name=one.name, kind="party_committee", direct=True, position=position)
    session.add(row)
    await session.flush()
    secretary = await people.account(session, platform, str(one.secretary))
    assert secretary.id is not None
    await people.give(session, secretary.id, "secretary", row.id, now)
    await _chat(session, platform, one.group, "unit", row.id, now)


async def _chat(
    session: AsyncSession, platform: str, external: int, kind: str, organization_id: int | None, now: datetime
) -> None:
    chat = await chats.seen(session, platform, str(external))
    await chats.bind(session, chat, kind, organization_id, now)
    if organization_id is not None:
        await chats.make_primary(session, chat)
