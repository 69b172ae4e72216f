"""Whatever the environment, the database's address or a file makes a library say, a command says in one line."""

import io
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.cli import run
from bot.cli.shell import Shell
from bot.config import WrongSetting, check_proxies, load

TOKEN = "4242:abcdefghijklmnopqrstuvwxyz012345678"
SERVER = "postgresql://me:geheim@127.0.0.1:1"
COMMANDS = {
    "serve": ["serve"],
    "doctor": ["doctor"],
    "restore": ["restore", "{tmp}/copy.db"],
    "roster": ["roster", "import", "bot/data/roster_anlan.csv"],
    "plan": ["plan", "load", "default"],
}
"""Each with files that are in order: what is broken is the setting."""
SETTINGS = {
    "another kind of database": {"BRANDBOT_DATABASE_URL": "mysql://me:geheim@host/db"},
    "no address": {"BRANDBOT_DATABASE_URL": "geheim"},
    "two slashes": {"BRANDBOT_DATABASE_URL": "sqlite://geheim.db"},
    "an option of SQLite": {"BRANDBOT_DATABASE_URL": "sqlite:////tmp/x.db?mode=geheim"},
    "a folder as database": {"BRANDBOT_DATABASE_URL": "sqlite:///{tmp}"},
    "no database": {"BRANDBOT_DATABASE_URL": "sqlite:///{tmp}/notes.db"},
    "below a file": {"BRANDBOT_DATABASE_URL": "sqlite:///{tmp}/file/x.db"},
    "too long a name": {"BRANDBOT_DATABASE_URL": "sqlite:///{tmp}/" + "x" * 300},
    "nobody listens": {"BRANDBOT_DATABASE_URL": f"{SERVER}/db"},
    "no such socket": {"BRANDBOT_DATABASE_URL": "postgresql:///db?host={tmp}"},
    "no port": {"BRANDBOT_DATABASE_URL": "postgresql://me:geheim@host:port/db"},
    "too high a port": {"BRANDBOT_DATABASE_URL": "postgresql://me:geheim@host:70000/db"},
    "half a bracket": {"BRANDBOT_DATABASE_URL": "postgresql://me:geheim@[::1/db"},
    "an unknown option": {"BRANDBOT_DATABASE_URL": f"{SERVER}/db?geheim=1"},
    "an unknown way of TLS": {"BRANDBOT_DATABASE_URL": f"{SERVER}/db?sslmode=geheim"},
    "TLS by libpq's variable": {"BRANDBOT_DATABASE_URL": f"{SERVER}/db", "PGSSLMODE": "geheim"},
    "a port by libpq's variable": {"BRANDBOT_DATABASE_URL": "postgresql:///db?host={tmp}", "PGPORT": "geheim"},
    "a file as data folder": {"BRANDBOT_DATA": "{tmp}/file"},
    "a folder below a file": {"BRANDBOT_DATA": "{tmp}/file/data"},
    "nobody's home": {"BRANDBOT_DATA": "~nobody-of-this-name/data"},
    "too long a folder": {"BRANDBOT_DATA": "/" + "x" * 300},
    "a time zone of another planet": {"BRANDBOT_TIMEZONE": "Mars/Olympus"},
    "a time zone upwards": {"BRANDBOT_TIMEZONE": "../../etc/passwd"},
    "a token with quotes": {"BRANDBOT_TELEGRAM_TOKEN": f'"{TOKEN}"'},
    "an API without a host": {"BRANDBOT_TELEGRAM_API": "https://"},
    "an API with half a bracket": {"BRANDBOT_TELEGRAM_API": "http://[::1"},
}


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file, a database that is none, and a good backup; an environment without proxies."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "notes.db").write_text("x" * 5000)
    assert said(tmp_path, {"BRANDBOT_DATABASE_URL": "sqlite:///{tmp}/good.db"}, ["plan", "load", "default"])[0] == 0
    assert said(tmp_path, {"BRANDBOT_DATABASE_URL": "sqlite:///{tmp}/good.db"}, ["backup", "{tmp}/copy.db"])[0] == 0
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    return tmp_path


def said(tmp: Path, settings: dict[str, str], words: list[str]) -> tuple[int, str, str]:
    """Run a command in this process; its code, what it printed and what it complained."""
    environ = {
        "BRANDBOT_DATA": str(tmp / "data"),
        "BRANDBOT_TELEGRAM_TOKEN": TOKEN,
        "BRANDBOT_TELEGRAM_API": "http://127.0.0.1:9",
    }
    environ |= {name: value.replace("{tmp}", str(tmp)) for name, value in settings.items()}
    out, err = io.StringIO(), io.StringIO()
    shell = Shell(settings=lambda: load(environ), out=out, err=err)
    code = run([word.replace("{tmp}", str(tmp)) for word in words], shell)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("what", SETTINGS)
