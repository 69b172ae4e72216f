"""`brandbot doctor` says what is missing and what to type, and never a secret."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database.engine import make_engine
from tests.conftest import apart
from tests.storage.shell import brandbot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)


def test_an_empty_database_is_told_step_by_step(database_url: str, tmp_path: Path) -> None:
    ran = brandbot(database_url, tmp_path, NOW, "doctor")
    assert ran.code == 1
    for line in (
        "[错误] 没有启用规划：brandbot plan load default",
        "[错误] 名册是空的：brandbot roster import",
        "[错误] 还没有管理员：brandbot invite admin",
        "[注意] 没有2027年的放假调休安排，暂按法定节假日推算",
        "[注意] 提醒没有启用",
        "[正常] 操作记录完整",
        "[注意] 机器人没有运行",
    ):
        assert line in ran.out


def test_a_database_that_was_set_up_has_no_error_but_the_missing_admin(database_url: str, tmp_path: Path) -> None:
    brandbot(database_url, tmp_path, NOW, "plan", "load", "default")
    brandbot(database_url, tmp_path, NOW, "roster", "import", "bot/data/roster_anlan.csv")
    out = brandbot(database_url, tmp_path, NOW, "doctor").out
    assert [line for line in out.splitlines() if line.startswith("[错误]")] == ["[错误] 还没有管理员：brandbot invite admin"]
    assert "[正常] 名册有30个组织" in out


def test_a_tampered_record_and_a_newer_schema_are_errors(database_url: str, tmp_path: Path) -> None:
    brandbot(database_url, tmp_path, NOW, "plan", "load", "default")

    async def tamper(statement: str) -> None:
        engine = make_engine(database_url)
        async with engine.begin() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

    apart(lambda: tamper("UPDATE audit_entry SET act = 'nothing'"))
    assert "操作记录被改动过：第一处在组织0的第1条" in brandbot(database_url, tmp_path, NOW, "doctor").out
    apart(lambda: tamper("UPDATE alembic_version SET version_num = '9999'"))
    assert "[错误] 数据库由更新版本的程序建立" in brandbot(database_url, tmp_path, NOW, "doctor").out


@pytest.mark.parametrize("secret", ["12345:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_no_secret_is_ever_shown(tmp_path: Path, secret: str) -> None:
    url = "postgresql://bot:hidden-word@127.0.0.1:9/none"
    ran = brandbot(url, tmp_path, NOW, "doctor", telegram_token=secret)
    assert ran.code == 1
    assert "[错误] 数据库不能使用：连接不上" in ran.out
    assert secret not in ran.out + ran.err
    assert "hidden-word" not in ran.out + ran.err
