"""A roster is imported whole or not at all, updates by code, and never undoes what happened since."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from messages.reading.posts import may_be_added
from storage import organizations, plan_file, roster
from storage.derived import counts, due
from storage.roster import RosterError, demo
from storage.tables import Alias, Brand, BrandEvent, BrandMilestone, Organization, Separation
from tests.cities import city
from tests.counting import counted

DEMO = Path("bot/data/roster_anlan.csv")
DEMO_BYTES = DEMO.read_bytes()
PLAN = Path("bot/data/plan_default.toml").read_text(encoding="utf-8")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI)
HEADER = "id,规范简称,组织类型,上级id,党员数,品牌名称,品牌类型,申报状态,别名\n"


async def plan(session: AsyncSession) -> None:
    """The default plan in force."""
    await plan_file.load(session, plan_file.parse(PLAN, may_be_added), now=NOW)


def problems(text: str) -> list[str]:
    """Every problem of a file, as it is printed."""
    with pytest.raises(RosterError) as refused:
        roster.check(text.encode())
    return [str(problem) for problem in refused.value.problems]


async def one(session: AsyncSession, code: str) -> Organization:
    """An organisation by its code."""
    found = await organizations.by_code(session, code)
    assert found is not None
    return found


async def brand_of(session: AsyncSession, code: str) -> Brand:
    """The brand of an organisation."""
    owner = (await one(session, code)).id
    return (await session.execute(select(Brand).where(col(Brand.organization_id) == owner))).scalar_one()


async def test_the_demo_city_has_exactly_the_promised_counts(session: AsyncSession) -> None:
    await plan(session)
    imported = await demo.seed(session, DEMO, NOW)
    assert (imported.added, imported.brands, imported.warnings) == (30, 22, ())
    now = await counts.counts(session, NOW.date())
    assert (now.direct, now.declared, now.approved, now.exemplars) == (22, 17, 13, 2)
    assert (now.waiting, now.returned, now.rate, now.missing) == (2, 2, 77.3, 5)
    assert (now.separate, now.branch) == (2, 3)
    then = await counts.counts(session, date(2026, 7, 16), at=datetime(2026, 7, 16, tzinfo=UTC))
    assert (then.declared, then.approved, then.exemplars, then.separate, then.branch) == (17, 13, 2, 2, 3)


async def test_the_demo_city_stands_as_it_did_in_july(session: AsyncSession) -> None:
    await plan(session)
    await demo.seed(session, DEMO, NOW)
    approved, waiting, returned = [await brand_of(session, code) for code in ("14", "10", "06")]
    assert (approved.state, approved.standing, approved.name) == ("approved", "direct", "夕阳暖巢·民政有爱")
    assert approved.submitted_on is not None
    assert approved.submitted_on.strftime("%Y-%m") == "2026-06"
    assert approved.approved_on is not None
    assert date(2026, 7, 1) <= approved.approved_on <= date(2026, 7, 15)
    done = (await session.execute(select(BrandMilestone).where(col(BrandMilestone.brand_id) == approved.id))).scalars()
    assert [milestone.done_on for milestone in done] == [approved.approved_on] * 3
    assert (waiting.state, waiting.submitted_on) == ("submitted", date(2026, 7, 10))
    assert (returned.state, returned.return_due) == ("returned", date(2026, 12, 11))
    separate = await brand_of(session, "28")
    assert (separate.standing, separate.state, separate.submitted_on) == ("separate", "submitted", date(2026, 7, 10))
    assert await due.separate_permitted(session, (await one(session, "28")).id or 0)
    assert not await due.separate_permitted(session, (await one(session, "27")).id or 0)
    exemplar = await brand_of(session, "13")
    steps = select(BrandEvent).where(col(BrandEvent.brand_id) == exemplar.id).order_by(col(BrandEvent.id))
    assert [step.step for step in (await session.execute(steps)).scalars()] == ["submitted", "approved", "matured", "exemplar"]
    assert (await brand_of(session, "23")).standing == "branch"
    below = await organizations.by_ids(session, await organizations.subtree_ids(session, (await one(session, "14")).id or 0))
    assert {row.code for row in below.values()} == {"14", "23", "24", "25"}
    assert [row.code for row in await organizations.names(session)][:3] == ["01", "02", "03"]


async def test_a_story_that_begins_earlier_has_no_step_in_its_future(session: AsyncSession) -> None:
    await plan(session)
    early = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)  # a Monday
    await demo.seed(session, DEMO, early)
    assert (await counts.counts(session, early.date())).declared == 17
    assert (await session.execute(select(func.max(BrandEvent.on)))).scalar_one() == date(2026, 2, 28)  # a make-up Saturday
    assert (await brand_of(session, "06")).return_due == date(2026, 12, 11)


async def test_an_ordinary_import_counts_from_its_day(session: AsyncSession) -> None:
    await plan(session)
    await roster.load(session, DEMO_BYTES, now=NOW)
    assert (await brand_of(session, "14")).approved_on == NOW.date()
    assert (await brand_of(session, "06")).return_due == date(2026, 12, 7)  # ten workdays
    assert (await counts.counts(session, NOW.date())).rate == 77.3


def workbook(rows: list[list[object]]) -> bytes:
    """An .xlsx file of these rows; numbers are written as numbers."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


