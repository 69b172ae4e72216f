"""The settings: frozen, built once from the environment, which nothing else reads."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

T = TypeVar("T")
POINTS = ("intake", "commit", "claimed", "sending", "sent")


class WrongSetting(Exception):
    """A setting that cannot be used; its text is one line that names the variable and what it accepts."""

    def __init__(self, variable: str, accepts: str, given: str | None = None) -> None:
        now = f"（现有{len(given)}个字符）" if given else ""
        super().__init__(f"环境变量 {variable} 的值不能用{now}，应为：{accepts}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside; secrets stay out of its repr."""

    data: Path
    database_url: str = field(repr=False)
    bot_name: str = "品牌助手"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    telegram_token: str | None = field(default=None, repr=False)
    telegram_api: str = "https://api.telegram.org"
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: str | None = field(default=None, repr=False)
    wecom_bot_id: str | None = None
    wecom_secret: str | None = field(default=None, repr=False)
    wecom_url: str = "wss://openws.work.weixin.qq.com"
    wecom_webhook_api: str = "https://qyapi.weixin.qq.com"
    http: tuple[str, int] | None = None
    token_key: bytes | None = field(default=None, repr=False)
    failpoint: tuple[str, int] | None = None  # for crash tests: kill this process at the n-th visit of a named point

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, None on PostgreSQL or in memory."""
        from storage.database.address import sqlite_file  # --help needs nothing of the database

        return sqlite_file(self.database_url)


def database_url(text: str) -> str:
    """The address of a database with the driver that we use; ValueError for another kind of database."""
    from storage.database.address import database_url as with_driver  # --help needs nothing of the database

    return with_driver(text)


def _url(*schemes: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not parts.hostname or parts.port == 0 or re.search(r"\s", text):
            raise ValueError(text)
        return text.rstrip("/")

    return convert


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not 0 < int(port) < 65536:
        raise ValueError(text)
    return host or "127.0.0.1", int(port)


def _shaped(pattern: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return text

    return convert


def _key(text: str) -> bytes:
    if len(text) < 32:
        raise ValueError
    return text.encode()


def _failpoint(text: str) -> tuple[str, int]:
    point, _, nth = text.partition(":")
    if point not in POINTS or int(nth or 1) < 1:
        raise ValueError(text)
    return point, int(nth or 1)


KNOWN: tuple[tuple[str, str, Callable[[str], Any], str], ...] = (
    (
        "BOT_NAME",
        "bot_name",
        _shaped(r"[^\s@＠<>&](?:[^@＠<>&\r\n\t]{0,30}[^\s@＠<>&])?"),
        "机器人名称，1至32个字，不含@，两端没有空格",
    ),
    ("TIMEZONE", "timezone", ZoneInfo, "时区名称，如 Asia/Shanghai"),
    (
        "TELEGRAM_TOKEN",
        "telegram_token",
        _shaped(r"\d+:[A-Za-z0-9_-]{20,}"),
        "BotFather 给出的令牌：数字、英文冒号、至少20个字母、数字、_ 或 -，如 123456789:AAExxxxxxxxxxxxxxxxx",
    ),
    (
        "TELEGRAM_API",
        "telegram_api",
        _url("http", "https"),
        "Bot API 的地址，如 https://api.telegram.org，以 http:// 或 https:// 开头",
    ),
    ("TELEGRAM_WEBHOOK_URL", "telegram_webhook_url", _url("https", "http"), "公网可访问的地址，以 https:// 开头"),
    ("TELEGRAM_WEBHOOK_SECRET", "telegram_webhook_secret", _shaped(r"[A-Za-z0-9_-]{16,256}"), "16至256个字母、数字、_ 或 -"),
    ("WECOM_BOT_ID", "wecom_bot_id", _shaped(r"\S{3,128}"), "智能机器人的 BotID，3至128个字符，没有空格"),
    ("WECOM_SECRET", "wecom_secret", _shaped(r"\S{8,256}"), "智能机器人长连接的 Secret，8至256个字符，没有空格"),
    ("WECOM_URL", "wecom_url", _url("ws", "wss"), "长连接地址，如 wss://openws.work.weixin.qq.com，以 wss:// 或 ws:// 开头"),
    (
        "WECOM_WEBHOOK_API",
        "wecom_webhook_api",
        _url("http", "https"),
        "群机器人接口的地址，如 https://qyapi.weixin.qq.com，以 http:// 或 https:// 开头",
    ),
    ("HTTP", "http", _address, "监听的主机和端口，如 127.0.0.1:8080，端口1至65535"),
    ("TOKEN_KEY", "token_key", _key, "随机字符串，至少32个字符"),
    ("FAILPOINT", "failpoint", _failpoint, "测试用：intake|commit|claimed|sending|sent，可加 :次数"),
)

DATABASE = "sqlite:///文件，或 postgresql://用户:密码@主机:端口/库（只可另加 ?ssl=require 之类）"
NOT_BY_PROXY = re.compile(r"\*|(?:https?://|all://)?[A-Za-z0-9.*_-]+(?::\d{1,5})?(?:/\d{1,3})?|[0-9A-Fa-f:.]*::?[0-9A-Fa-f:.]*")

LIBPQ = (
    ("PGPORT", r"0*[1-9]\d{0,4}", "端口号，如 5432"),
    ("PGSSLMODE", "disable|allow|prefer|require|verify-ca|verify-full", "disable、prefer、require、verify-full 之类"),
)

UNUSED = ("HTTP", "TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET")
"""Settings that are checked and that nothing reads yet."""


def _ours(environ: Mapping[str, str] | None) -> dict[str, str]:
    """What is set of ours, by the name without BRANDBOT_; an empty value is none."""
    environ = os.environ if environ is None else environ
    return {name.removeprefix("BRANDBOT_"): value for name, value in environ.items() if name.startswith("BRANDBOT_") and value}


def remarks(environ: Mapping[str, str] | None = None) -> list[str]:
    """What is set and does nothing, a line each: names that we do not know, with the nearest that we do, and UNUSED ones."""
    known = ["DATA", "DATABASE_URL", *(name for name, *_ in KNOWN)]
    told = []
    for name in sorted(_ours(environ)):
        if name in UNUSED:
            told.append(f"环境变量 BRANDBOT_{name} 尚未使用，设置了也没有作用")
        elif name not in known:
            near = get_close_matches(name, known, 1)
            told.append(f"不认识环境变量 BRANDBOT_{name}，没有作用" + (f"；是不是 BRANDBOT_{near[0]}？" if near else ""))
    return told


def _data(given: str | None) -> Path:
    try:
        return Path(given).expanduser() if given else Path.home() / ".brandbot"
    except RuntimeError:  # nobody of that name, or no home
        raise WrongSetting("BRANDBOT_DATA", "一个文件夹的完整路径，如 /srv/brandbot") from None


def _check_libpq(environ: Mapping[str, str]) -> None:
    """Refuse what the driver would stumble over among the variables that PostgreSQL's own programs know."""
    for name, pattern, accepts in LIBPQ:
        if (value := environ.get(name)) and not re.fullmatch(pattern, value):
            raise WrongSetting(name, accepts)


