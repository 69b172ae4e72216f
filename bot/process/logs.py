"""The log: one line an event on standard error, and never a secret in it."""

import logging
import sys
from datetime import datetime, tzinfo

from bot.config import Settings

QUIET = ("httpx", "httpcore", "apscheduler", "websockets", "telegram", "asyncio")  # httpx writes URLs with tokens at INFO


class Redacted(logging.Formatter):
    """Formats a record, tracebacks included, with its time in a zone that it names, and then takes every secret out of it."""

    def __init__(self, secrets: tuple[str, ...], zone: tzinfo) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets, self._zone = secrets, zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 the library's name
        """As 2026-11-23T10:05:00.123+08:00."""
        return datetime.fromtimestamp(record.created, self._zone).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """What must not be logged: tokens, secrets, keys, and the password of the database."""
    key = settings.token_key.decode() if settings.token_key else None
    userinfo = settings.database_url.partition("://")[2].rpartition("@")[0]
    password = userinfo.partition(":")[2]
    found = (settings.telegram_token, settings.telegram_webhook_secret, settings.wecom_secret, key, password)
    return tuple(secret for secret in found if secret)


def to_stderr(settings: Settings) -> None:
    """Log from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(secrets_of(settings), settings.timezone))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
