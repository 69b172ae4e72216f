"""A roster is imported whole or not at all, updates by code, and never undoes what happened since."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from messages.reading.posts import may_be_added
from storage import organizations, plan_file, roster
from storage.derived import counts, digest, due
from storage.roster import RosterError, demo
from storage.roster.changes import Changes
from storage.roster.check import Known
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


async def test_an_imported_state_is_a_baseline_and_no_day_is_made_up(session: AsyncSession) -> None:
    await plan(session)
    await roster.load(session, DEMO_BYTES, now=NOW)
    for code in ("14", "06", "10", "13"):
        brand = await brand_of(session, code)
        assert [brand.submitted_on, brand.approved_on, brand.return_due, brand.matured_on, brand.exemplar_on] == [None] * 5
    steps = (await session.execute(select(BrandEvent))).scalars().all()
    assert len(steps) == 22
    assert all(step.baseline and step.on is None for step in steps)
    assert (await counts.counts(session, NOW.date())).rate == 77.3
    long_ago = datetime(2026, 1, 2, tzinfo=UTC)
    assert (await counts.counts(session, long_ago.date(), at=long_ago)).rate == 77.3
    assert (await digest.activity(session, long_ago, NOW + timedelta(days=1))).steps == ()
    owed = await due.items(session, subjects=("return",))
    assert owed == []


async def test_the_days_that_a_roster_tells_are_taken_and_can_be_told_later(session: AsyncSession) -> None:
    await plan(session)
    header = HEADER.replace("别名", "申报日期,审核日期,完善期限")
    rows = "01,甲局党委,党委,00,120,一心,,退回,{},,{}\n02,乙局党委,党委,00,120,二心,,通过,2026年6月1日,{},\n"
    first = await roster.load(session, (header + rows.format("", "", "")).encode(), now=NOW)
    assert first.undated == ("退回的1个没有完善期限，补上之前不提醒，请在“完善期限”列补填：01 甲局党委",)
    told = header + rows.format("2026/5/8", "2026-12-18", "2026-07-01 00:00:00")
    again = await roster.load(session, told.encode(), now=NOW)
    assert (again.undated, again.differences, again.needs_word) == ((), (), False)
    session.expire_all()
    returned, approved = await brand_of(session, "01"), await brand_of(session, "02")
    assert (returned.submitted_on, returned.return_due) == (date(2026, 5, 8), date(2026, 12, 18))
    assert (approved.submitted_on, approved.approved_on) == (date(2026, 6, 1), date(2026, 7, 1))
    done = (await session.execute(select(col(BrandMilestone.done_on)))).scalars().all()
    assert list(done) == [date(2026, 7, 1)] * 3
    assert [item.due_on for item in await due.items(session, subjects=("return",))] == [date(2026, 12, 18)]
    third = await roster.load(session, told.replace("2026-12-18", "2026-12-31").encode(), now=NOW)
    assert third.differences == ("第2行 甲局党委：完善期限现为“2026-12-18”，表中为“2026-12-31”，未改动",)
    assert problems(header + rows.format("五月", "", "")) == ["第2行“申报日期”列（I2）：应为日期，如 2026-06-30，现为“五月”"]


async def test_what_an_import_does_to_a_roster_that_was_there_is_told_by_kind(session: AsyncSession) -> None:
    await plan(session)
    text = "01,甲局党委,党委,00,120,,,未申报,\n"
    text += "02,乙局党委,党委,00,120,,,未申报,\n0201,乙一支部,党支部,02,12,,,,\n03,丙局党委,党委,00,120,,,,\n"
    first = await roster.load(session, (HEADER + text).encode(), now=NOW)
    assert (first.needs_word, first.changes) == (False, Changes())
    header = HEADER.replace("别名", "撤销日期")
    new = (
        "01,甲局机关党委,党委,00,121,,,未申报,\n02,乙局党委,党委,00,120,,,未申报,2026-11-20\n0201,乙一支部,党支部,01,12,,,,\n"
        "04,丁局党委,党委,00,120,丁香,,待审,\n05,戊局党委,党委,00,120,,,,2026-01-02\n"
    )
    done = await roster.load(session, (header + new).encode(), now=NOW)
    assert done.needs_word
    assert done.changes == Changes(
        added=("04 丁局党委（直属）",),
        renamed=("01 甲局党委 → 甲局机关党委",),
        moved=("0201 乙一支部：上级 02 → 上级 01",),
        ended=("02 乙局党委：2026-11-20撤销",),
        others=("01 甲局机关党委：党员数 120 → 121",),
    )
    assert done.missing == ("03 丙局党委",)
    now = await counts.counts(session, NOW.date())
    assert (now.direct, now.declared) == (3, 1)
    assert [code for code, _ in await counts.missing(session)] == ["01", "03"]
    assert {item.code for item in await due.items(session)} == {"01", "03"}
    assert {row.code for row in await organizations.names(session)} == {"01", "0201", "03", "04"}


async def test_only_members_and_order_need_no_word(session: AsyncSession) -> None:
    await plan(session)
    await roster.load(session, TEXT.encode(), now=NOW)
    done = await roster.load(session, TEXT.replace(",120,", ",130,").replace("甲局\n", "甲局、小甲\n").encode(), now=NOW)
    assert (done.updated, done.needs_word, done.changes.others) == (1, False, ("01 甲局机关党委：党员数 120 → 130",))


def workbook(rows: list[list[object]], *, merge: tuple[int, int, int, int] | None = None, dates: bool = False) -> bytes:
    """An .xlsx file of these rows; numbers are written as numbers. `merge`: rows and columns of a merged cell."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd" if dates else None})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if merge is not None:
        sheet.merge_range(*merge, rows[merge[0]][merge[1]])
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


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2026-01-14", "像是编号被表格软件变成了日期"), ("14-Jan", "像是编号被表格软件变成了日期"),
        ("1月14日", "像是编号被表格软件变成了日期"), ("2026/1/14", "像是编号被表格软件变成了日期"),
        (date(2026, 1, 14), "像是编号被表格软件变成了日期"), (14.1, "编号存成了带小数的数字，末尾的0可能已经丢失"),
        (1234567890123456789, "编号存成了数字，15位以后的已经丢失"), ("01", None), ("14-01", None), ("14.10", None),
        ("01.02.03", None), (14, None), ("A-May2", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["code", "parent"])
