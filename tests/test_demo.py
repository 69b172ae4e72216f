"""The demo as a newcomer meets it: typed, piped, scripted, or left alone; it leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
SCRIPT = """\
roster anlan
chat 某群 unit 12
person 某书记 secretary 12
= 2026-11-23 10:05
某群 某书记> @品牌助手 报 11月20日召开支委会
某群 < 编号2026-0001
"""


def demo(folder: Path, typed: str, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the real program in a process of its own, with an empty temporary folder that it may use."""
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONIOENCODING": "utf-8", "HOME": str(folder), **more}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "demo", *options],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=600,
    )


def test_what_is_typed_is_answered_and_nothing_is_left_behind(tmp_path: Path) -> None:
    report = "报 11月20日召开推进会，下一步设计标识，12月10日前完成"
    typed = f"{report}\n/as 路人\n到哪一步了\n/as 没有的人\n/time 昨天\n/whatever\n/quit\n报 没人听\n"
    done = demo(tmp_path, typed)
    assert done.returncode == 0, done.stderr
    assert "您是民政书记" in done.stdout
    assert "已登记（编号2026-0073）" in done.stdout
    assert "尚未绑定" in done.stdout
    assert "没有“没有的人”这个人" in done.stdout
    assert "时间写作" in done.stdout
    assert "没有 /whatever 这个用法" in done.stdout
    assert "没人听" not in done.stdout
    assert not list(tmp_path.iterdir())


UNIX = """\
import asyncio.unix_events, os, sys
GONE = {"fcntl", "termios", "tty", "resource", "pwd", "grp", "pty", "readline", "curses", "syslog"}
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name in GONE:
            raise ModuleNotFoundError(name)
def refuse(*_):
    raise NotImplementedError
sys.meta_path.insert(0, Gone())
for name in GONE:
    sys.modules.pop(name, None)
for name in ("fchmod", "fchown", "fork", "getuid", "geteuid", "pread", "pwrite", "O_CLOEXEC", "O_NOFOLLOW"):
    delattr(os, name)
asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler = refuse
"""
"""What another system does not have, taken away before the program starts."""


def test_it_plays_where_nothing_of_unix_is_there(tmp_path: Path) -> None:
    hidden, played = tmp_path / "hidden", tmp_path / "played"
    hidden.mkdir()
    played.mkdir()
    (hidden / "sitecustomize.py").write_text(UNIX, "utf-8")
    script = tmp_path / "own.chat"
    script.write_text(SCRIPT, "utf-8")
    without = {"PYTHONPATH": str(hidden)}
    done = demo(played, "", "--script", str(script), **without)
    assert done.returncode == 0, done.stderr
    assert "编号2026-0001" in done.stdout
    assert not list(played.iterdir())
    check = [sys.executable, "-c", "import fcntl"]
    assert subprocess.run(check, env=os.environ | without, capture_output=True).returncode == 1


def test_a_button_is_pressed_by_its_label(tmp_path: Path) -> None:
    done = demo(tmp_path, "报 11月20日召开推进会\n[撤回]\n[没有的按钮]\n")
    assert done.returncode == 0, done.stderr
    assert "已撤回" in done.stdout
    assert "没有可按的按钮" in done.stdout


def test_moving_the_clock_brings_the_summary_to_the_committee_and_nudges_to_the_units(tmp_path: Path) -> None:
    done = demo(tmp_path, "/time 2026-11-27 17:00\n/time 2026-12-01 12:00\n")
    assert done.returncode == 0, done.stderr
    assert "22个直属党组织中，已申报17个，申报率77.3%" in done.stdout
    assert "科技群 · 2026年12月1日" in done.stdout


def test_left_alone_it_tells_a_week_and_ends(tmp_path: Path) -> None:
    done = demo(tmp_path, "")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "已登记" in done.stdout
    assert "拟稿，供审核" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("expected", "code"), [("编号2026-0001", 0), ("编号2026-0002", 1)])
def test_a_script_of_its_own_roster_starts_without_the_year_and_is_checked(tmp_path: Path, expected: str, code: int) -> None:
    script = tmp_path / "own.chat"
    script.write_text(SCRIPT.replace("编号2026-0001", expected), "utf-8")
    assert demo(tmp_path, "", "--script", str(script)).returncode == code


def test_a_script_without_a_roster_plays_in_the_city(tmp_path: Path) -> None:
    script = tmp_path / "city.chat"
    script.write_text("= 2026-11-24 10:05\n民政群 民政书记> @品牌助手 报 11月20日召开支委会\n民政群 < 编号2026-0073\n", "utf-8")
    done = demo(tmp_path, "", "--script", str(script))
    assert done.returncode == 0, done.stdout


def test_a_script_that_is_not_there_is_named_in_one_line(tmp_path: Path) -> None:
    done = demo(tmp_path, "", "--script", str(tmp_path / "none.chat"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "none.chat" in done.stderr
