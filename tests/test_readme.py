"""README's command, added to a copy of the project by README's own words, plays and type-checks."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("bot", "handlers", "messages", "storage")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy with 减负账 in it."""
    for name in OURS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("**Add a command.**")[2]
    chat, code = (dedent(block) for block in re.findall(r"^   ```(?:python)?\n(.*?)^   ```", section, re.DOTALL | re.MULTILINE))
    wording = re.search(r"`messages/templates/burden/week\.j2`: `(.+?)`", section)
    assert wording is not None
    files = {
        "burden.chat": chat,
        "handlers/commands/burden.py": code,
        "messages/templates/burden/week.j2": wording[1],
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    table = tmp_path / "handlers/__init__.py"
    text = table.read_text(encoding="utf-8").replace("    bind,\n", "    bind,\n    burden,\n", 1)
    table.write_text(
        re.sub(r"^(COMMANDS\b.*\n)", r"\1    burden.burden,\n", text, count=1, flags=re.MULTILINE), encoding="utf-8"
    )
    return tmp_path


def run(folder: Path, *words: str) -> str:
    """Run one of Python's modules there: what it says, if it ends well."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_conversation_plays(project: Path) -> None:
    run(project, "bot", "replay", "burden.chat")


@pytest.mark.slow
def test_its_code_passes_lint(project: Path) -> None:
    run(project, "ruff", "check", "handlers/commands/burden.py")
    run(project, "ruff", "format", "--check", "handlers/commands/burden.py")
    run(project, "mypy", "--no-incremental", "handlers/commands/burden.py")
