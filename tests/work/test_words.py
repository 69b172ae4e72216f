"""The words behind recording: promises that a report names, milestones done, posts and names, names much alike."""

from datetime import date

import pytest

from handlers import brand_names
from handlers.commands.return_ import points
from handlers.recording import content, which_promise
from handlers.recording.milestones import done
from messages.reading.posts import recognised
from storage.brands import OtherBrand
from storage.commitments import Promise
from storage.plans import MilestoneFacts, PlanFacts
from tests.duties import town

PLAN = PlanFacts(
    id=1,
    title="",
    notice="",
    timezone=town.ZONE,
    starts_on=date(2026, 1, 1),
    ends_on=date(2028, 12, 31),
    declaration_due=date(2026, 12, 31),
    revision=1,
    phases=(),
    milestones=tuple(
        MilestoneFacts(ordinal, ordinal, slug, name, due, ()) for ordinal, (slug, name, due) in enumerate(town.MILESTONES, 1)
    ),
)


def promise(promised: str) -> Promise:
    return Promise(1, 1, 1, promised, date(2026, 12, 10), date(2026, 11, 23))


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        ("设计LOGO", "logo定稿了"),
        ("标识设计", "完成了标识设计"),
        ("验收", "已通过组织验收"),
        ("召开推进会", "召开了品牌创建推进会"),
        ("修订实施方案", "实施方案修订完了"),
        ("拍摄宣传片", "宣传片拍完了，拍摄宣传片用时一周"),
    ],
)
def test_a_report_names_the_promise_that_it_keeps(promised: str, said: str) -> None:
    assert which_promise.named([promise(promised)], said)


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        ("标识设计", "标识还没完成，推迟几天"),
        ("标识设计", "正在推进标识设计"),
        ("标识设计", "开展主题党日一次"),
        ("召开推进会", "推进会推迟"),
        ("印发方案", "召开动员会，下一步印发方案"),
    ],
)
def test_what_is_not_done_keeps_no_promise(promised: str, said: str) -> None:
    assert not which_promise.named([promise(promised)], said)


@pytest.mark.parametrize("said", ["优化培育已完成", "11月20日完成优化培育节点", "开了总结会，优化培育工作结束"])
def test_a_milestone_is_done_when_its_clause_says_so(said: str) -> None:
    assert [milestone.slug for milestone in done(PLAN, said)] == ["cultivating"]


@pytest.mark.parametrize(
    "said",
    ["正在优化培育", "优化培育还没完成", "优化培育完成80%", "准备完成优化培育", "研究优化培育工作", "下一步完成优化培育"],
)
def test_a_milestone_under_way_is_not_done(said: str) -> None:
    assert done(PLAN, said) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("组织委员", "组织委员"),
        ("机关党委专职副书记", "机关党委专职副书记"),
        ("由组织委员负责", "组织委员"),
        ("组织委员 张三", "组织委员"),
        ("组织委员张三", None),
        ("王小明（组织委员）", "组织委员"),
        ("张三，机关党委书记", "机关党委书记"),
        ("张书记", "书记"),
        ("欧阳修远副书记", "副书记"),
        ("张三", None),
        ("李建国", None),
    ],
)
def test_an_owner_is_a_post_and_never_a_name(typed: str, kept: str | None) -> None:
    assert recognised(typed) == kept


def test_a_post_of_the_plan_is_accepted_as_it_is() -> None:
    assert recognised("首席联系人", ("首席联系人",)) == "首席联系人"


@pytest.mark.parametrize(
    ("name", "other", "is_alike"),
    [
        ("同心筑梦", "同心逐梦", True),
        ("党建引领·清风行", "清风行", True),
        ("河畔灯火", "河畔灯火·守夜人", True),
        ("青山常在", "数字护航", False),
        ("先锋", "先锋红色党建", False),
    ],
)
def test_names_are_alike_by_characters_sound_or_core(name: str, other: str, is_alike: bool) -> None:
    assert bool(brand_names.alike(name, [OtherBrand(1, "某党支部", other)])) is is_alike


def test_reasons_are_told_one_by_one() -> None:
    assert points("名称偏长；内涵偏空。") == ["名称偏长", "内涵偏空"]
    assert points("一、名称偏长；二、请补充案例") == ["名称偏长", "请补充案例"]
    assert points("内涵偏空，请补充两个案例") == ["内涵偏空，请补充两个案例"]


@pytest.mark.parametrize(
    ("text", "next_step", "left"),
    [
        ("11月20日召开推进会，修订了方案，下一步设计标识，12月10号前完成", "设计标识", "召开推进会，修订了方案"),
        ("甲局机关党委，11月20日召开推进会。下一步：设计标识，12月10日前完成。", "设计标识", "召开推进会"),
        ("完成六成了，预计下月中旬验收", "验收", "完成六成了"),
        ("下周三召开座谈会", "召开座谈会", ""),
        ("标识设计12月10日前完成", "标识设计", ""),
        ("昨天走访了老人，计划12月20日前形成台账，参加12人", "形成台账", "走访了老人，参加12人"),
        ("甲局支部11月19日开展活动", None, "开展活动"),
        ("11.18赴社区服务", None, "赴社区服务"),
    ],
)
def test_what_was_done_is_told_without_day_name_and_next_step(text: str, next_step: str | None, left: str) -> None:
    assert content.done(text, next_step=next_step, names=("甲局机关党委", "甲局"), dated=True) == left


def test_a_name_in_short_is_taken_out_as_well() -> None:
    names = ("市甲局机关党委", "", "甲局")
    assert content.done("市甲局11月20日召开党员大会", next_step=None, names=names, dated=True) == "召开党员大会"
