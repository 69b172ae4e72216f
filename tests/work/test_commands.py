"""The recording commands on both databases, with readings given: what they answer, whom they tell, what they leave behind."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import ROUTES
from handlers.contract import Context, Refusal
from handlers.routing import carry
from messages.reading.result import Question
from messages.requests import Event
from messages.writing.render import render
from messages.writing.reply import Reply
from storage import brands, commitments, reports
from storage.derived import due
from tests import asked as asking
from tests.duties import town as plans
from tests.people import town

Ctx = Context[Any]


async def secretary(session: AsyncSession, code: str = "01") -> Ctx:
    await town.build(session)
    facts = await plans.plan(session)
    return replace(await town.context(session, ("secretary", code), kind="unit", org=code), plan=facts)


async def other(ctx: Ctx, role: str, code: str | None, kind: str, who: str) -> Ctx:
    return replace(await town.context(ctx.session, (role, code), kind=kind, org=code, who=who), plan=ctx.plan)


def shown(reply: Reply) -> list[str]:
    return [render(one.template, one.values).replace("&quot;", '"') for one in (reply, *reply.others)]


async def say(ctx: Ctx, intent: str, **fields: Any) -> str:
    """The answer here, with what is told elsewhere after it."""
    return "\n———\n".join(shown(await told(ctx, intent, **fields)))


async def told(ctx: Ctx, intent: str, act: str = "", **fields: Any) -> Reply:
    """The answer; `missing`, `problem` and `problem_text` make the request a question."""
    open_ones = {name: fields.pop(name) for name in ("missing", "problem", "problem_text") if name in fields}
    asked = asking.request(intent, act, **{"org": "01", **fields})
    try:
        async with ctx.session.begin_nested():
            return await carry(ROUTES, replace(ctx), Question(asked, **open_ones) if open_ones else asked)
    except Refusal as refusal:
        return refusal.reply


async def press(ctx: Ctx, reply: Reply, label: str, place: int = -1) -> str:
    """Press the button of an answer, as the dispatcher would."""
    button = [one for one in reply.buttons if label == one.label][place]
    return "\n———\n".join(shown(await asking.press(replace(ctx), button)))


NOVEMBER_20, DECEMBER_10 = date(2026, 11, 20), date(2026, 12, 10)


async def test_a_report_is_read_back_with_all_that_was_understood(session: AsyncSession) -> None:
    ctx = await secretary(session)
    answer = await say(
        ctx,
        "report",
        date=NOVEMBER_20,
        content="召开推进会",
        next_step="设计标识",
        due=DECEMBER_10,
        participants=12,
        percent=60,
        activities={"主题党日": 2},
    )
    assert answer.startswith(
        "已登记（编号2026-0001）。单位：甲局机关党委；时间：2026年11月20日（星期五）；事项：召开推进会；主题党日2次；"
        "参加12人；总体进度60%；下步：设计标识，12月10日（星期四）前。"
    )
    assert answer.endswith("如有出入，请回复“@品牌助手 更正”。正式材料仍按通知要求报送。")
    owed = await due.of(session, (await reports.by_number(session, "2026-0001")).organization_id)  # type: ignore[union-attr]  # it is there
    assert [item.name for item in owed if item.subject == "commitment"] == ["设计标识"]


async def test_several_events_are_told_under_one_number(session: AsyncSession) -> None:
    ctx = await secretary(session)
    told = (Event(date(2026, 11, 16), "召开支委会"), Event(NOVEMBER_20, "集中学习"))
    answer = await say(ctx, "report", events=told, date=NOVEMBER_20)
    assert "事项：1.2026年11月16日（星期一），召开支委会；2.2026年11月20日（星期五），集中学习" in answer
    found = await reports.by_number(session, "2026-0001")
    assert found is not None
    assert len(found.parts) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"percent": 80, "missing": ("content",)}, "已收到“完成80%”。请补充一句本阶段完成的主要工作，便于登记。"),
        ({"content": "开会", "date": date(2026, 12, 20)}, "2026年12月20日（星期日）尚未到来"),
        ({"content": "开会", "due": NOVEMBER_20}, "下步事项的日期2026年11月20日（星期五）已经过去"),
        ({"content": "开会", "problem": "impossible_date", "problem_text": "2月30日"}, "“2月30日”不是有效日期"),
        ({"content": "开会", "org": "02"}, "不在您的办理范围内"),
    ],
)
async def test_what_cannot_be_recorded_is_said_and_takes_no_number(
    session: AsyncSession, fields: dict[str, Any], words: str
) -> None:
    ctx = await secretary(session)
    assert words in await say(ctx, "report", **fields)
    assert "2026-0001" in await say(ctx, "report", content="召开推进会")


async def test_a_parent_reports_for_its_child_and_withdraws_just_that(session: AsyncSession) -> None:
    ctx = await secretary(session)
    await say(ctx, "report", content="召开党委会")
    assert "单位：甲局一支部" in await say(ctx, "report", org="0101", content="开展走访")
    assert "已撤回（编号2026-0002）。单位：甲局一支部" in await say(ctx, "withdraw")
    assert "已撤回（编号2026-0001）" in await say(ctx, "withdraw")
    assert "没有找到可以更正或撤回的登记" in await say(ctx, "withdraw")
    assert "编号2026-0001的登记已于11月23日10:05撤回" in await say(ctx, "withdraw", number="2026-0001")


async def test_nobody_withdraws_or_corrects_what_another_told(session: AsyncSession) -> None:
    ctx = await secretary(session)
    await say(ctx, "report", content="召开党委会")
    stranger = await other(ctx, "secretary", "02", "unit", "b")
    for number in ("2026-0001", "2026-0009"):  # the same words for another's as for none
        assert f"没有找到编号{number}的登记" in await say(stranger, "withdraw", org="02", number=number)
        assert f"没有找到编号{number}的登记" in await say(stranger, "correct", org="02", number=number, date=NOVEMBER_20)
        assert f"没有编号{number}的登记" in await say(stranger, "history", org="02", number=number)


async def test_a_correction_changes_what_it_names_and_keeps_the_rest(session: AsyncSession) -> None:
    ctx = await secretary(session)
    await say(ctx, "report", date=date(2026, 11, 9), content="召开推进会", next_step="设计标识", due=DECEMBER_10)
    answer = await say(ctx, "correct", date=date(2026, 11, 19))
    assert (
        "已更正（编号2026-0001）。单位：甲局机关党委；时间：2026年11月19日（星期四）；事项：召开推进会；下步：设计标识"
        in answer
    )
    moved = await say(ctx, "correct", due=date(2026, 12, 15))
    assert "下步：设计标识，12月15日（星期二）前" in moved
    report = await reports.by_number(session, "2026-0001")
    assert report is not None
    assert report.version == 3
    standing = await commitments.open_of(session, report.organization_id)
    assert [(one.object, one.due_on) for one in standing] == [("设计标识", date(2026, 12, 15))]
    assert "需要怎样更正" in await say(ctx, "correct")


async def test_a_promise_is_kept_by_the_report_that_names_it_and_opened_by_its_withdrawal(session: AsyncSession) -> None:
    ctx = await secretary(session)
    await say(ctx, "report", content="召开推进会", next_step="设计标识", due=DECEMBER_10)
    assert "此前登记的下步事项“设计标识”已记为完成" in await say(ctx, "report", content="标识已定稿")
    assert "恢复为待办的下步事项：“设计标识”" in await say(ctx, "withdraw")
    assert "随之取消的下步事项：“设计标识”" in await say(ctx, "withdraw")


async def test_two_promises_that_may_be_meant_are_asked_about(session: AsyncSession) -> None:
    ctx = await secretary(session)
    await say(ctx, "report", content="召开推进会", next_step="设计标识", due=DECEMBER_10)
    await say(ctx, "report", content="召开第二次会", next_step="拍摄宣传片", due=date(2026, 12, 15))
    reply = await told(ctx, "report", content="标识和宣传片都已定稿")
    assert "1.设计标识（12月10日前）；2.拍摄宣传片（12月15日前）" in shown(reply)[0]
    assert "“拍摄宣传片”由编号2026-0003的进展完成" in await press(ctx, reply, "拍摄宣传片")
    assert "已办结" in await press(ctx, reply, "拍摄宣传片")
    assert "已撤回（编号2026-0003）" in await press(ctx, reply, "撤回")


async def test_a_milestone_named_as_done_is_set_and_taken_back(session: AsyncSession) -> None:
    ctx = await secretary(session)
    organization = (await brands.others(session, 0), await due.of(session, 1))[1]
    assert organization
    brand = await plans.brand(session, organization[0].organization_id, "approved")
    assert "节点“推广深化”已登记为完成" in await say(ctx, "report", content="推广深化工作已完成", date=NOVEMBER_20)
    assert list((await brands.reached(session, [brand]))[brand].values()) == [NOVEMBER_20]
    assert "已更正" in await say(ctx, "correct", date=date(2026, 11, 18))
    assert list((await brands.reached(session, [brand]))[brand].values()) == [date(2026, 11, 18)]
    assert "节点“推广深化”恢复为未完成" in await say(ctx, "withdraw")
    assert await brands.reached(session, [brand]) == {}


async def test_a_milestone_before_the_approval_is_only_progress(session: AsyncSession) -> None:
    ctx = await secretary(session)
    assert "须在品牌申报审核通过后登记" in await say(ctx, "report", content="优化培育已完成")


async def test_paper_asks_the_committee_and_its_answer_reaches_the_unit(session: AsyncSession) -> None:
    ctx = await secretary(session)
    admin = await other(ctx, "staff", None, "committee", "b")
    reply = await told(ctx, "report", "paper", content="已报")
    here, there = shown(reply)
    assert "品牌申报已报送纸质材料" in here
    assert "甲局机关党委反映：品牌申报已报送纸质材料" in there
    owed = await due.of(session, 1)
    assert [item.paused for item in owed] == [True]
    assert "正待工委确认" in await say(ctx, "report", act="paper", content="已报")
    answer = await press(admin, reply.others[0], "未收到")
    assert "未收到甲局机关党委品牌申报的纸质材料。已告知该单位" in answer
    assert "暂未收到品牌申报的纸质材料" in answer
    assert "确认为未收到" in await press(admin, reply.others[0], "已收到")
    assert [item.paused for item in await due.of(session, 1)] == [False]


async def test_paper_that_the_committee_has_stays_paused_and_uncounted(session: AsyncSession) -> None:
    ctx = await secretary(session)
    admin = await other(ctx, "admin", None, "committee", "b")
    await say(ctx, "report", act="paper", content="已报")
    assert "已收到甲局机关党委品牌申报的纸质材料" in await say(admin, "approve", act="received")
    assert [item.paused for item in await due.of(session, 1)] == [True]
    assert "已申报0个" in await say(admin, "status", org=None)


FIELDS = {"brand": "灯塔之光", "type": "服务群众", "owner": "组织委员", "connotation": "为民照路"}


async def test_a_declaration_is_reviewed_once_and_completes_three_milestones(session: AsyncSession) -> None:
    ctx = await secretary(session)
    admin = await other(ctx, "admin", None, "committee", "b")
    reply = await told(ctx, "declare", **FIELDS)
    assert "已提交申报，待工委审核" in shown(reply)[0]
    assert "待审核：甲局机关党委" in shown(reply)[1]
    assert "限报1个" in await say(ctx, "declare", **FIELDS)
    staff = await other(ctx, "staff", None, "committee", "c")
    assert "由工委管理员办理" in await press(staff, reply.others[0], "通过")
    answer = await press(admin, reply.others[0], "通过")
    assert "已通过：甲局机关党委“灯塔之光”。品牌定位、组织策划、方案制定节点同日登记为完成" in answer
    assert "【审核意见】甲局机关党委：所报“灯塔之光”经审核，予以通过" in answer
    assert "下一节点：优化培育，时限2027年6月30日（星期三）" in answer
    assert "已由您于11月23日10:05审核通过，未再改动" in await press(admin, reply.others[0], "退回")


async def test_a_return_asks_for_its_reason_and_takes_ten_workdays(session: AsyncSession) -> None:
    ctx = await secretary(session)
    admin = await other(ctx, "admin", None, "committee", "b")
    reply = await told(ctx, "declare", **FIELDS)
    assert "需修改完善之处" in await press(admin, reply.others[0], "退回")
    answer = await say(admin, "return", reason="名称偏长；内涵偏空")
    assert "请修改完善：一、名称偏长；二、内涵偏空。请于12月7日（星期一）前重新报送" in answer
    again = await say(ctx, "declare", connotation="为民办事")
    assert "已提交（第2次报送）申报" in again
    assert "已重新报送（第2次" in await press(admin, reply.others[0], "通过")


async def test_nobody_decides_what_they_declared_themselves(session: AsyncSession) -> None:
    ctx = await secretary(session)
    admin = await other(ctx, "admin", None, "committee", "b")
    await say(admin, "declare", **FIELDS)
    assert "须由其他同志办理" in await say(admin, "approve")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"brand": "灯塔之光"}, "请补充品牌类型"),
        ({**FIELDS, "owner": None, "no_post": True}, "责任人只登记岗位、不登记姓名，姓名未留存"),
        ({**FIELDS, "owner": "副书记", "post_only": True}, "责任人只登记岗位，其余文字未留存"),
        ({**FIELDS, "connotation": None}, "请补充品牌内涵"),
    ],
)
async def test_a_declaration_asks_for_one_thing_at_a_time(session: AsyncSession, fields: dict[str, Any], words: str) -> None:
    ctx = await secretary(session)
    assert words in await say(ctx, "declare", **fields)


async def test_a_subordinate_without_permission_declares_for_its_parent(session: AsyncSession) -> None:
    ctx = await secretary(session)
    answer = await say(ctx, "declare", org="0101", **FIELDS)
    assert "已登记支部品牌。单位：甲局一支部" in answer
    assert "支部品牌由甲局机关党委统筹" in answer


async def test_the_way_so_far_is_told_for_an_organisation_and_what_is_below(session: AsyncSession) -> None:
    ctx = await secretary(session)
    assert "甲局机关党委尚未申报品牌；申报时限2026年12月31日（星期四），还有28个工作日。" in await say(ctx, "status")
    await say(ctx, "declare", **FIELDS)
    await say(ctx, "declare", org="0101", **FIELDS)
    await say(ctx, "report", content="召开推进会", date=NOVEMBER_20, next_step="设计标识", due=date(2026, 12, 20))
    answer = await say(ctx, "status")
    assert "甲局机关党委品牌“灯塔之光”：申报已提交，待审核。" in answer
    assert "下步事项：设计标识，12月20日（星期日）前，建议18日前完成。" in answer
    assert "最近登记：2026年11月20日，召开推进会（编号2026-0001）。" in answer
    assert "所属党组织2个，已有品牌1个" in answer
    assert "1.甲局一支部：“灯塔之光”，支部品牌已登记" in answer
    assert "2.甲局二支部：未单独申报。" in answer


async def test_the_committee_asks_how_far_all_are(session: AsyncSession) -> None:
    ctx = await secretary(session)
    staff = await other(ctx, "staff", None, "committee", "b")
    await say(ctx, "declare", **FIELDS)
    assert "截至11月23日，2个直属党组织中，已申报1个，申报率50%" in await say(staff, "status", org=None)


async def test_the_record_lists_the_latest_and_shows_one_in_full(session: AsyncSession) -> None:
    ctx = await secretary(session)
    assert "尚未登记进展" in await say(ctx, "history")
    for place in range(7):
        await say(ctx, "report", content=f"召开第{place}次会，{'并讨论工作' * 12}", date=NOVEMBER_20)
    answer = await say(ctx, "history")
    assert "共登记进展7项，最近5项" in answer
    assert "1.2026年11月20日，召开第6次会" in answer
    assert "…（编号2026-0007）" in answer
    assert "并讨论工作" * 12 in await say(ctx, "history", number="2026-0003")
