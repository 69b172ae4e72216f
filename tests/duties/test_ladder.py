"""The deadline ladder, overdue nudges, promises and the call list, on both databases."""

import asyncio
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from handlers import duties
from handlers.contract import Tick
from handlers.duties import days
from storage import calendar, plan_file
from storage.calendar import Calendar
from storage.database.engine import sessions
from storage.database.inserting import table_of
from storage.tables import Notice
from tests.duties import town
from tests.duties.clock import Clock
from tests.duties.town import at

NOTICE = table_of(Notice)


async def start(session: AsyncSession, now: str, **rules: int) -> Clock:
    facts = await town.plan(session, rules=rules)
    await town.switched_on(session, at(now))
    return Clock(session, facts, at(now))


def moments(clock: Clock, template: str = "nudge") -> list[str]:
    return [f"{said.at:%Y-%m-%d %H:%M}" for said in clock.said if said.template.startswith(template)]


async def test_the_ladder_of_new_years_eve_falls_on_the_right_workdays(session: AsyncSession) -> None:
    clock = await start(session, "2026-11-23 10:05")
    await town.unit(session, "1")
    committee = await town.group(session, "committee")
    await clock.until(at("2027-02-10 18:00"))
    nudges = [said for said in clock.said if said.template == "nudge/one"]
    assert [f"{said.at:%Y-%m-%d}" for said in nudges] == [
        "2026-12-01", "2026-12-24", "2026-12-28", "2026-12-30", "2027-01-04", "2027-01-07", "2027-01-12",
    ]  # fmt: skip
    assert "尚有30天" in nudges[0].text
    assert "尚有7天" in nudges[1].text
    assert "还有3天，尚缺申报表、创建方案" in nudges[2].text
    assert "将于明日（12月31日，星期四）截止" in nudges[3].text
    assert "已于12月31日到期，暂未收到材料。请于1月6日前补报" in nudges[4].text
    assert "暂按法定节假日推算" in nudges[4].text
    calls = [said for said in clock.said if said.template == "nudge/calls"]
    assert [(f"{said.at:%Y-%m-%d}", said.chat) for said in calls] == [("2027-01-15", committee)]


@pytest.mark.parametrize(
    ("due_on", "days_of_rungs"),
    [
        ("2026-10-08", ["2026-09-08", "2026-09-30"]),  # T-7, T-3 and T-1 lie in the holidays: one word, on the last workday
        ("2026-10-04", ["2026-09-04", "2026-09-25", "2026-09-30"]),  # 25 September is a day off, and so on
        ("2026-09-21", ["2026-08-21", "2026-09-14", "2026-09-18", "2026-09-20"]),  # a make-up Sunday is a workday
        ("2026-10-11", ["2026-09-11", "2026-09-30", "2026-10-08", "2026-10-10"]),  # a make-up Saturday too
    ],
)
async def test_rungs_move_to_an_earlier_workday(session: AsyncSession, due_on: str, days_of_rungs: list[str]) -> None:
    facts = await town.plan(session)
    rungs = days.ladder(facts, Calendar(), date.fromisoformat(due_on))
    assert sorted(f"{rung.at:%Y-%m-%d}" for rung in rungs) == [
        day.isoformat() for day in sorted({Calendar().on_or_before(date.fromisoformat(day)) for day in days_of_rungs})
    ]


async def test_three_planners_at_once_plan_each_notice_once(database: AsyncEngine) -> None:
    make = sessions(database)
    async with make() as session:
        facts = await town.plan(session)
        await town.switched_on(session)
        await town.crowd(session, 300)
        await session.commit()

    async def planner() -> None:
        for _ in range(3):
            async with make() as own:
                await duties.plan(Tick(own, at("2026-12-20 10:00"), facts, Calendar(), "品牌助手", town.EARLY))
                await own.commit()

    await asyncio.gather(planner(), planner(), planner())
    async with make() as session:
        keys = (await session.execute(select(func.count(), func.count(NOTICE.c.unique_key.distinct())))).one()
        ladder = (await session.execute(select(func.count()).where(NOTICE.c.kind == "ladder"))).scalar_one()
    assert keys[0] == keys[1]
    assert ladder == 300 * 4  # T-30 lies three weeks back, T-7, T-3 and T-1 ahead


