"""`brandbot replay FILE…`: plays transcripts and says where they differ."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import beside
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from bot.config import database_url
from bot.replay.run import play_all
from bot.replay.script import BadScript
from bot.seed import BadStage


def register(app: Program) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="对话脚本（.chat）")],
    as_json: Annotated[bool, typer.Option("--json", help="逐行输出每条发出的消息")] = False,
    database: Annotated[
        str | None, typer.Option(metavar="地址", help="使用这个数据库（空的，或以前重放用过的），而不是临时数据库")
    ] = None,
) -> None:
    """重放对话脚本，核对每一处预期；有不符的，退出码为1。"""
    shell = Shell.of(ctx)
    try:
        if database is not None:
            database_url(database)
        told, sent = (shell.err, shell.out) if as_json else (shell.out, None)  # a line of JSON is never mixed with others
        good = asyncio.run(play_all(files, shell.settings(), beside, told, database=database, json_to=sent))
    except (BadScript, BadStage) as error:
        raise Stop(str(error)) from None
    except ValueError:
        raise Stop("--database 应为 sqlite:///文件 或 postgresql://用户@主机/库") from None
    if not good:
        raise typer.Exit(1)
