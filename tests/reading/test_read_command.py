"""`brandbot read`: JSON lines in, JSON lines out, in order, without a database."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import run
from bot.cli.shell import Shell
from bot.config import load

LINE = {"id": "x1", "now": "2026-11-23T10:05:00+08:00", "chat": "private", "addressed": True, "text": "进度"}


def played(*words: str) -> tuple[int, str, str]:
    """The exit code, the output and the complaints of a command line."""
    out, err = io.StringIO(), io.StringIO()
    shell = Shell(settings=lambda: load({}), now=lambda: datetime(2026, 11, 23, 2, 5, tzinfo=UTC), out=out, err=err)
    return run(["read", *words], shell), out.getvalue(), err.getvalue()


def test_lines_are_answered_in_order_from_a_roster_of_ones_own(tmp_path: Path) -> None:
    roster, messages = tmp_path / "roster.csv", tmp_path / "messages.jsonl"
    roster.write_text("id,规范简称,上级id(00=工委),别名\nA1,市园林局党支部,00,园林\n", encoding="utf-8-sig")
    texts = ["园林进度", "报 \ud800 召开推进会", "帮助"]
    sender = {"role": "secretary", "org": "A1"}
    messages.write_text("\n\n".join(json.dumps({**LINE, "sender": sender, "text": text}) for text in texts), encoding="utf-8")
    code, out, _ = played("--roster", str(roster), str(messages))
    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {"id": "x1", "intent": "status", "org": "A1"},
        {"id": "x1", "intent": "report", "org": "A1"},
        {"id": "x1", "intent": "help"},
    ]


def test_a_line_that_is_no_message_ends_with_one_clear_line(tmp_path: Path) -> None:
    messages = tmp_path / "messages.jsonl"
    messages.write_text(json.dumps(LINE) + "\n{oops\n", encoding="utf-8")
    code, _, complaint = played(str(messages))
    assert (code, complaint.startswith("第2行")) == (1, True)


def test_a_missing_file_is_named() -> None:
    code, _, complaint = played("nowhere.jsonl")
    assert (code, "nowhere.jsonl" in complaint) == (1, True)


def test_explaining_names_the_rule_the_organisation_and_the_dates() -> None:
    code, out, _ = played("--explain", "报 11月20日召开推进会")
    assert code == 0
    for words in ("意图：report", "组织：", "日期：“11月20日”", '"date": "2026-11-20"'):
        assert words in out
