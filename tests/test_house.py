"""The rules of the house: who imports whom, what stands in which table, and what may not occur in the code."""

import ast
import csv
import json
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "storage", "messages")
MAY_IMPORT = {
    "messages": {"messages"},
    "storage": {"storage"},
    "handlers": {"handlers", "storage", "messages"},
    "bot": set(OURS),
}
PLATFORM_SDKS = {"telegram", "websockets"}
CLOCK_READERS = {"bot/app.py", "bot/process/clock.py"}
FILES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]
TREES = {name: ast.parse((ROOT / name).read_text("utf-8")) for name in NAMES}


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in the file."""
    for node in ast.walk(TREES[str(path.relative_to(ROOT))]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def parts(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, with what it takes from each (`handlers.duties.days`)."""
    for node in ast.walk(TREES[str(path.relative_to(ROOT))]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a file, nested ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 40


def top_levels(name: str) -> set[str]:
    """The top-level packages that a file imports."""
    return {module.split(".")[0] for module in imports(ROOT / name)}


def test_imports_point_one_way() -> None:
    assert {name: bad for name in NAMES if (bad := top_levels(name) & set(OURS) - MAY_IMPORT[name.split("/")[0]])} == {}


def test_commands_and_duties_meet_only_in_the_views() -> None:
    apart = {
        "handlers/commands/": ("handlers.duties.",),
        "handlers/recording/": ("handlers.duties", "handlers.commands"),
        "handlers/duties/": ("handlers.commands", "handlers.recording"),
        "handlers/views/": ("handlers.duties", "handlers.commands", "handlers.recording", "handlers.acting"),
    }
    wrong = [
        (name, module)
        for folder, others in apart.items()
        for name in NAMES
        if name.startswith(folder)
        for module in parts(ROOT / name)
        if module.startswith(others)
    ]
    assert wrong == []
    assert [name for name in NAMES if name.startswith("handlers/views/")]


MODULES = {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in NAMES}
HALLS = {str(Path(name).parents[1]) for name in NAMES}
"""Folders with rooms in them; a file that stands in the hall itself is a room of its own."""
TABLE_OF_CONTENTS = ("handlers/commands", "handlers/__init__.py")
"""帮助 lists the table in which it stands: the one import that runs back."""


def room(name: str) -> str:
    """Where a file stands."""
    folder = str(Path(name).parent)
    return name if folder in HALLS else folder


def files_imported(name: str) -> Iterator[str]:
    """The files of ours that a file imports, wherever in the file."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (MODULES[alias.name] for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            found = (one if one in MODULES else node.module for one in names)
            yield from (MODULES[one] for one in found if one in MODULES)


def test_no_import_runs_back_from_room_to_room() -> None:
    doors = {(room(name), room(other)) for name in NAMES for other in files_imported(name)} - {TABLE_OF_CONTENTS}
    house = TopologicalSorter[str]()
    for one, other in doors:
        if one != other:
            house.add(one, other)
    house.prepare()  # raises CycleError, and names the rooms


def test_only_channels_import_a_platform_sdk() -> None:
    assert [name for name in NAMES if top_levels(name) & PLATFORM_SDKS and not name.startswith("bot/channels/")] == []


def test_replay_knows_no_handler_duty_or_storage() -> None:
    replay = [name for name in NAMES if name.startswith("bot/replay/")]
    assert replay
    assert [name for name in replay if top_levels(name) & {"handlers", "storage"}] == []


def test_only_the_app_and_the_clock_read_the_time() -> None:
    reading = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    assert {name for name in NAMES if reading.search((ROOT / name).read_text("utf-8"))} <= CLOCK_READERS


def test_an_act_is_written_down_by_one_function_of_the_handlers_and_one_of_the_shell() -> None:
    writing = re.compile(r"\baudit\.record\(")
    assert {name for name in NAMES if writing.search((ROOT / name).read_text("utf-8"))} == {
        "handlers/acting.py",
        "bot/cli/noting.py",
    }


def test_only_the_settings_read_the_environment() -> None:
    reading = re.compile(r"\bos\.(?:environ|getenv)\b")
    assert {name for name in NAMES if reading.search((ROOT / name).read_text("utf-8"))} <= {"bot/config.py"}


def test_a_file_says_its_job_in_its_first_line_and_stays_short() -> None:
    silent, long = [], []
    for name, tree in TREES.items():
        if "/migrations/versions/" not in name:
            silent += [name] if tree.body and not ast.get_docstring(tree) else []
            long += [name] if len((ROOT / name).read_text("utf-8").splitlines()) > 300 else []
    assert (silent, long) == ([], [])


def test_functions_are_mostly_small() -> None:
    sizes = sorted(
        ((f.end_lineno or 0) - f.lineno + 1, f"{name}:{f.name}")
        for name, tree in TREES.items()
        if "/migrations/versions/" not in name
        for f in functions(tree)
    )
    assert sizes[len(sizes) // 2][0] <= 12
    assert [where for lines, where in sizes if lines > 60] == []
    assert sum(lines > 40 for lines, _ in sizes) <= len(sizes) // 50


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
    assert {command.request for command in written} == {command.request for command in COMMANDS}
    assert len(COMMANDS) == len({command.request for command in COMMANDS})


def test_every_duty_is_in_the_table() -> None:
    from handlers import duties

    listed = {function.__module__ for duty in duties.DUTIES for function in (duty.plan, duty.say)}
    written = {
        f"handlers.duties.{path.stem}"
        for path in (ROOT / "handlers/duties").glob("*.py")
        if path.name != "__init__.py" and re.search(r"^async def (?:plan|say)\(", path.read_text("utf-8"), re.MULTILINE)
    }
    assert written
    assert written <= listed


def demo_words() -> set[str]:
    """Names, brands and sentences of the demo city and of the development messages."""
    words: set[str] = set()
    with (ROOT / "bot/data/roster_anlan.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            words |= {row["规范简称"], row["品牌名称"]} | set(row["别名"].split("、"))
    for line in (ROOT / "tests/data/messages_dev.jsonl").read_text("utf-8").splitlines():
        words |= {part for part in re.split(r"[\s，。；：、]", json.loads(line)["text"]) if len(part) >= 8}
    general = {"", "宣传部", "组织部", "人大", "政协", "公安", "民政", "监委", "纪委", "发改", "检察院", "法院", "中院"}
    return words - general


def test_nothing_of_the_demo_is_in_the_code() -> None:
    words = demo_words()
    code = [
        path
        for folder in OURS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".j2", ".toml", ".html", ".mako"} and "bot/data" not in str(path)
    ]
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in code}
    assert {(name, word) for name, text in texts.items() for word in words if word in text} == set()


def test_no_double_is_put_in_the_place_of_our_own_code() -> None:
    assert not [
        path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__) and "unittest.mock" in path.read_text("utf-8")
    ]
