"""A command that is called wrongly, or that meets a broken world, ends in one clear line."""

import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import run
from bot.cli.shell import Shell
from bot.config import load
from tests.bot.test_replay import shelled

UNREACHABLE = "postgresql://me:pass@127.0.0.1:1/db"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nonsense", "没有这个命令：nonsense（用法见 brandbot --help）"),
        ("chat nonsense", "没有这个命令：nonsense（用法见 brandbot chat --help）"),
        ("--nonsense", "没有这个选项：--nonsense"),
        ("replay", "缺少参数：文件…（用法见 brandbot replay --help）"),
        ("plan check", "缺少参数：文件|default"),
        ("plan check a b", "多余的参数：b"),
        ("plan chek", "没有这个命令：chek（用法见 brandbot plan --help）"),
        ("person erase 1 --yes=3", "选项 --yes 后面不写内容"),
        ("chat bind x committee", "会话编号 应为整数"),
        ("invite --all", "选项 --all 后面缺少内容"),
        ("replay nowhere.chat", "nowhere.chat：没有这个文件或文件夹"),
        ("roster import nowhere.csv", "不能读取 nowhere.csv：没有这个文件或文件夹"),
        ("read --roster nowhere.csv", "没有这个文件：nowhere.csv"),
    ],
)
def test_what_was_typed_wrongly_is_said_in_one_chinese_line(words: str, told: str) -> None:
    code, out, err = shelled(*words.split())
    assert code in {1, 2}
    assert out == ""
    assert told in err
    assert err.count("\n") == 1


def on(**environ: str) -> Callable[..., tuple[int, str]]:
    """Runs a command in an environment; its code and what it complained."""

    def command(*words: str) -> tuple[int, str]:
        err = io.StringIO()
        return run(words, Shell(settings=lambda: load(environ), out=io.StringIO(), err=err)), err.getvalue()

    return command


def test_a_database_that_is_away_or_none_is_named_in_one_line_without_its_password(tmp_path: Path) -> None:
    code, err = on(BRANDBOT_DATABASE_URL=UNREACHABLE)("person", "list")
    assert (code, err) == (1, "数据库不能使用：连接不上（连接被拒绝）\n")
    file = tmp_path / "notes.db"
    file.write_text("x" * 5000)
    code, err = on(BRANDBOT_DATABASE_URL=f"sqlite:///{file}")("chat", "list")
    assert (code, err) == (1, "数据库不能使用：这个文件不是数据库\n")
    assert file.read_text() == "x" * 5000


def test_a_data_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, err = on(BRANDBOT_DATA=str(tmp_path / "file" / "data"))("person", "list")
    assert code == 1
    assert err == f"{tmp_path}/file/data：路径中有一段不是文件夹\n"


def test_the_data_folder_and_the_database_are_their_owners_alone(tmp_path: Path) -> None:
    code, _ = on(BRANDBOT_DATA=str(tmp_path / "data"))("db", "upgrade")
    assert code == 0
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "data").iterdir()} == {0o600}


def test_a_given_database_is_played_on_again_and_one_that_is_used_is_left_alone(tmp_path: Path) -> None:
    story = tmp_path / "x.chat"
    story.write_text(
        "chat 群 unit 14\nperson 甲 secretary 14\n= 2026-11-23 10:05\n群 甲> @品牌助手 报 昨天召开推进会\n群 < 2026-0001\n"
    )
    given = f"sqlite:///{tmp_path}/given.db"
    assert shelled("replay", "--database", given, str(story), str(story))[0] == 0
    assert shelled("replay", "--database", given, str(story))[0] == 0
    used = str(tmp_path / "used.db")
    assert on(BRANDBOT_DATABASE_URL=f"sqlite:///{used}")("plan", "load", "default")[0] == 0
    code, _, err = shelled("replay", "--database", f"sqlite:///{used}", str(story))
    assert code == 1
    assert "已有内容" in err
    assert on(BRANDBOT_DATABASE_URL=f"sqlite:///{used}")("plan", "export")[0] == 0


def test_with_json_a_difference_is_told_beside_the_lines(tmp_path: Path) -> None:
    story = tmp_path / "x.chat"
    story.write_text("chat 群 unit 14\nperson 甲 secretary 14\n= 2026-11-23 10:05\n群 甲> @品牌助手 帮助\n群 < 从来不说\n")
    code, out, err = shelled("replay", "--json", str(story))
    assert code == 1
    assert out.count("\n") == 1
    assert "x.chat:5: 群 < 从来不说" in err


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_roster_to_read_by_may_be_any_table_but_not_an_empty_one(tmp_path: Path, ending: str) -> None:
    line = '{"id":1,"now":"2026-11-23T10:05:00+08:00","chat":"unit","addressed":true,"text":"进度 市财政局",' + (
        '"sender":{"role":"staff","org":null}}'
    )
    (tmp_path / "in.jsonl").write_text(line + "\n")
    roster = tmp_path / f"roster.{ending}"
    environ = on(BRANDBOT_DATA=str(tmp_path / "data"))
    assert environ("roster", "import", "bot/data/roster_anlan.csv")[0] == 0
    assert environ("roster", "export", str(roster))[0] == 0
    code, out, _ = shelled("read", "--roster", str(roster), str(tmp_path / "in.jsonl"))
    assert (code, json.loads(out)["org"]) == (0, "15")
    roster.write_bytes(b"a,b\n1,2\n")
    code, _, err = shelled("read", "--roster", str(roster), str(tmp_path / "in.jsonl"))
    assert code == 1
    assert "没有读到组织" in err
