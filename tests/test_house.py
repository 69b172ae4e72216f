"""The rules of the house: who imports whom, what stands in which table, and what may not occur in the code."""

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "storage", "messages")
MAY_IMPORT = {
    "messages": {"messages"},
    "storage": {"storage"},
    "handlers": {"handlers", "storage", "messages"},
    "bot": set(OURS),
}
PLATFORM_SDKS = {"telegram", "websockets"}
CLOCK_READERS = {"bot/app.py", "bot/clock.py"}
FILES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a file, nested ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 40


@pytest.mark.parametrize("name", NAMES)
def test_imports_point_one_way(name: str) -> None:
    folder = name.split("/")[0]
    ours = {module.split(".")[0] for module in imports(ROOT / name)} & set(OURS)
    assert ours <= MAY_IMPORT[folder]


@pytest.mark.parametrize("name", NAMES)
def test_only_channels_import_a_platform_sdk(name: str) -> None:
    if not name.startswith("bot/channels/"):
        assert not {module.split(".")[0] for module in imports(ROOT / name)} & PLATFORM_SDKS


def test_replay_knows_no_handler_duty_or_storage() -> None:
    replay = [path for path in FILES if "replay" in str(path.relative_to(ROOT))]
    assert replay
    for path in replay:
        assert not {module.split(".")[0] for module in imports(path)} & {"handlers", "storage"}, path


@pytest.mark.parametrize("name", NAMES)
def test_only_the_app_and_the_clock_read_the_time(name: str) -> None:
    reads = re.findall(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(", (ROOT / name).read_text("utf-8"))
    assert not reads or name in CLOCK_READERS


@pytest.mark.parametrize("name", [name for name in NAMES if name != "bot/config.py"])
def test_only_the_settings_read_the_environment(name: str) -> None:
    assert not re.search(r"\bos\.(?:environ|getenv)\b", (ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_its_job_in_its_first_line_and_stays_short(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    if "/migrations/versions/" in name:
        return
    tree = ast.parse(text)
    assert not tree.body or ast.get_docstring(tree), "no docstring"
    assert len(text.splitlines()) <= 300, "over 300 lines"
    long = [f.name for f in functions(tree) if (f.end_lineno or 0) - f.lineno > 60]
    assert not long, "functions over 60 lines"


def test_functions_are_mostly_small() -> None:
    sizes = sorted(
        (f.end_lineno or 0) - f.lineno + 1
        for path in FILES
        if "/versions/" not in str(path)
        for f in functions(ast.parse(path.read_text("utf-8")))
    )
    assert sizes[len(sizes) // 2] <= 14
    assert sum(size > 40 for size in sizes) <= len(sizes) // 50


def test_every_command_file_is_in_the_table_once() -> None:
    from handlers import COMMANDS
    from handlers.contract import Command

    written = [
        command
        for path in (ROOT / "handlers/commands").glob("*.py")
        if path.name != "__init__.py"
        for command in vars(__import__(f"handlers.commands.{path.stem}", fromlist=["*"])).values()
        if isinstance(command, Command)
    ]
    assert {command.intent for command in written} == {command.intent for command in COMMANDS}
    assert len(COMMANDS) == len({command.intent for command in COMMANDS})


def test_every_duty_is_in_the_table() -> None:
    from handlers.contract import Duty
    from handlers.duties import DUTIES

    written = {
        duty.kind
        for path in (ROOT / "handlers/duties").glob("*.py")
        if path.name != "__init__.py"
        for duty in vars(__import__(f"handlers.duties.{path.stem}", fromlist=["*"])).values()
        if isinstance(duty, Duty)
    }
    assert written
    assert written == {duty.kind for duty in DUTIES}


def demo_words() -> set[str]:
    """Names, brands and sentences of the demo city and of the development messages."""
    words: set[str] = set()
    with (ROOT / "bot/data/roster_anlan.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            words |= {row["规范简称"], row["品牌名称"]} | set(row["别名"].split("、"))
    for line in (ROOT / "tests/data/messages_dev.jsonl").read_text("utf-8").splitlines():
        words |= {part for part in re.split(r"[\s，。；：、]", json.loads(line)["text"]) if len(part) >= 8}
    general = {"", "宣传部", "组织部", "人大", "政协", "公安", "民政", "监委", "纪委", "发改", "检察院", "法院"}
    return words - general


def test_nothing_of_the_demo_is_in_the_code() -> None:
    words = demo_words()
    code = [
        path
        for folder in OURS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".j2", ".toml", ".html", ".mako"} and "bot/data" not in str(path)
    ]
    found = {(str(path.relative_to(ROOT)), word) for path in code for word in words if word in path.read_text("utf-8")}
    assert not found


def test_no_double_is_put_in_the_place_of_our_own_code() -> None:
    assert not [
        path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__) and "unittest.mock" in path.read_text("utf-8")
    ]