def test_a_broken_setting_is_one_line_and_no_secret(broken: Path, command: str, what: str) -> None:
    settings = SETTINGS[what]
    code, out, err = said(broken, settings, COMMANDS[command])
    told = err or "".join(
        line for line in out.splitlines(keepends=True) if line.startswith("[错误] 数据库") or str(broken) in line
    )
    assert code in {1, 2}, (out, err)
    assert err == "" if command == "doctor" and out else err.count("\n") == 1
    assert told
    assert "geheim" not in out + err


@pytest.mark.parametrize("command", ["serve", "doctor"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080"), ("all_proxy", "socks5h://me:geheim@127.0.0.1:1080"),
        ("HTTPS_PROXY", "http://[::1"), ("https_proxy", "http://127.0.0.1:port"), ("HTTP_PROXY", "ftp://127.0.0.1"),
        ("SOCKS_PROXY", "127.0.0.1:1080"), ("NO_PROXY", "localhost,[::1]"), ("no_proxy", "a b"), ("NO_PROXY", "host:port"),
    ],
)  # fmt: skip
def test_a_proxy_that_no_library_takes_is_named(
    broken: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, out, err = said(broken, {}, COMMANDS[command])
    assert code in {1, 2}
    assert f"环境变量 {name} 的值不能用" in (out if command == "doctor" else err)
    assert err.count("\n") == (command == "serve")
    assert "geheim" not in out + err
    assert said(broken, {}, COMMANDS["plan"])[0] == 0  # who does not connect does not care


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "http://me:pass@proxy.example:3128"), ("ALL_PROXY", "proxy.example:3128"),
        ("HTTP_PROXY", "http://[::1]:3128"), ("NO_PROXY", "*"), ("NO_PROXY", ""),
        ("NO_PROXY", "localhost, 127.0.0.1,10.0.0.0/8,::1,.example.com,*.local,intern:8080,fd00::1"),
    ],
)  # fmt: skip
def test_a_proxy_that_we_take_is_taken_by_the_library(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    for other in [other for other in os.environ if other.lower().endswith("_proxy")]:
        monkeypatch.delenv(other)
    monkeypatch.setenv(name, value)
    check_proxies()
    httpx.Client(verify=False).close()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TELEGRAM_TOKEN", "123:short", "（现有9个字符），应为：BotFather 给出的令牌：数字、英文冒号、至少20个字母"),
        ("WECOM_BOT_ID", "ab", "（现有2个字符），应为：智能机器人的 BotID，3至128个字符，没有空格"),
        ("WECOM_SECRET", "short", "（现有5个字符），应为：智能机器人长连接的 Secret，8至256个字符，没有空格"),
        ("TOKEN_KEY", "x" * 31, "（现有31个字符），应为：随机字符串，至少32个字符"),
        ("WECOM_URL", "https://x", "应为：长连接地址，如 wss://openws.work.weixin.qq.com，以 wss:// 或 ws:// 开头"),
    ],
)
def test_a_wrong_setting_is_told_with_what_it_must_look_like(name: str, value: str, told: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        load({f"BRANDBOT_{name}": value})
    assert told in str(refused.value)
    assert value not in str(refused.value)


FILES = {
    "nothing": None, "a folder": "folder", "bytes": bytes(range(256)), "empty": b"",
    "a bomb of brackets": b"a = " + b"[" * 100_000,
    "half a workbook": b"PK\x03\x04" + b"\x00" * 50, "zeros": b"\x00" * 5000, "a long line": b"x" * 200_000,
    "half UTF-16": b"\xff\xfea", "half an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000,
    "too large": b" " * 2_000_000,
}  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [["restore"], ["roster", "import"], ["plan", "load"], ["plan", "check"], ["calendar", "load"]],
    ids=" ".join,
)
@pytest.mark.parametrize("what", FILES)
def test_a_broken_file_is_told_without_a_trace(tmp_path: Path, what: str, words: list[str]) -> None:
    file = tmp_path / "file"
    content = FILES[what]
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        file.mkdir()
    code, out, err = said(tmp_path, {}, [*words, str(file)])
    assert (code, out) == (1, "")
    first, *more = err.splitlines()
    assert str(file) in first
    assert len(more) <= 8  # an empty plan lacks eight things
    assert len(err) < 800


@pytest.mark.slow  # four processes
@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (["serve"], {"BRANDBOT_TELEGRAM_TOKEN": TOKEN, "ALL_PROXY": "socks5://127.0.0.1:1080"}),
        (
            ["serve"],
            {"BRANDBOT_WECOM_BOT_ID": "aibBOT", "BRANDBOT_WECOM_SECRET": "SECRETSECRET", "NO_PROXY": "localhost,[::1]"},
        ),
        (["doctor"], {"BRANDBOT_DATABASE_URL": f"{SERVER}/db?sslmode=geheim"}),
        (["plan", "export"], {"BRANDBOT_DATA": "~nobody-of-this-name/data"}),
    ],
)
def test_a_real_process_ends_in_one_line(tmp_path: Path, words: list[str], environ: dict[str, str]) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    ran = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env={**clean, "BRANDBOT_DATA": str(tmp_path), **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode in {1, 2}
    assert (ran.stderr or ran.stdout).count("\n") == 1
    assert "Traceback" not in ran.stderr
