"""`brandbot serve`: the bot, on every channel that is configured."""

import asyncio
import logging
import signal

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import App
from bot.channels import build
from bot.cli import database
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from bot.config import check_proxies
from bot.failpoints import Failpoints, die
from bot.process.logs import to_stderr
from bot.server import Server
from storage.database import lock

log = logging.getLogger(__name__)


def register(app: Program) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(ctx: typer.Context) -> None:
    """在已配置的全部通道上运行，直到收到停止信号。"""
    shell = Shell.of(ctx)
    settings = shell.settings()
    if settings.telegram_token is None and settings.wecom_bot_id is None:
        raise Stop("没有配置任何通道：请设置 BRANDBOT_TELEGRAM_TOKEN，或 BRANDBOT_WECOM_BOT_ID 和 BRANDBOT_WECOM_SECRET")
    check_proxies()
    to_stderr(settings)
    asyncio.run(until_signal(shell))


async def until_signal(shell: Shell) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = shell.settings()
    points = Failpoints(die)
    if settings.failpoint is not None:
        points.arm(*settings.failpoint)
    try:
        with lock.serving(settings.sqlite_file):
            async with database.current(shell) as engine:
                await _run(shell, engine, points)
    except lock.AlreadyServing as error:
        raise Stop(str(error)) from None


def on_signal(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set `stop` when this process is told to end. To be called on the main thread."""
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: its loops know no signals
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


async def _run(shell: Shell, engine: AsyncEngine, points: Failpoints) -> None:
    settings = shell.settings()
    channels = build.configured(settings, shell.now, engine)
    server = Server(App(settings, engine, channels, now=shell.now, points=points), alone=settings.sqlite_file is not None)
    loop = asyncio.get_running_loop()
    on_signal(loop, server.stop)
    log.info("serving %s", "、".join(channel.name for channel in channels))
    await server.run()
