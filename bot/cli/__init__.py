"""The program `brandbot`: the table of its commands, and how one is run."""

import asyncio
import io
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module

import typer

from bot.cli.complaints import explained, usage
from bot.cli.shell import Shell, Stop
from bot.config import Settings, WrongSetting, load

MODULES = (
    "bot.cli.demo",
    "bot.cli.serve",
    "bot.cli.replay",
    "bot.cli.read",
    "bot.cli.plan",
    "bot.cli.roster",
    "bot.cli.people",
    "bot.cli.data",
    "bot.cli.doctor",
)
"""Where the commands are, in the order of --help; each module has `register(app)`. Loaded when the program starts."""


def application() -> typer.Typer:
    """The program with all its commands."""
    app = typer.Typer(name="brandbot", help="品牌助手", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    app.callback()(lambda: None)  # a program of commands, even of one
    for module in MODULES:
        import_module(module).register(app)
    return app


def run(words: Sequence[str], shell: Shell) -> int:
    """Run one command; its exit code. What goes wrong is said in one line, never as a traceback."""
    command = typer.main.get_command(application())
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


def main() -> None:
    """The console script."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace" if stream is not sys.stdin else "surrogateescape")
    sys.exit(run(sys.argv[1:], Shell(settings=load)))
