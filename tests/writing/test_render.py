"""Rendering: data stays data, a missing value is an error, wording keeps to the house style."""

import re
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

import messages
from messages.writing.render import render

TEMPLATES = sorted((Path(messages.__file__).parent / "templates").rglob("*.j2"))
FORBIDDEN = re.compile("[！!]|亲，|打卡|催办|落后|失败|原党委书记|@所有人|[\U0001f300-\U0001faff\u2600-\u27bf]")


def test_a_value_with_tags_is_shown_as_it_was_typed() -> None:
    text = render("rights/not_yours", {"org": "<b>某</b>&党支部", "reading": True})
    assert "&lt;b&gt;某&lt;/b&gt;&amp;党支部" in text


def test_a_value_cannot_run_as_a_template() -> None:
    assert "{{ 7*7 }}" in render("rights/not_yours", {"org": "{{ 7*7 }}", "reading": True})


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("rights/not_yours", {})


def test_a_template_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        render("common/no_such", {})


def test_the_bots_name_is_known_to_every_template() -> None:
    assert "@小助手" in render("help/first", {}, bot_name="小助手")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_wording_keeps_to_the_house_style(path: Path) -> None:
    words = re.sub(r"{[%{#].*?[%}#]}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not FORBIDDEN.search(words)
    assert not re.search(r"\d{4}\.\d{1,2}\.\d{1,2}", words), "years and dates are written 2026年12月31日"