def test_a_code_that_a_spreadsheet_program_has_spoilt_is_no_code(column: str, cell: object, said: str | None) -> None:
    own, above = (cell, "00") if column == "code" else ("77", cell)
    rows = [TITLES, [own, "某党支部", "党支部", above, "12"]]
    known = {str(cell): Known("上级党委", None)} if column == "parent" else {}
    data = workbook(rows, dates=True)
    if said is None:
        assert roster.check(data, known).entries[0].code == str(own)
        return
    with pytest.raises(RosterError) as refused:
        roster.check(data, known)
    place = "第2行“id”列（A2）" if column == "code" else "第2行“上级id”列（D2）"
    assert str(refused.value).startswith(f"{place}：{said}，请把这一列设为文本后重填，现为")


def test_a_code_without_its_zeros_is_not_taken_for_a_new_one() -> None:
    known = {"01": Known("甲局党委", None), "14-01": Known("乙支部", "01")}
    with pytest.raises(RosterError) as refused:
        roster.check(
            (HEADER + "1,甲局党委,党委,00,120,,,,\n14-1,乙支部,党支部,1,12,,,,\n3,丙支部,党支部,003,12,,,,\n").encode(), known
        )
    assert [str(problem) for problem in refused.value.problems] == [
        "第2行“id”列（A2）：是不是“01”（甲局党委），丢了前面的0？确是另一个组织的，请换一个编号，现为“1”",
        "第3行“id”列（A3）：是不是“14-01”（乙支部），丢了前面的0？确是另一个组织的，请换一个编号，现为“14-1”",
        "第4行“上级id”列（D4）：没有这个编号的组织，是不是“3”，现为“003”",
    ]
    found = problems(HEADER + "01,甲局党委,党委,00,120,,,,\n1,乙局党委,党委,00,120,,,,\n")
    assert [line.split("：")[0] for line in found] == ["第2行“id”列（A2）", "第3行“id”列（A3）"]


def test_an_empty_or_merged_cell_is_asked_about() -> None:
    assert problems(HEADER + "01,甲局党委,党委,00,120,,,,\n02,乙支部,党支部,,12,,,,\n") == [
        "第3行“上级id”列（D3）：不能为空：直属党组织填00，其余填上级的编号（原来是合并单元格的，每行都填）"
    ]
    rows: list[list[object]] = [TITLES, ["01", "甲局党委", "党委", "00", 120, "一心", "", "通过"]]
    rows += [[f"0{n}", f"第{n}党委", "党委", "00", 120, "", "", ""] for n in (2, 3)]
    with pytest.raises(RosterError) as refused:
        roster.check(workbook(rows, merge=(1, 7, 3, 7)))
    assert [str(problem) for problem in refused.value.problems] == [
        "第3行“申报状态”列（H3）：在合并单元格下，请取消合并，每行都填",
        "第4行“申报状态”列（H4）：在合并单元格下，请取消合并，每行都填",
    ]


def test_a_name_that_stands_under_another_code_is_asked_about() -> None:
    known = {"01": Known("甲局党委", None), "02": Known("乙局党委", None), "03": Known("丙局党委", None)}
    slipped = "01,乙局党委,党委,00,120,,,,\n02,乙局党委,党委,00,120,,,,\n31,丙局党委,党委,00,120,,,,\n"
    assert roster.check((HEADER + slipped).encode(), known).doubts == (
        "第2行“规范简称”列（B2）：“乙局党委”在名册里的编号是 02，这里是 01，是不是同一个组织？是则改回 02",
        "第4行“规范简称”列（B4）：“丙局党委”在名册里的编号是 03，这里是 31，是不是同一个组织？是则改回 03",
    )
    twice = HEADER + "01,甲局党委,党委,00,120,,,,\n02,甲局党委,党委,00,120,,,,\n"
    assert roster.check(twice.encode()).doubts == (
        "第3行“规范简称”列（B3）：与第2行同一上级、同名，是不是同一个组织？是则删去一行",
    )
    assert roster.check(DEMO_BYTES).doubts == ()


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
