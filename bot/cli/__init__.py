"""The program `brandbot`: the table of its commands, and how one is run."""

import asyncio
import io
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any

import typer

from bot.cli.loading import load_module
from bot.cli.program import Group, Program, usage
from bot.cli.shell import Shell, Stop
from bot.config import Settings, WrongSetting, load, remarks

COMMANDS = {
    "demo": ("bot.cli.demo", "虚构的安澜市：换身份、拨时钟，看提示和周报发到哪里"),
    "serve": ("bot.cli.serve", "在已配置的全部通道上运行，直到收到停止信号"),
    "replay": ("bot.cli.replay", "重放对话脚本，核对每一处预期"),
    "read": ("bot.cli.read", "读懂消息：JSON行进，JSON行出"),
    "plan": ("bot.cli.plan", "规划文件：核对、启用、导出"),
    "calendar": ("bot.cli.plan", "工作日历"),
    "roster": ("bot.cli.roster", "党组织名册：导入、导出"),
    "invite": ("bot.cli.people", "签发邀请码"),
    "chat": ("bot.cli.chat", "在终端里与机器人对话（真实数据库），或查看和绑定会话"),
    "person": ("bot.cli.people", "查看、解绑和删除账号"),
    "backup": ("bot.cli.data", "备份数据库；机器人运行时也可以"),
    "restore": ("bot.cli.data", "用备份替换数据库；机器人必须先停止"),
    "db": ("bot.cli.data", "数据库的版本"),
    "held": ("bot.cli.data", "待确认的消息（恢复备份后，或可能已送达上级的）"),
    "doctor": ("bot.cli.doctor", "检查配置、数据库、规划、日历和通道"),
}
"""The commands in the order of --help: where each is, and its line there. A module is loaded when one of its commands is
called, and has `register(program)`."""


class Table(Group):
    """The commands of the table, each loaded when it is called and not before."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, name: str) -> Any:
        """One of them; None for another word."""
        if name not in COMMANDS:
            return None
        part = Program(callback=lambda: None)
        load_module(COMMANDS[name][0]).register(part)
        whole = typer.main.get_command(part)
        return whole.get_command(ctx, name) if isinstance(whole, Group) else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Their lines, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def version(ctx: typer.Context, wanted: bool) -> None:
    """Say which version this is, and end."""
    if wanted:
        from importlib.metadata import version as of  # for this option alone

        Shell.of(ctx).say(f"brandbot {of('brandbot')}")
        raise typer.Exit


def options(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=version, help="显示版本")] = False,
) -> None:
    """品牌助手"""


def run(words: Sequence[str], shell: Shell) -> int:
    """Run one command; its exit code. What goes wrong is said in one line, never as a traceback."""
    command = typer.main.get_command(Program("品牌助手", Table, callback=options))
    try:
        code = command.main(list(words), prog_name="brandbot", standalone_mode=False, obj=shell)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        return 130
    except (Stop, WrongSetting) as error:
        shell.complain(str(error))
        return 2 if isinstance(error, WrongSetting) else error.code
    except typer.TyperException as error:
        shell.complain(usage(error))
        return error.exit_code
    except Exception as error:
        from bot.cli.complaints import explained  # it knows a hundred reasons; most commands meet none

        line = explained(error)
        if line is None:  # a fault of the program, to be reported with its trace
            raise
        shell.complain(line)
        return 1
    return code if isinstance(code, int) else 0


async def beside(words: str, settings: Settings, now: Callable[[], datetime]) -> str:
    """Run a command line beside a running bot, in a thread of its own; what it printed."""
    out = io.StringIO()
    shell = Shell(settings=lambda: settings, now=now, out=out, err=out)
    await asyncio.to_thread(run, shlex.split(words), shell)
    return out.getvalue()


@cache
def given() -> Settings:
    """The settings of this process; what is odd about them is said once."""
    for line in remarks():
        sys.stderr.write(f"注意：{line}\n")
    return load()


def main() -> None:
    """The console script."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace" if stream is not sys.stdin else "surrogateescape")
    sys.exit(run(sys.argv[1:], Shell(settings=given)))
