"""Weekly summaries: their counts on a made-up city, what belongs to which week, and how many statements they take."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from handlers import duties
from handlers.contract import Tick
from handlers.views import summary
from handlers.views.week import week_of
from messages.reading.posts import may_be_added
from messages.writing.markup import parse, write
from messages.writing.render import render
from storage import plan_file, plans, roster
from storage.calendar import Calendar
from storage.database.engine import sessions
from storage.database.inserting import table_of
from storage.tables import Organization
from tests.cities import city
from tests.counting import counted
from tests.duties import town
from tests.duties.clock import Clock
from tests.duties.town import at

PLAN = Path("bot/data/plan_default.toml").read_text(encoding="utf-8")


async def test_the_counts_of_a_large_citys_summary_are_those_it_was_made_with(session: AsyncSession) -> None:
    await plan_file.load(session, plan_file.parse(PLAN, may_be_added), now=at("2026-06-01 09:00"))
    made = city(1500)
    await roster.load(session, made.csv.encode(), now=at("2026-07-15 09:00"))
    facts = await plans.in_force(session)
    assert facts is not None
    table = table_of(Organization)
    units = [row[0] for row in await session.execute(select(table.c.id).order_by(table.c.id))]
    chance = random.Random(7)
    since, until = at("2026-11-13 16:00"), at("2026-11-20 16:00")
    expected: set[int] = set()
    reports = 0
    for number in range(400):
        when = at("2026-11-09 08:00") + timedelta(minutes=chance.randrange(14 * 24 * 60))
        unit, withdrawn = chance.choice(units), chance.random() < 0.2
        await town.report(session, unit, f"2026-{number:04d}", when, withdrawn_at=when if withdrawn else None)
        if since < when <= until and not withdrawn:
            reports += 1
            expected.add(unit)
    week = week_of(facts, Calendar(), date(2026, 11, 20), until)
    reply = await summary.committee(session, facts, Calendar(), week, 1)
    text = write(parse(render(reply.template, reply.values)), "plain")
    share = f"{made.declared * 100 / made.direct:.1f}".removesuffix(".0")
    assert (
        f"截至11月20日，{made.direct}个直属党组织中，已申报{made.declared}个，申报率{share}%；"
        f"其中审核通过{made.approved}个、待审核{made.states['待审']}个、退回完善{made.states['退回']}个。"
        f"另有下属党组织单独申报{made.separate}个、支部品牌{made.states['支部品牌']}个。"
    ) in text
    assert f"登记进展{reports}项，涉及{len(expected)}个党组织" in text
    names = reply.others[0].values["missing"]
    assert len(names) == made.states["未申报"]
    assert f"尚未申报{len(names)}个（名单另附）" in text


@pytest.mark.parametrize(
    ("day", "first", "last", "since"),
    [
        ("2026-11-20", "2026-11-16", "2026-11-20", "2026-11-13 16:00"),
        ("2026-09-16", "2026-09-14", "2026-09-20", "2026-09-11 16:00"),  # a make-up Sunday closes the week
        ("2026-10-05", "2026-10-05", "2026-10-10", "2026-09-30 16:00"),  # a make-up Saturday; the week before ended early
        ("2026-02-18", "2026-02-16", "2026-02-22", "2026-02-14 16:00"),  # 春节: a week without work
    ],
)
async def test_a_week_runs_from_cut_off_to_cut_off(session: AsyncSession, day: str, first: str, last: str, since: str) -> None:
    facts = await town.plan(session)
    week = week_of(facts, Calendar(), date.fromisoformat(day), at("2026-12-01 09:00"))
    assert (week.first.isoformat(), week.last.isoformat(), week.since) == (first, last, at(since))


async def test_a_past_weeks_summary_stays_what_it_was(session: AsyncSession) -> None:
    facts = await town.plan(session)
    waiting = await town.unit(session, "1")
    await town.unit(session, "2")
    await town.brand(session, waiting, "approved")  # declared on 10 June, approved on 10 July
    week = week_of(facts, Calendar(), date(2026, 6, 19), at("2026-11-20 18:00"))
    told = (await summary.committee(session, facts, Calendar(), week, 1)).values["counts"]
    assert (told["declared"], told["approved"], told["waiting"], told["missing"]) == (1, 0, 1, 1)


async def test_a_correction_does_not_make_a_report_newer(session: AsyncSession) -> None:
    clock = await start(session, "2026-11-20 15:00")
    unit = await town.unit(session, "1")
    first = await town.report(session, unit, "2026-0001", at("2026-11-12 10:00"))
    await town.report(session, unit, "2026-0001", at("2026-11-19 10:00"), version=2, corrected_from=first)
    await clock.until(at("2026-11-20 16:05"))
    assert "本周无新登记进展" in clock.said[0].text


async def start(session: AsyncSession, now: str) -> Clock:
    facts = await town.plan(session)
    await town.switched_on(session, at(now))
    await town.group(session, "committee")
    return Clock(session, facts, at(now))


async def test_unreachable_organisations_stand_in_the_committees_summary(session: AsyncSession) -> None:
    clock = await start(session, "2026-11-20 15:00")
    await town.unit(session, "1")
    await town.unit(session, "2", bound=None)
    await clock.until(at("2026-11-20 16:05"))
    assert "尚未接入本系统1个（名单另附）" in clock.said[0].text
    assert "尚未接入本系统1个：第2党支部。" in clock.said[1].text


async def test_after_an_outage_over_friday_no_stale_summary_leaves(session: AsyncSession) -> None:
    clock = await start(session, "2026-11-20 15:00")
    unit = await town.unit(session, "1")
    await town.report(session, unit, "2026-0001", at("2026-11-20 10:00"))
    await clock.work()
    await clock.down(days=11)
    await clock.until(at("2026-12-04 16:30"))
    weekly = [(f"{said.at:%m-%d %H:%M}", said.template) for said in clock.said if said.template.startswith("weekly")]
    assert [when for when, template in weekly if template == "weekly/committee"] == ["12-01 15:00", "12-04 16:00"]
    assert not [when for when, template in weekly if template == "weekly/unit"]


async def spent(database: AsyncEngine, size: int) -> tuple[int, int, int]:
    """The statements of planning, of releasing a morning's nudges, and of the committee's summary."""
    async with sessions(database)() as session:
        facts = await town.plan(session)
        await town.switched_on(session)
        await town.group(session, "committee")
        await town.crowd(session, size)
        now = at("2026-12-24 09:00")
        tick = Tick(session, now, facts, Calendar(), "品牌助手", now - timedelta(days=1))
        with counted(session.get_bind()) as planned:
            await duties.plan(tick)
        with counted(session.get_bind()) as released:
            (batch, *_) = await duties.batches(tick)
            said = await duties.release(tick, batch)
        assert said
        week = week_of(facts, Calendar(), date(2026, 12, 25), at("2026-12-25 16:00"))
        with counted(session.get_bind()) as summed:
            await summary.committee(session, facts, Calendar(), week, 1)
        await session.rollback()
        return len(planned.statements), len(released.statements), len(summed.statements)


async def test_the_number_of_statements_does_not_depend_on_the_number_of_organisations(database: AsyncEngine) -> None:
    small, large = await spent(database, 30), await spent(database, 3000)
    assert small == large
    assert max(small) <= 20
