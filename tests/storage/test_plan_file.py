"""A plan file is checked as a whole, loaded as a revision, and comes back as it went in."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from messages.reading.posts import may_be_added
from storage import calendar, plan_file, plans
from storage.plan_file import PlanFileError
from storage.tables import Brand, BrandMilestone, Milestone, Organization, PlanRevision

DEFAULT = Path("bot/data/plan_default.toml").read_text(encoding="utf-8")
NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


def problems(text: str) -> list[str]:
    """Every problem of a file, as it is printed."""
    with pytest.raises(PlanFileError) as refused:
        plan_file.parse(text, may_be_added)
    return [str(problem) for problem in refused.value.problems]


def line_of(text: str, part: str, nth: int = 1) -> int:
    """The number of the n-th line that holds the part."""
    return [number for number, line in enumerate(text.splitlines(), 1) if part in line][nth - 1]


def test_the_default_plan_is_the_one_that_was_promised() -> None:
    facts = plan_file.parse(DEFAULT, may_be_added).facts
    assert (facts.starts_on, facts.ends_on, facts.declaration_due) == (date(2026, 1, 1), date(2028, 12, 31), date(2026, 12, 31))
    assert [(p.name, p.ends_on.year, p.target_kind, p.target_percent, p.exemplars) for p in facts.phases] == [
        ("品牌申报阶段", 2026, "declared", 100, 10),
        ("品牌提升阶段", 2027, "matured", 60, 0),
        ("巩固推广阶段", 2028, "matured", 100, 0),
    ]
    assert [(m.name, m.slug, m.due_on.isoformat()) for m in facts.milestones] == [
        ("品牌定位", "positioning", "2026-06-30"), ("组织策划", "organizing", "2026-09-30"),
        ("方案制定", "drafting", "2026-12-31"), ("优化培育", "cultivating", "2027-06-30"),
        ("推广深化", "promoting", "2027-12-31"), ("总结提炼", "refining", "2028-06-30"),
        ("巩固提高", "consolidating", "2028-12-31"),
    ]  # fmt: skip
    assert facts.milestones[2].deliverables == ("申报表", "创建方案")
    assert facts.rules == plans.Rules()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("percent = 100", 'percent = "全部"', "percent 应为0到100的整数，现为“全部”"),
        ("percent = 60", "percent = 160", "percent 应为0到100的整数，现为160"),
        ("weekly_cap = 3", "weekly_cap = true", "weekly_cap 应为1到20的整数（每个组织每周至多几条），现为true"),
        ("weekly_cap = 3", "weekly_kap = 3", "不认识 weekly_kap，此处可用：ladder、"),
        ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Nowhere"', "timezone 应为时区，如 Asia/Shanghai，现为“Asia/Nowhere”"),
        ("due_on = 2026-06-30", 'due_on = "2026-02-30"', "due_on 应为日期，如 2030-06-30，现为“2026-02-30”"),
        ("due_on = 2026-06-30", "due_on = 2029-06-30", "“品牌定位”的 due_on 不在规划起止日期之内"),
        ('slug = "positioning"', 'slug = "organizing"', "slug “organizing”重复"),
        ("starts_on = 2027-01-01", "starts_on = 2026-12-31", "“品牌提升阶段”与“品牌申报阶段”的日期重叠或次序颠倒"),
        ('windows = ["09:00-11:30"', 'windows = ["11:30-09:00"', "windows 应为发送时段的列表"),
        ('summary_committee = "16:00"', 'summary_committee = "12:00"', "summary_committee 12:00 不在发送时段之内"),
        ("ladder = [30, 7, 3, 1]", "ladder = [30, 7, 7]", "ladder 应为提前天数的列表"),
        ("declaration_due = 2026-12-31", "declaration_due = 2026-02-30", "不是合法的TOML写法"),
        (
            "owner_posts = []",
            'owner_posts = ["张伟"]',
            "owner_posts 中的“张伟”不是岗位名称，应以委员、科长",
        ),
        ("owner_posts = []", 'owner_posts = ["首席联络员", "詹伟副书记"]', "owner_posts 中的“詹伟副书记”不是岗位名称"),
        ("owner_posts = []", 'owner_posts = ["段长青"]', "owner_posts 中的“段长青”不是岗位名称"),
        ("owner_posts = []", 'owner_posts = "联络员"', "owner_posts 应为岗位名称的列表"),
        ('target = "declared"', 'target = "done"', "target 应为declared（已申报）或 matured（已成型），现为“done”"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_reason(old: str, new: str, expected: str) -> None:
    text = DEFAULT.replace(old, new, 1)
    (found,) = problems(text)
    assert expected in found
    assert found.startswith(f"第{line_of(text, new, text.count(new))}行：")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = (
        DEFAULT.replace("percent = 60", "percent = 600")
        .replace('name = "总结提炼"\n', "")
        .replace("stop_after = 3", "stop_after = 0")
    )
    text = text.replace('notice = "', 'notise = "')
    found = problems(text)
    assert len(found) == 5
    assert found[0] == "缺少 notice（依据文件名称）"
    assert [line for line in found[1:] if line.startswith("第")] == found[1:]
    assert f"第{line_of(text, '[[milestone]]', 6)}行：缺少 name（节点名称）" in found


def test_an_empty_file_lists_what_it_needs() -> None:
    found = problems("")
    assert "缺少 title（规划名称）" in found
    assert "至少要有一段 [[milestone]]" in found


async def test_loading_puts_a_plan_in_force_and_exporting_gives_it_back(session: AsyncSession) -> None:
    assert await plan_file.export(session) is None
    parsed = plan_file.parse(DEFAULT, may_be_added)
    assert await plan_file.load(session, parsed, now=NOW, reason="首次") == plan_file.Loaded(1, changed=True)
    assert await plan_file.load(session, parsed, now=NOW, reason="再来") == plan_file.Loaded(1, changed=False)
    exported = await plan_file.export(session)
    assert exported is not None
    assert plan_file.parse(exported, may_be_added) == parsed
    facts = await plans.in_force(session)
    assert facts is not None
    assert (facts.title, facts.revision, facts.rules) == (parsed.facts.title, 1, parsed.facts.rules)


async def test_a_changed_plan_is_a_new_revision_and_milestones_keep_their_rows(session: AsyncSession) -> None:
    await plan_file.load(session, plan_file.parse(DEFAULT, may_be_added), now=NOW)
    before = await plans.in_force(session)
    assert before is not None
    text = DEFAULT.replace("due_on = 2026-09-30", "due_on = 2026-10-31").replace(
        'summary_units = "16:10"', 'summary_units = "16:20"'
    )
    first, second = text.index('[[milestone]]\nslug = "positioning"'), text.index('[[milestone]]\nslug = "organizing"')
    third = text.index('[[milestone]]\nslug = "drafting"')
    swapped = text[:first] + text[second:third] + text[first:second] + text[third:]
    loaded = await plan_file.load(session, plan_file.parse(swapped, may_be_added), now=NOW, reason="机构调整")
    after = await plans.in_force(session)
    assert after is not None
    assert loaded == plan_file.Loaded(2, changed=True)
    assert [m.slug for m in after.milestones][:3] == ["organizing", "positioning", "drafting"]
    assert {m.slug: m.id for m in after.milestones} == {m.slug: m.id for m in before.milestones}
    assert after.milestones[0].due_on == date(2026, 10, 31)
    assert after.rules.summary_units == time(16, 20)
    reasons = (await session.execute(select(PlanRevision).order_by("number"))).scalars().all()
    assert [(r.number, r.reason) for r in reasons] == [(1, ""), (2, "机构调整")]


async def test_a_milestone_that_somebody_reached_cannot_be_dropped(session: AsyncSession) -> None:
    await plan_file.load(session, plan_file.parse(DEFAULT, may_be_added), now=NOW)
    facts = await plans.in_force(session)
    assert facts is not None
    org = Organization(code="X1", short_name="某党支部", kind="branch", direct=True, position=1)
    session.add(org)
    await session.flush()
    brand = Brand(organization_id=org.id, standing="direct", name="某品牌", state="submitted", submitted_on=date(2026, 2, 1))
    session.add(brand)
    await session.flush()
    session.add(BrandMilestone(brand_id=brand.id, milestone_id=facts.milestones[5].id, done_on=date(2026, 2, 2)))
    await session.commit()
    start, end = DEFAULT.index('[[milestone]]\nslug = "refining"'), DEFAULT.index('[[milestone]]\nslug = "consolidating"')
    with pytest.raises(PlanFileError, match="“总结提炼”（refining）已有组织完成或登记，不能删除"):
        await plan_file.load(session, plan_file.parse(DEFAULT[:start] + DEFAULT[end:], may_be_added), now=NOW)
    await session.rollback()
    without_last = plan_file.parse(DEFAULT[:end] + DEFAULT[DEFAULT.index("[rules]") :], may_be_added)
    await plan_file.load(session, without_last, now=NOW)
    assert (await session.execute(select(func.count()).select_from(Milestone))).scalar_one() == 6


async def test_calendar_days_are_laid_over_and_exported_as_spans(session: AsyncSession) -> None:
    days = '[[day]]\ndate = 2027-10-01\nuntil = 2027-10-07\nworkday = false\nname = "国庆节"\n'
    days += "[[day]]\ndate = 2027-10-09\nworkday = true\n"
    await plan_file.load(session, plan_file.parse(DEFAULT + days, may_be_added), now=NOW)
    known = await calendar.load(session)
    assert known.published(2027)
    assert known.is_workday(date(2027, 10, 9))
    assert not known.is_workday(date(2027, 10, 6))
    exported = await plan_file.export(session)
    assert exported is not None
    assert "date = 2027-10-01\nuntil = 2027-10-07\n" in exported
    assert plan_file.parse(exported, may_be_added).days == plan_file.parse(DEFAULT + days, may_be_added).days
    assert await plan_file.load_days(session, plan_file.parse_days(days.replace("2027-10-09", "2027-10-10"))) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[day]]\ndate = 2027-10-01\n", "第1行：缺少 workday（true（上班）或 false（放假））"),
        (
            "[[day]]\ndate = 2027-10-01\nuntil = 2027-09-01\nworkday = true\n",
            "第3行：until 应在 date 当日或之后31天以内，现为2027-09-01",
        ),
        (2 * "[[day]]\ndate = 2027-10-01\nworkday = true\n", "第5行：2027-10-01 重复"),
        ("title = 'x'\n", "第1行：不认识 title，此处可用：day"),
    ],
)
def test_a_calendar_file_is_checked_the_same_way(text: str, expected: str) -> None:
    with pytest.raises(PlanFileError) as refused:
        plan_file.parse_days(text)
    assert expected in str(refused.value)
