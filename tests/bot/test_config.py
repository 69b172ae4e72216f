"""Settings: built once, frozen, and refused in one clear line."""

import dataclasses
import stat
from pathlib import Path

import pytest

from bot.config import KNOWN, Settings, WrongSetting, load, remarks, token_key

ROOT = Path(__file__).parents[2]


def test_without_any_setting_the_database_is_a_file_in_the_data_folder() -> None:
    settings = load({"BRANDBOT_DATA": "/srv/brand"})
    assert settings.sqlite_file == Path("/srv/brand/brandbot.db")
    assert settings.bot_name == "品牌助手"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BRANDBOT_DATABASE_URL", "mysql://somewhere/db"),
        ("BRANDBOT_DATABASE_URL", "nonsense"),
        ("BRANDBOT_BOT_NAME", " begins with a space"),
        ("BRANDBOT_TIMEZONE", "Mars/Olympus"),
        ("BRANDBOT_TELEGRAM_TOKEN", "not-a-token"),
        ("BRANDBOT_TELEGRAM_API", "ftp://example"),
        ("BRANDBOT_WECOM_URL", "https://example"),
        ("BRANDBOT_HTTP", "8080:many"),
        ("BRANDBOT_HTTP", "127.0.0.1:70000"),
        ("BRANDBOT_TOKEN_KEY", "short"),
        ("BRANDBOT_FAILPOINT", "anywhere"),
    ],
)
def test_a_wrong_value_is_named_in_one_line_without_being_repeated(variable: str, value: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        load({variable: value})
    line = str(refused.value)
    assert variable in line
    assert "\n" not in line
    assert value not in line


def test_half_of_a_pair_is_refused_by_naming_the_other_half() -> None:
    with pytest.raises(WrongSetting, match="BRANDBOT_WECOM_SECRET"):
        load({"BRANDBOT_WECOM_BOT_ID": "robot"})


def test_secrets_are_not_in_the_repr() -> None:
    token = "12345:abcdefghijklmnopqrstuvwxyz"
    settings = load({"BRANDBOT_TELEGRAM_TOKEN": token, "BRANDBOT_DATABASE_URL": "postgresql://me:pass@host/db"})
    assert token not in repr(settings)
    assert "pass" not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load({}).bot_name = "other"  # type: ignore[misc]  # that it is refused is the test


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new", database_url="sqlite:///x")
    key = token_key(settings)
    assert len(key) >= 32
    assert token_key(settings) == key
    assert stat.S_IMODE((tmp_path / "new" / "token.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("BRANDBOT_TELEGRAM_TOKN", "是不是 BRANDBOT_TELEGRAM_TOKEN？"),
        ("BRANDBOT_DATABASE", "是不是 BRANDBOT_DATABASE_URL？"),
        ("BRANDBOT_X", "不认识环境变量 BRANDBOT_X，没有作用"),
        ("BRANDBOT_HTTP", "BRANDBOT_HTTP 尚未使用"),
        ("BRANDBOT_TELEGRAM_WEBHOOK_URL", "BRANDBOT_TELEGRAM_WEBHOOK_URL 尚未使用"),
        ("BRANDBOT_TELEGRAM_WEBHOOK_SECRET", "BRANDBOT_TELEGRAM_WEBHOOK_SECRET 尚未使用"),
    ],
)
def test_what_is_set_and_does_nothing_is_named_in_one_line_without_its_value(variable: str, told: str) -> None:
    (line,) = remarks({variable: "the-value", "BRANDBOT_DATA": "/srv", "BRANDBOT_WECOM_URL": "wss://x", "PATH": "/bin"})
    assert told in line
    assert "the-value" not in line


def test_a_setting_that_is_left_empty_is_not_set() -> None:
    assert remarks({"BRANDBOT_HTTP": "", "BRANDBOT_NONSENSE": ""}) == []


def test_the_readme_explains_every_setting() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    names = {"DATA", "DATABASE_URL", *(name for name, *_ in KNOWN)} - {"FAILPOINT"}  # which is for tests
    assert [name for name in sorted(names) if f"`BRANDBOT_{name}`" not in readme] == []
