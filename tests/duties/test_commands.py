"""待办, 未报, 周报, 规划 and 下周预告 on both databases, with readings given."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.contract import Context
from storage import switch
from storage.database.inserting import table_of
from storage.tables import Notice, OutboundMessage
from tests import asked
from tests.duties import town
from tests.duties.town import at
from tests.people import town as people
from tests.work.test_commands import shown

NOTICE, OUT = table_of(Notice).c, table_of(OutboundMessage).c


async def admin(session: AsyncSession, now: str, *, kind: str = "committee", role: str = "admin") -> Context[Any]:
    """The committee's person in a chat; the small city of the binding tests, with the default plan."""
    await people.build(session)
    facts = await town.plan(session)
    return replace(await people.context(session, (role, None), kind=kind, org=None), plan=facts, now=at(now))


async def say(ctx: Context[Any], intent: str, text: str = "", **fields: Any) -> str:
    reply = await asked.answer(replace(ctx, text=text), asked.request(intent, **fields))
    return "\n".join(shown(reply))


async def test_the_committees_list_holds_every_kind_of_decision_it_owes(session: AsyncSession) -> None:
    ctx = await admin(session, "2026-11-23 10:05")
    first, second = await town.unit(session, "901"), await town.unit(session, "902")
    await town.brand(session, first, "submitted")
    await town.paper(session, second, "declaration", 0, at("2026-11-20 10:00"))
    answer = await say(ctx, "todo")
    assert "待审核1个" in answer
    assert "纸质材料待确认1项" in answer
    assert "第902党支部：品牌申报，11月20日反馈" in answer


async def test_who_is_missing_stands_in_the_official_order_with_moved_days(session: AsyncSession) -> None:
    ctx = await admin(session, "2026-11-23 10:05")
    units = [await town.unit(session, code) for code in ("903", "901", "902")]
    await town.extended(session, units[0], "declaration", 0, date(2027, 1, 15), at("2026-11-20 10:00"))
    answer = await say(ctx, "missing")
    assert "第901党支部、第902党支部、第903党支部（1月15日前）" in answer


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (None, "（2026年11月23日）"),
        (date(2026, 11, 18), "（2026年11月16日至20日）"),
        (date(2026, 12, 2), "该周尚未开始"),
        (date(2025, 12, 1), "此前没有周报"),
    ],
)
async def test_any_week_can_be_summed_up(session: AsyncSession, week: date | None, words: str) -> None:
    ctx = await admin(session, "2026-11-23 10:05")
    assert words in await say(ctx, "weekly", week=week)


async def test_a_veto_by_number_or_for_one_organisation_stops_what_was_planned(session: AsyncSession) -> None:
    ctx = await admin(session, "2026-12-17 10:05")
    await town.switched_on(session)
    await town.unit(session, "901")
    await town.unit(session, "902", bound=None)
    answer = await say(ctx, "preview")
    assert "提前7天），1个单位：第901党支部；另有" in answer
    number = next(line for line in answer.splitlines() if "提前7天" in line).split(".")[0]
    assert "没有第99项" in await say(ctx, "preview", act="veto", numbers=(99,))
    assert "请说明要否决第几项" in await say(ctx, "preview", act="veto")
    assert "已否决" in await say(ctx, "preview", act="veto", numbers=(int(number),))
    assert "已经否决" in await say(ctx, "preview", act="veto", numbers=(int(number),))
    vetoed = (await session.execute(select(NOTICE.kind, NOTICE.rung).where(NOTICE.state == "vetoed"))).all()
    assert {(row.kind, row.rung) for row in vetoed} == {("ladder", 7)}


async def test_everything_unprompted_stops_at_once_even_what_is_on_its_way(session: AsyncSession) -> None:
    ctx = await admin(session, "2026-12-01 09:00")
    await town.switched_on(session)
    chat = await town.group(session, "all")
    for number, unprompted in enumerate((True, False)):
        await town.put(
            session,
            OutboundMessage,
            dedupe_key=f"k{number}",
            chat_id=chat,
            template="x",
            text="x",
            plain="x",
            unprompted=unprompted,
            made_at=at("2026-12-01 09:00"),
            due_at=at("2026-12-01 09:00"),
        )
    assert "尚未发出的1条已停发" in await say(ctx, "preview", act="stop_all")
    states = (await session.execute(select(OUT.state, OUT.reason).order_by(OUT.dedupe_key))).all()
    assert [tuple(row) for row in states] == [("skipped", "暂停全部提醒"), ("ready", "")]
    assert await switch.on_since(session) is None
    assert "没有启用" in await say(ctx, "preview", act="stop_all")


async def test_only_an_admin_switches(session: AsyncSession) -> None:
    ctx = await admin(session, "2026-12-01 09:00", role="staff")
    for action in ("enable", "stop_all"):
        assert "由管理员办理" in await say(ctx, "preview", act=action)


async def test_the_plan_tells_counts_to_the_committee_alone(session: AsyncSession) -> None:
    ctx = await admin(session, "2026-11-23 10:05")
    assert "申报率" in await say(ctx, "plan")
    assert "申报率" not in await say(replace(ctx, chat=replace(ctx.chat, kind="all")), "plan")
    after = replace(ctx, now=ctx.now + timedelta(days=400))
    assert "二、品牌提升阶段（2027年1月1日至2027年12月31日），目前处于本阶段" in await say(after, "plan")
