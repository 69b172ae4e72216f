"""Transcripts are read line by line, and a wrong line is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.replay.events import Crash, Expect, Move, Say, Script, Shell
from bot.replay.script import BadScript, parse

HEAD = "chat 群 unit 14\nchat 私 private 甲\nperson 甲 secretary 14\n= 2026-11-23 10:05\n"


def read(tmp_path: Path, text: str) -> Script:
    path = tmp_path / "x.chat"
    path.write_text(text, encoding="utf-8")
    return parse(path)


def test_every_form_of_line_is_known(tmp_path: Path) -> None:
    script = read(
        tmp_path,
        HEAD
        + "# comment\n\n群 甲> 一\n  二\n　三\n群 甲> (edit) 四\n群 甲> (reply) 五\n群 甲> (file 表.pdf) 六\n群 甲> [通过]\n"
        + "群 < 七\n群 <~ 八(?P<no>\\d{4})\n群 <! 九\n群 <-\n$ invite secretary 14\n$ < 十\n"
        + "$ <~ 码\n! crash\n! crash at sent\n! down 3d\n",
    )
    events = [line.event for line in script.lines[1:]]
    assert events == [
        Say("群", "甲", "一\n二\n三"),
        Say("群", "甲", "四", edit=True),
        Say("群", "甲", "五", reply=True),
        Say("群", "甲", "六", file="表.pdf"),
        Say("群", "甲", "", label="通过"),
        Expect("群", "", "七"),
        Expect("群", "~", "八(?P<no>\\d{4})"),
        Expect("群", "!", "九"),
        Expect("群", "-", ""),
        Shell("invite secretary 14"),
        Expect("$", "", "十"),
        Expect("$", "~", "码"),
        Crash(),
        Crash("sent"),
        Crash(down=timedelta(days=3)),
    ]
    assert isinstance(script.lines[0].event, Move)
    assert script.switched_on


def test_off_right_after_the_clock_keeps_the_nudges_off(tmp_path: Path) -> None:
    assert not read(tmp_path, HEAD + "! off\n群 甲> 一\n").switched_on


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("chat 群 unit\n", 1),
        ("chat 群 nowhere\n", 1),
        ("person 甲 boss\n", 1),
        ("chat 群 all\nchat 群 all\n", 2),
        ("群 < 一\n", 1),
        (HEAD + "别群 < 一\n", 5),
        (HEAD + "群 乙> 一\n", 5),
        (HEAD + "群 <\n", 5),
        (HEAD + "群 <~ (\n", 5),
        (HEAD + "! explode\n", 5),
        (HEAD + "! crash at lunch\n", 5),
        (HEAD + "= tomorrow\n", 5),
        (HEAD + "什么\n", 5),
        ("chat 群 all\n  继续\n", 2),
        ("roster anlan\n", 2),
    ],
)
def test_a_wrong_line_is_named_by_file_and_number(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(BadScript, match=rf"x\.chat:{line}: "):
        read(tmp_path, text)
