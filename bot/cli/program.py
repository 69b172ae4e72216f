"""What the program says about itself, its help and what was typed wrongly, in the one language of its users."""

import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

HELP = (
    (r"^Usage: ", "用法："),
    (r"^Arguments:$", "参数："),
    (r"^Options:$", "选项："),
    (r"^Commands:$", "命令："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]…"),
    (r"Show\s+this\s+message\s+and\s+exit\.", "显示这份说明"),
    (r"\[required\]", "[必填]"),
    (r"\[default:\s+", "[默认："),
)
"""The library's own words in a help page, and ours; what a command is for is written in Chinese where it stands."""
TYPE = re.compile(r" <[\w\[\]]+>")
"""The kind of a value as Python calls it, behind the word that says what to write there."""
USAGE = (
    (r"Missing command\.", "缺少命令"),
    (r"Missing \w+ '?(.+?)'?\.", "缺少参数：{}"),
    (r"No such command '(.*?)'\.(?: Did you mean .*)?", "没有这个命令：{}"),
    (r"No such option: (\S+).*", "没有这个选项：{}"),
    (r"Got unexpected extra argument\(?s?\)? \((.+)\)", "多余的参数：{}"),
    (r"Option '(.+)' requires an argument\.", "选项 {} 后面缺少内容"),
    (r"Option '(.+)' does not take a value\.", "选项 {} 后面不写内容"),
    (r"Invalid value for '(.+?)': .*integer.*", "{} 应为整数"),
    (r"Invalid value for '(?:.+?)': (?:file|path) '(.+)' does not exist\.", "没有这个文件：{}"),
    (r"Invalid value for '(.+?)': .*", "{} 的值不能用"),
)


def translated(page: str) -> str:
    """A help page with the library's words replaced."""
    page = TYPE.sub(lambda found: " " * len(found[0]), page)
    for theirs, ours in HELP:
        page = re.sub(theirs, ours, page, flags=re.MULTILINE)
    return "\n".join(line.rstrip() for line in page.split("\n"))


class Command(TyperCommand):
    """A command whose help is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The whole page."""
        return translated(super().get_help(ctx))


class Group(TyperGroup):
    """Commands under one word, whose help is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The whole page."""
        return translated(super().get_help(ctx))


class Program(typer.Typer):
    """The program, or one of its groups: typer's, with our words, and without what it would install into the user's shell."""

    def __init__(self, help: str = "", cls: type[TyperGroup] = Group, **settings: Any) -> None:  # noqa: A002 typer's word
        plain: dict[str, Any] = {"rich_markup_mode": None, "add_completion": False, "no_args_is_help": True}
        super().__init__(help=help, cls=cls, **(plain | settings))

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Add a command."""
        return super().command(name, **({"cls": Command} | settings))


def usage(error: typer.TyperException) -> str:
    """What was typed wrongly, and where to look."""
    context = getattr(error, "ctx", None)
    where = f"（用法见 {context.command_path if context else 'brandbot'} --help）"
    message = error.format_message()
    for pattern, told in USAGE:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return told.format(*found.groups()) + where
    return message