def check_proxies(environ: Mapping[str, str] | None = None) -> None:
    """Refuse what the network libraries would stumble over; WrongSetting names the variable. Only what connects asks."""
    environ = os.environ if environ is None else environ
    for name, value in environ.items():
        kind = name.lower().removesuffix("_proxy")
        if not value or kind == name.lower() or kind not in ("http", "https", "ws", "wss", "all", "socks", "no"):
            continue
        if kind == "no":
            if not all(NOT_BY_PROXY.fullmatch(one.strip()) for one in value.split(",") if one.strip()):
                raise WrongSetting(name, "主机名或IP地址，用逗号分开，如 localhost,127.0.0.1,::1（IPv6不加方括号）")
        else:
            try:
                _url("http", "https")(value if "://" in value else f"http://{value}")
                fine = kind != "socks"
            except ValueError:
                fine = False
            if not fine:
                raise WrongSetting(name, "HTTP代理的地址，如 http://主机:端口（不支持 SOCKS 代理；不用代理就不设置）")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment; WrongSetting names the first variable that cannot be used."""
    given = _ours(environ)
    data = _data(given.get("DATA"))
    values: dict[str, Any] = {"data": data}
    try:
        values["database_url"] = database_url(given.get("DATABASE_URL") or f"sqlite:///{data / 'brandbot.db'}")
    except ValueError:
        raise WrongSetting("BRANDBOT_DATABASE_URL", DATABASE) from None
    if values["database_url"].startswith("postgresql"):
        _check_libpq(os.environ if environ is None else environ)
    for name, attribute, convert, accepts in KNOWN:
        if name in given:
            try:
                values[attribute] = convert(given[name])
            except (ValueError, ZoneInfoNotFoundError, OSError):
                raise WrongSetting(f"BRANDBOT_{name}", accepts, given[name]) from None
    for one, other in (("WECOM_BOT_ID", "WECOM_SECRET"), ("TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET")):
        if one in given and other not in given:
            raise WrongSetting(f"BRANDBOT_{other}", f"设置了 BRANDBOT_{one} 时必须同时设置")
    return Settings(**values)


def token_key(settings: Settings) -> bytes:
    """The key that signs links and protects stored secrets; generated once in the data folder (mode 0600) if not set."""
    if settings.token_key is not None:
        return settings.token_key
    file = settings.data / "token.key"
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(handle, "wb") as out:
        out.write(secrets.token_hex(32).encode())
    return file.read_bytes()