ROWS = [
    ["01", "甲局机关党委", "党委", "00", "120", "", "", "未申报", "甲局"],
    ["2", "甲局一支部", "党支部", "01", "12", "", "", "", ""],
]
TEXT = HEADER + "\n".join(",".join(row) for row in ROWS) + "\n"
TITLES: list[object] = list(HEADER.strip().split(","))


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.encode("gbk"), TEXT.encode("utf-16"), TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(",", "\t").encode(), TEXT.replace("上级id", "上级id（00=工委）").encode("gb18030"),
        workbook([TITLES, list(ROWS[0]), [2, *ROWS[1][1:4], 12.0]]),
        workbook([["某市党组织名册"], TITLES, list(ROWS[0]), [], list(ROWS[1])]),
    ],
    ids=["utf-8", "bom", "gbk", "utf-16", "crlf", "tabs", "title with remark", "xlsx with numbers", "xlsx with a title row"],
)  # fmt: skip
def test_the_formats_that_offices_save_read_the_same(data: bytes) -> None:
    entries = roster.check(data).entries
    assert [(e.code, e.short_name, e.kind, e.parent, e.member_count, e.aliases) for e in entries] == [
        ("01", "甲局机关党委", "party_committee", None, 120, ("甲局",)),
        ("2", "甲局一支部", "branch", "01", 12, ()),
    ]


def test_every_mistake_is_named_by_row_and_column_at_once() -> None:
    found = problems(
        HEADER
        + "01,甲局党委,党委,00,一百二,,,未申报,\n"
        + "01,乙局党委,协会,00,120,,,通过,\n"
        + "\n"
        + ",,党支部,99,26,某品牌,,待审核,\n"
        + "04,丙支部,党支部,04,26,,,支部品牌,\n"
    )
    assert found == [
        "第2行“党员数”列（E2）：应为整数，现为“一百二”",
        "第3行“id”列（A3）：与第2行重复，现为“01”",
        "第3行“组织类型”列（C3）：应为党委、党总支、党支部、联合党支部之一，现为“协会”",
        "第3行“品牌名称”列（F3）：状态为“通过”时不能为空，现为空",
        "第5行“id”列（A5）：应为数字或字母组成的编号，不超过30位，且不是代表工委的00，现为空",
        "第5行“规范简称”列（B5）：不能为空",
        "第5行“上级id”列（D5）：没有这个编号的组织，现为“99”",
        "第5行“申报状态”列（H5）：下属党组织的状态应为支部品牌、不单独申报、单独申报·未申报、单独申报·待审、单独申报·退回、"
        "单独申报·通过、单独申报·成型、单独申报·示范之一，现为“待审核”",
        "第6行“上级id”列（D6）：上下级成环，现为“04”",
        "第6行“品牌名称”列（F6）：状态为“支部品牌”时不能为空，现为空",
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "找不到表头"),
        ("编号,名称\n".encode(), "找不到表头：前10行中应有一行含有“id、规范简称、组织类型、上级id、党员数”各列"),
        ("id,规范简称,组织类型,上级id\n01,甲,党委,00\n".encode(), "第1行：缺少“党员数”列"),
        ("id,规范简称,规范简称,组织类型,上级id,党员数\n".encode(), "第1行：“规范简称”列重复"),
        (HEADER.encode(), "表头之下没有数据"),
        (b"PK\x03\x04 not a workbook", "不是可读的表格文件"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "不是可读的表格文件"),
        (bytes(range(256)), "文件编码无法识别"),
        (b"\x00\x01" * 100, "不是可读的表格文件"),
    ],
)
def test_a_file_that_is_no_roster_says_what_is_wrong(data: bytes, expected: str) -> None:
    with pytest.raises(RosterError) as refused:
        roster.check(data)
    assert expected in str(refused.value)


