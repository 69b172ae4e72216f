"""Every template is named by the code or by another template, and what they name is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "messages/templates"
TEXTS = {path.relative_to(FOLDER).with_suffix("").as_posix(): path.read_text("utf-8") for path in FOLDER.rglob("*.j2")}
KEY = re.compile(rf"(?:{'|'.join(sorted({key.split('/')[0] for key in TEXTS if '/' in key}))})/[a-z_]*")
TREES = [ast.parse(path.read_text("utf-8")) for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]


def named_by_code() -> set[str]:
    """Every string of the code that is shaped as a template's key, whole or as a part of a longer one."""
    strings = (node.value for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in strings if isinstance(text, str) and KEY.fullmatch(text)}


def named_by_templates() -> set[str]:
    """What templates import, include or extend."""
    return {name for text in TEXTS.values() for name in re.findall(r"""["']([a-z_/]+)\.j2["']""", text)}


def test_every_template_is_named_and_every_name_is_a_template() -> None:
    assert named_by_code() | named_by_templates() == set(TEXTS)
