"""`brandbot serve`: the bot, on every channel that is configured."""

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import datetime

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import App
from bot.channels.contract import Channel
from bot.cli import database
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from bot.config import Settings
from bot.process.failpoints import Failpoints, die
from bot.process.logs import to_stderr
from bot.process.server import Server
from handlers import COMMANDS
from storage.database import lock
from storage.database.engine import sessions

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
    to_stderr(settings)
    asyncio.run(until_signal(shell))


def configured(settings: Settings, now: Callable[[], datetime], engine: AsyncEngine) -> list[Channel]:
    """The channels whose settings are there; a platform's library is loaded only for its own."""
    channels: list[Channel] = []
    if settings.telegram_token is not None:
        from bot.channels.telegram import TelegramChannel, menu

        channels.append(
            TelegramChannel(
                settings.telegram_token,
                bot_name=settings.bot_name,
                now=now,
                api=settings.telegram_api,
                menu=menu(COMMANDS),
            )
        )
    if settings.wecom_bot_id is not None and settings.wecom_secret is not None:
        from bot.channels.wecom.channel import WeComChannel
        from bot.channels.wecom.keys import StoredWebhooks

        channels.append(
            WeComChannel(
                settings.wecom_bot_id,
                settings.wecom_secret,
                settings.bot_name,
                now,
                url=settings.wecom_url,
                webhook_api=settings.wecom_webhook_api,
                webhook_of=StoredWebhooks(sessions(engine), settings),
            )
        )
    return channels


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
    channels = configured(settings, shell.now, engine)
    server = Server(App(settings, engine, channels, now=shell.now, points=points), alone=settings.sqlite_file is not None)
    loop = asyncio.get_running_loop()
    on_signal(loop, server.stop)
    log.info("serving %s", "、".join(channel.name for channel in channels))
    await server.run()
