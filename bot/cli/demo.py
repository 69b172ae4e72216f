"""`brandbot demo`: the fictional city in this terminal."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import beside
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from bot.demo.show import run
from bot.replay.script import BadScript
from bot.seed import BadStage


def register(app: Program) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    script: Annotated[Path | None, typer.Option(metavar="文件", help="在演示里重放一个对话脚本（.chat）")] = None,
) -> None:
    """虚构的安澜市：换身份、拨时钟，看提示和周报发到哪里。不留下任何文件。"""
    shell = Shell.of(ctx)
    try:
        good = asyncio.run(run(shell.settings(), beside, shell.out, script))
    except (BadScript, BadStage) as error:
        raise Stop(str(error)) from None
    if not good:
        raise typer.Exit(1)
