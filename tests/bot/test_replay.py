"""Replay: the same app as serve, a readable difference, and the fixed JSON lines."""

import ast
import io
import json
from pathlib import Path

import pytest

from bot.cli import beside, run
from bot.cli.shell import Shell
from bot.config import load
from bot.process.clock import system
from bot.replay.run import play

FOLDER = Path(__file__).parents[2] / "bot" / "replay"
STORY = """roster anlan
chat 群 unit 14
chat 工委群 committee
person 书记 secretary 14
person 管理员 admin
= 2026-11-23 10:05
群 书记> @品牌助手 报 11月20日召开推进会
群 <~ 编号(?P<no>2026-\\d{4})
群 书记> @品牌助手 记录 {no}
群 < {no}
$ invite secretary 14
$ < 绑定
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "story.chat"
    path.write_text(text, encoding="utf-8")
    return path


def shelled(*words: str) -> tuple[int, str, str]:
    """Run a brandbot command; its exit code, output and complaints."""
    out, err = io.StringIO(), io.StringIO()
    code = run(words, Shell(settings=lambda: load({}), now=system, out=out, err=err))
    return code, out.getvalue(), err.getvalue()


def test_replay_imports_no_handler_no_duty_and_no_storage() -> None:
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in {"handlers", "storage", "messages"}], file.name


def test_a_story_that_holds_ends_with_zero(tmp_path: Path) -> None:
    code, out, _ = shelled("replay", str(write(tmp_path, STORY)))
    assert code == 0
    assert out.strip().endswith("ok")


def test_a_difference_names_the_line_and_shows_what_was_sent(tmp_path: Path) -> None:
    path = write(tmp_path, STORY + "群 书记> @品牌助手 帮助\n群 < 从来不说的话\n")
    code, out, _ = shelled("replay", str(path))
    assert code == 1
    assert f"{path}:14: 群 < 从来不说的话" in out
    assert "可以直接这样说" in out


def test_every_sent_message_is_a_json_line(tmp_path: Path) -> None:
    code, out, _ = shelled("replay", "--json", str(write(tmp_path, STORY)))
    assert code == 0
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == 2
    assert set(lines[0]) == {"at", "chat", "template", "text", "buttons", "files", "state"}
    assert lines[0]["at"] == "2026-11-23T10:05:00+08:00"
    assert lines[0]["chat"] == "群"
    assert lines[0]["template"] == "report/recorded"
    assert lines[0]["buttons"] == ["撤回"]
    assert lines[0]["state"] == "sent"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nonsense\n", "story.chat:1: "),
        (STORY.replace("roster anlan", "roster missing.csv"), "missing.csv"),
        (STORY.replace("unit 14", "unit 99"), "99"),
    ],
)
def test_a_transcript_that_cannot_be_played_ends_in_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    code, out, err = shelled("replay", str(write(tmp_path, text)))
    assert code == 1
    assert complaint in err
    assert err.count("\n") == 1
    assert out == ""


def test_a_file_that_is_not_there_ends_in_one_line(tmp_path: Path) -> None:
    code, _, err = shelled("replay", str(tmp_path / "nowhere.chat"))
    assert code == 1
    assert "nowhere.chat" in err


def test_a_wrong_database_is_refused() -> None:
    code, _, err = shelled("replay", "x.chat", "--database", "mysql://x/y")
    assert code == 1
    assert "--database" in err


async def test_a_story_plays_on_either_database(database_url: str, tmp_path: Path) -> None:
    differences = await play(write(tmp_path, STORY), load({}), beside, database=database_url)
    assert [str(one) for one in differences] == []


@pytest.mark.parametrize("story", ["crash", "quarter", "drafts"])
@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_the_long_stories_hold_on_postgresql_too(database_url: str, story: str) -> None:
    path = Path(__file__).parents[1] / "transcripts" / f"{story}.chat"
    assert [str(one) for one in await play(path, load({}), beside, database=database_url)] == []