def test_doubts_are_told_but_stop_nothing() -> None:
    warnings = roster.check(
        (
            HEADER.replace("别名", "别名,备注")
            + "01,甲局机关党委,党委,00,20,同心,,通过,政府\n"
            + "02,乙局党支部,党支部,00,2,同·心,,通过,政府\n"
            + "03,乙局党总支,党总支,00,60,某品牌,,未申报,\n"
        ).encode()
    ).warnings
    assert warnings == (
        "不认识“备注”列，未导入",
        "第2行：“甲局机关党委”为党委，党员20人，一般设党支部",
        "第3行：“乙局党支部”党员2人，不足3人一般不单独成立支部",
        "第3、4行：同一上级下名称相同或只差组织类型，请核对",
        "第2、3行：都叫“政府”，机器人会反问是哪一个",
        "第2、3行：品牌名称相同，请核对",
        "第4行：状态为“未申报”，品牌名称“某品牌”未导入",
    )


async def test_nothing_of_a_wrong_file_is_imported(session: AsyncSession) -> None:
    with pytest.raises(RosterError):
        await roster.load(session, (TEXT + "03,丙局党委,党委,00,很多,,,,\n").encode(), now=NOW)
    assert await organizations.count(session) == 0


async def test_a_second_import_updates_by_code_and_leaves_what_happened_since_alone(session: AsyncSession) -> None:
    await plan(session)
    await roster.load(session, DEMO_BYTES, now=NOW)
    before = {row.code: row.id for row in (await session.execute(select(Organization))).scalars()}
    brand = await brand_of(session, "10")
    brand.state, brand.approved_on = "approved", NOW.date()
    session.add(Alias(organization_id=before["12"] or 0, name="小科"))
    await session.flush()
    session.expire_all()
    lines = DEMO_BYTES.decode("utf-8-sig").splitlines()
    changed = [lines[0], *reversed(lines[1:])]
    changed = [line for line in changed if not line.startswith(("29,", "27,"))]
    text = "\n".join(changed).replace("23,市社会福利院党支部,党支部,14,26", "23,市社会福利院党总支,党总支,13,56")
    text = text.replace("05,市委统战部党支部,党支部,00,24,,,未申报", "05,市委统战部党支部,党支部,00,24,同心汇,,待审")
    text = text.replace("阳光账本", "阳光帐本") + "\n31,市档案馆党支部,党支部,00,12,,,未申报,档案馆\n"
    imported = await roster.load(session, text.encode(), now=NOW)
    assert (imported.added, imported.brands) == (1, 1)
    assert imported.missing == ("27 市公安局刑侦支队党支部", "29 市城建档案馆、市燃气服务中心联合党支部")
    assert imported.differences == (
        "第15行 市财政局机关党委：品牌名称现为“阳光账本”，表中为“阳光帐本”，未改动",
        "第20行 市发展改革委机关党委：申报状态现为“通过”，表中为“待审”，未改动",
    )
    moved = await one(session, "23")
    assert (moved.id, moved.parent_id, moved.kind, moved.member_count) == (before["23"], before["13"], "general_branch", 56)
    assert (await brand_of(session, "05")).state == "submitted"
    assert (await one(session, "30")).position == 1
    assert await organizations.count(session) == 31
    aliases = {row.name for row in (await session.execute(select(Alias))).scalars()}
    assert {"小科", "档案馆", "民政"} <= aliases


async def test_the_same_file_again_changes_nothing(session: AsyncSession) -> None:
    await plan(session)
    await roster.load(session, DEMO_BYTES, now=NOW)
    again = await roster.load(session, DEMO_BYTES, now=NOW)
    assert (again.added, again.updated, again.unchanged, again.brands) == (0, 0, 30, 0)
    assert (again.differences, again.missing) == ((), ())
    rows = [(await session.execute(select(func.count()).select_from(table))).scalar_one() for table in (Brand, Separation)]
    assert rows == [22, 5]


async def test_a_made_up_city_has_the_counts_it_was_made_with(session: AsyncSession) -> None:
    await plan(session)
    made = city(1500)
    imported = await roster.load(session, made.csv.encode(), now=NOW)
    now = await counts.counts(session, NOW.date())
    assert imported.added == 1500
    assert (now.direct, now.declared, now.approved) == (made.direct, made.declared, made.approved)
    assert (now.exemplars, now.waiting, now.returned) == (made.states["示范"], made.states["待审"], made.states["退回"])
    assert (now.separate, now.branch, now.missing) == (made.separate, made.states["支部品牌"], made.states["未申报"])
    assert (now.matured, now.direct - now.declared) == (made.states["成型"] + made.states["示范"], now.missing)


async def test_a_large_roster_is_imported_by_few_statements(session: AsyncSession) -> None:
    with counted(session.get_bind()) as counts:
        imported = await roster.load(session, city(5_000).csv.encode(), now=NOW)
    assert imported.added == 5_000
    assert len(counts.statements) <= 100
