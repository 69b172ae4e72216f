"""The commands beside the bot: plan, calendar, roster; each says what it did, or everything that is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import python_calamine

from storage import roster
from tests.storage.shell import Ran, brandbot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
DEMO = "bot/data/roster_anlan.csv"
Brandbot = Callable[..., Ran]


@pytest.fixture
def command(database_url: str, tmp_path: Path) -> Brandbot:
    """Runs a command on the test's database."""
    return lambda *words: brandbot(database_url, tmp_path, NOW, *map(str, words))


def test_a_plan_is_checked_loaded_exported_and_loaded_again(command: Brandbot, tmp_path: Path) -> None:
    assert "没有问题：市直属机关党组织创建党建品牌工作三年规划" in command("plan", "check", "default").out
    assert command("plan", "export").err == "还没有启用规划，可运行 brandbot plan load default\n"
    assert "已启用第1版" in command("plan", "load", "default").out
    assert "与现行第1版相同" in command("plan", "load", "default").out
    file = tmp_path / "plan.toml"
    assert command("plan", "export", file).code == 0
    file.write_text(file.read_text().replace("weekly_cap = 3", "weekly_cap = 2"))
    assert "已启用第2版" in command("plan", "load", file, "--reason", "减负").out
    assert "weekly_cap = 2" in command("plan", "export").out


def test_a_wrong_plan_lists_every_line_and_changes_nothing(command: Brandbot, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text('title = ""\nweekly = 3\n')
    ran = command("plan", "load", file)
    assert ran.code == 1
    assert "第1行：title 应为规划名称，现为“”" in ran.err
    assert "第2行：不认识 weekly" in ran.err
    assert command("plan", "export").code == 1
    assert command("plan", "check", tmp_path / "none.toml").err.startswith("不能读取")


def test_a_calendar_notice_is_laid_over(command: Brandbot, tmp_path: Path) -> None:
    file = tmp_path / "2027.toml"
    file.write_text('[[day]]\ndate = 2027-10-01\nuntil = 2027-10-07\nworkday = false\nname = "国庆节"\n')
    assert command("calendar", "load", file).out == "已载入2027年的安排：共7天，其中新增或改动7天。\n"
    assert command("calendar", "load", file).out == "已载入2027年的安排：共7天，其中新增或改动0天。\n"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_again(command: Brandbot, tmp_path: Path, ending: str) -> None:
    command("plan", "load", "default")
    assert "新增30个" in command("roster", "import", DEMO).out
    file = tmp_path / f"roster.{ending}"
    assert "已导出30个组织" in command("roster", "export", file).out
    assert roster.check(file.read_bytes()).entries == roster.check(Path(DEMO).read_bytes()).entries
    again = command("roster", "import", file).out
    assert again.splitlines() == [
        "已导入：新增0个，更新0个，未变30个；登记品牌0个。",
        "请补填日期（没有代填）：",
        "  退回的2个没有完善期限，补上之前不提醒，请在“完善期限”列补填：06 市委政法委党支部、19 市住房城乡建设局机关党委",
        "  待审的3个没有申报日期，请在“申报日期”列补填："
        "10 市发展改革委机关党委、18 市生态环境局党总支、28 市社会保险事业中心党支部",
    ]


def test_the_empty_template_says_how_to_fill_it_in(command: Brandbot, tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    assert "空白模板" in command("roster", "export", file).out
    book = python_calamine.load_workbook(str(file))
    assert book.sheet_names == ["党组织名册", "填写说明"]
    assert book.get_sheet_by_index(0).to_python()[0][:4] == ["id", "规范简称", "全称", "组织类型"]
    assert command("roster", "export", tmp_path / "template.doc").err == "文件名应以 .xlsx 或 .csv 结尾\n"


def test_text_that_looks_like_a_formula_stays_text(command: Brandbot, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,规范简称,组织类型,上级id,党员数,别名\n01,=1+1党支部,党支部,00,12,@SUM(A1)、+86\n")
    command("roster", "import", source)
    for ending in ("csv", "xlsx"):
        file = tmp_path / f"out.{ending}"
        command("roster", "export", file)
        (entry,) = roster.check(file.read_bytes()).entries
        assert (entry.short_name, entry.aliases) == ("=1+1党支部", ("@SUM(A1)", "+86"))
    assert b"\r\n01,'=1+1" in (tmp_path / "out.csv").read_bytes()
    assert b"<f>" not in (tmp_path / "out.xlsx").read_bytes()


def test_a_wrong_roster_is_listed_and_can_be_had_back_marked(command: Brandbot, tmp_path: Path) -> None:
    source, marked = tmp_path / "in.csv", tmp_path / "marked.xlsx"
    source.write_text("id,规范简称,组织类型,上级id,党员数\n01,甲党支部,党支部,00,二十六\n02,乙党支部,党支部,00,12\n")
    ran = command("roster", "import", source, "--errors", marked)
    assert ran.code == 1
    assert "有1处需要修改，什么也没有导入" in ran.err
    assert "第2行“党员数”列（E2）：应为整数，现为“二十六”" in ran.err
    rows = python_calamine.load_workbook(str(marked)).get_sheet_by_index(0).to_python()
    assert rows[1][5] == "第2行“党员数”列（E2）：应为整数，现为“二十六”"
    assert command("roster", "import", tmp_path / "none.csv").err.startswith("不能读取")