async def test_nothing_leaves_before_it_is_switched_on_and_nothing_is_caught_up_afterwards(session: AsyncSession) -> None:
    facts = await town.plan(session)
    await town.unit(session, "1")
    clock = Clock(session, facts, at("2026-11-23 10:05"))
    assert await clock.until(at("2026-12-24 12:00")) == []
    await town.switched_on(session, at("2026-12-24 12:00"))
    await clock.until(at("2026-12-29 18:00"))
    assert moments(clock) == ["2026-12-28 09:00"]
    assert "启用前" in {reason for _, reason in clock.skipped}


async def test_rungs_from_before_a_group_was_bound_are_not_caught_up(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-24 08:00")
    await town.unit(session, "1", bound=at("2026-12-24 10:00"))
    await clock.until(at("2026-12-28 12:00"))
    assert moments(clock) == ["2026-12-28 09:00"]


async def test_after_an_outage_only_the_most_urgent_missed_rung_leaves(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-23 10:00")
    await town.unit(session, "1")
    await clock.work()
    await clock.down(days=6)  # over T-7 and T-3
    await clock.until(at("2026-12-29 12:00"))
    assert moments(clock) == ["2026-12-29 10:00"]
    assert "距12月31日申报截止还有2天" in clock.said[-1].text
    assert {"停机期间错过，已有更近的一次，不补发", "停机期间错过，可随时查周报"} <= {reason for _, reason in clock.skipped}


async def test_the_answer_stops_the_nudges(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-28 08:00")
    unit = await town.unit(session, "1")
    await clock.until(at("2027-01-05 12:00"))
    assert moments(clock) == ["2026-12-28 09:00", "2026-12-30 09:00", "2027-01-04 09:00"]
    await town.brand(session, unit, "submitted", submitted_on=date(2027, 1, 5))
    await clock.until(at("2027-02-05 12:00"))
    assert len(moments(clock)) == 3
    assert "已办结" in {reason for _, reason in clock.skipped}


async def test_a_granted_extension_moves_the_ladder_and_a_paper_claim_pauses_it(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-23 10:00")
    later, paper = await town.unit(session, "1"), await town.unit(session, "2")
    await clock.work()
    await town.extended(session, later, "declaration", 0, date(2027, 1, 15), at("2026-12-23 11:00"))
    await town.paper(session, paper, "declaration", 0, at("2026-12-23 11:00"))
    await clock.until(at("2027-01-14 12:00"))
    assert moments(clock) == ["2027-01-08 09:00", "2027-01-12 09:00", "2027-01-14 09:00"]
    assert {"时限已调整", "等待工委答复"} <= {reason for _, reason in clock.skipped}


async def test_an_act_of_the_organisation_starts_the_count_of_unanswered_nudges_anew(session: AsyncSession) -> None:
    clock = await start(session, "2027-01-04 08:00")
    unit = await town.unit(session, "1")
    await town.group(session, "committee")
    await clock.until(at("2027-01-08 12:00"))  # two are out
    claim = await town.paper(session, unit, "declaration", 0, at("2027-01-08 12:00"))
    await town.refuse_paper(session, claim, at("2027-01-08 15:00"))
    await clock.until(at("2027-02-10 12:00"))
    assert len([said for said in clock.said if said.template == "nudge/one"]) == 2 + 3
    assert len([said for said in clock.said if said.template == "nudge/calls"]) == 1


async def test_a_promise_is_spoken_of_once_before_and_once_after(session: AsyncSession) -> None:
    clock = await start(session, "2026-11-23 10:05")
    unit = await town.unit(session, "1")
    await town.brand(session, unit, "submitted")
    await town.promise(session, unit, "标识设计", date(2026, 12, 10), date(2026, 11, 23))
    await clock.until(at("2027-01-20 12:00"))
    assert moments(clock) == ["2026-12-07 09:00", "2026-12-11 09:00"]
    assert (
        "“标识设计”时限为12月10日（星期四），尚有3天" in next(said for said in clock.said if said.template == "nudge/one").text
    )


@pytest.mark.parametrize(
    ("made", "due_on", "expected"),
    [
        (date(2026, 12, 8), date(2026, 12, 10), ["2026-12-09 09:00", "2026-12-11 09:00"]),  # too late for three days before
        (date(2026, 12, 9), date(2026, 12, 10), ["2026-12-11 09:00"]),  # never on the day it was made
        (date(2026, 12, 7), date(2026, 12, 10), ["2026-12-09 09:00", "2026-12-11 09:00"]),
    ],
)
async def test_a_late_promise_is_spoken_of_the_day_before(
    session: AsyncSession, made: date, due_on: date, expected: list[str]
) -> None:
    clock = await start(session, f"{made} 08:30")
    unit = await town.unit(session, "1")
    await town.brand(session, unit, "submitted")
    await town.promise(session, unit, "标识设计", due_on, made)
    await clock.until(at("2026-12-30 12:00"))
    assert moments(clock) == expected


async def test_several_things_due_at_once_are_one_message(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-23 10:05")
    unit = await town.unit(session, "1")
    await town.promise(session, unit, "标识设计", date(2026, 12, 27), date(2026, 11, 23))
    await clock.until(at("2026-12-24 12:00"))
    assert moments(clock) == ["2026-12-24 09:00"]
    assert "近期有2项工作需要关注" in clock.said[-1].text
    assert "12月27日（星期日），建议25日前完成" in clock.said[-1].text


async def test_the_cap_keeps_the_most_urgent_and_moves_the_rest(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-27 10:05", weekly_cap=2)
    unit = await town.unit(session, "1")
    for day in (1, 2, 3):  # due 1-3 January: spoken of on 29, 30 and 31 December, beside T-3 and T-1 of the declaration
        await town.promise(session, unit, f"事项{day}", date(2027, 1, day), date(2026, 12, 1))
    await clock.until(at("2027-01-08 18:00"))
    week = [moment for moment in moments(clock) if moment < "2027-01-04"]
    assert len(week) == 2
    assert "2026-12-30 09:00" in week  # T-1 is never given up for a promise


async def test_an_organisation_without_a_group_is_reached_through_its_secretary_or_not_at_all(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-23 10:00")
    unit = await town.unit(session, "1", bound=None)
    await town.unit(session, "2", bound=None)
    private = await town.secretary(session, unit, "s1", at("2026-11-01 10:00"))
    await clock.until(at("2026-12-24 12:00"))
    assert [said.chat for said in clock.said if said.template == "nudge/one"] == [private]
    assert "没有可送达的群或书记" in {reason for _, reason in clock.skipped}


async def test_a_year_is_played_in_seconds(session: AsyncSession) -> None:
    clock = await start(session, "2026-01-05 10:00")
    await town.group(session, "committee")
    for code in range(1, 23):
        await town.unit(session, str(code))
    began = time.process_time()  # on a busy machine the wall's clock says nothing
    await clock.until(at("2027-01-05 10:00"))
    assert time.process_time() - began < 30
    assert clock.visits < 400
    assert timedelta(0) < clock.now - at("2026-12-31 10:00")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
async def test_where_clocks_change_each_rung_still_leaves_once_at_nine(session: AsyncSession, zone: str) -> None:
    facts = await town.plan(session, zone=zone)
    await town.switched_on(session)
    unit = await town.unit(session, "1")
    await town.brand(session, unit, "returned", return_due=date(2026, 11, 3))
    clock = Clock(session, facts, datetime(2026, 9, 30, 8, tzinfo=ZoneInfo(zone)))
    await clock.until(datetime(2026, 11, 2, 20, tzinfo=ZoneInfo(zone)))
    assert moments(clock, "nudge/one") == ["2026-09-30 09:00", "2026-10-27 09:00", "2026-10-30 09:00", "2026-11-02 09:00"]


async def test_a_new_calendar_moves_what_is_planned(session: AsyncSession) -> None:
    clock = await start(session, "2026-12-22 10:00")
    await town.unit(session, "1")
    await clock.work()
    await plan_file.load_days(session, {date(2026, 12, 24): (False, "放假")})
    clock.calendar = await calendar.load(session)
    await clock.until(at("2026-12-24 20:00"))
    assert moments(clock) == ["2026-12-23 09:00"]


async def test_hundreds_of_different_overdue_days_are_planned_too(session: AsyncSession) -> None:
    clock = await start(session, "2027-06-01 08:00")
    for number in range(1, 151):
        unit = await town.unit(session, str(number))
        await town.brand(session, unit, "returned", return_due=date(2027, 5, 31) - timedelta(days=number))
    await clock.work()
    planned = select(func.count(NOTICE.c.organization_id.distinct())).where(NOTICE.c.kind == "overdue")
    assert (await session.execute(planned)).scalar_one() == 150
