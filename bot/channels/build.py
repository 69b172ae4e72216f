"""The one place where channels are built from the settings; a platform's library is loaded only with its own channel."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.contract import Channel
from bot.config import Settings
from storage.database.engine import sessions

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.wecom.channel import WeComChannel


def configured(settings: Settings, now: Callable[[], datetime], engine: AsyncEngine) -> list[Channel]:
    """The channels whose settings are there."""
    channels: list[Channel] = []
    if settings.telegram_token is not None:
        channels.append(telegram(settings, now))
    if settings.wecom_bot_id is not None:
        channels.append(wecom(settings, now, engine))
    return channels


def telegram(settings: Settings, now: Callable[[], datetime], **tuned: Any) -> "TelegramChannel":
    """The bot account of the token, with the house's commands in its menu; `tuned`: timeouts, the length of a poll."""
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.telegram.menu import menu
    from handlers import COMMANDS

    token, api = settings.telegram_token or "", settings.telegram_api
    return TelegramChannel(token, bot_name=settings.bot_name, now=now, api=api, menu=menu(COMMANDS), **tuned)


def wecom(settings: Settings, now: Callable[[], datetime], engine: AsyncEngine | None = None, **tuned: Any) -> "WeComChannel":
    """The robot, with the webhooks that the database keeps for its groups; `tuned`: its timing."""
    from bot.channels.wecom.channel import WeComChannel
    from bot.channels.wecom.keys import StoredWebhooks

    if engine is not None:
        tuned["webhook_of"] = StoredWebhooks(sessions(engine), settings)
    return WeComChannel(
        settings.wecom_bot_id or "",
        settings.wecom_secret or "",
        settings.bot_name,
        now,
        url=settings.wecom_url,
        webhook_api=settings.wecom_webhook_api,
        **tuned,
    )
