"""Backups are whole, restoring refuses what it must, and nothing is blasted afterwards."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.cli.data import NOTICES
from handlers.duties import DUTIES
from storage import audit
from storage.database import backup, lock
from storage.database.engine import make_engine, sessions
from storage.database.inserting import table_of
from storage.mail import held
from storage.migrations import upgrade
from storage.tables import Chat, Heartbeat, Notice, Organization, OutboundMessage
from tests.postgres import Server
from tests.storage.shell import Ran, brandbot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
OUT, NOTICE = table_of(OutboundMessage), table_of(Notice)


async def pending(session: AsyncSession) -> None:
    """Messages in every open state, and notices past and future."""
    chat = Chat(platform="console", external="x", kind="committee", bound_at=NOW)
    session.add(chat)
    await session.flush()
    for state in ("ready", "claimed", "sending", "sent"):
        session.add(
            OutboundMessage(
                dedupe_key=state, chat_id=chat.id, template="t", text=state, plain=state, state=state,
                made_at=NOW, due_at=NOW - timedelta(hours=1),
            )
        )  # fmt: skip
    for hours in (-5, 5):
        due_at = NOW + timedelta(hours=hours)
        session.add(Notice(unique_key=str(hours), kind="ladder", due_at=due_at, planned_at=NOW))
    await session.flush()


async def states(session: AsyncSession) -> tuple[dict[str, str], dict[str, str]]:
    """Messages and notices by key."""
    messages = {row[0]: row[1] for row in await session.execute(select(OUT.c.dedupe_key, OUT.c.state))}
    notices = {row[0]: row[1] for row in await session.execute(select(NOTICE.c.unique_key, NOTICE.c.state))}
    return messages, notices


async def test_after_a_restore_everything_that_would_leave_waits_for_a_person(session: AsyncSession) -> None:
    await pending(session)
    assert await held.hold(session, NOW) == (2, 1)
    messages, notices = await states(session)
    assert messages == {"ready": "held", "claimed": "held", "sending": "unknown", "sent": "sent"}
    assert notices == {"-5": "held", "5": "planned"}
    assert [(row.what, row.reason) for row in await held.waiting(session)] == [
        ("message", "由备份恢复，待确认"), ("message", "由备份恢复，待确认"), ("notice", "由备份恢复，待确认"),
    ]  # fmt: skip


async def test_what_is_let_go_is_marked_and_what_is_dropped_is_kept_with_its_reason(session: AsyncSession) -> None:
    await pending(session)
    await held.hold(session, NOW)
    async with session.begin_nested() as attempt:
        assert await held.release(session, NOW, "（可能重复）") == 3
        row = (await session.execute(select(OUT).where(OUT.c.dedupe_key == "ready"))).one()
        assert (row.state, row.text, row.plain, row.due_at) == ("ready", "（可能重复）ready", "（可能重复）ready", NOW)
        assert (await states(session))[1]["-5"] == "planned"
        await attempt.rollback()
    assert await held.drop(session, NOW) == 3
    messages, notices = await states(session)
    assert (messages["ready"], messages["claimed"], notices["-5"]) == ("skipped", "skipped", "skipped")


def filled(url: str, data: Path) -> None:
    """A database with a plan, a roster and something to send."""
    assert brandbot(url, data, NOW, "plan", "load", "default").code == 0
    assert brandbot(url, data, NOW, "roster", "import", "bot/data/roster_anlan.csv").code == 0


def has_tool(ran: Ran) -> bool:
    """False where PostgreSQL's client programs are missing, which must then be said."""
    if ran.code == 0:
        return True
    assert "没有找到 pg_dump" in ran.err
    return False


@pytest.fixture
def tools(request: pytest.FixtureRequest, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client programs of the very server that the tests run on, first on the PATH."""
    if database_url.startswith("postgres"):
        running: Server = request.getfixturevalue("postgres_server")
        if running.command:
            monkeypatch.setenv("PATH", str(Path(running.command[0]).parent), prepend=":")


@pytest.mark.usefixtures("tools")
def test_a_backup_brings_back_what_was_and_holds_what_would_leave(database_url: str, tmp_path: Path) -> None:
    filled(database_url, tmp_path)
    file = tmp_path / "saved.backup"
    if not has_tool(brandbot(database_url, tmp_path, NOW, "backup", str(file))):
        return
    assert file.stat().st_mode & 0o077 == 0
    source = tmp_path / "more.csv"
    source.write_text("id,规范简称,组织类型,上级id,党员数\n77,后来的党支部,党支部,00,12\n")
    assert "新增1个" in brandbot(database_url, tmp_path, NOW, "roster", "import", "--yes", str(source)).out
    ran = brandbot(database_url, tmp_path, NOW, "restore", str(file))
    assert ran.code == 0, ran.err
    export = tmp_path / "now.csv"
    assert "已导出30个组织" in brandbot(database_url, tmp_path, NOW, "roster", "export", str(export)).out
    assert "操作记录完整" in brandbot(database_url, tmp_path, NOW, "doctor").out
    if database_url.startswith("sqlite"):
        (kept,) = (tmp_path / "backups").glob("before-restore-*.db")
        assert brandbot(f"sqlite:///{kept}", tmp_path, NOW, "roster", "export", str(export)).out.startswith("已导出31个")


async def test_restoring_is_refused_while_a_bot_serves(database_url: str, database: AsyncEngine, tmp_path: Path) -> None:
    file = tmp_path / "saved.backup"
    if database_url.startswith("sqlite"):
        backup.copy(tmp_path / "brandbot.db", file)
        with lock.serving(tmp_path / "brandbot.db"):
            ran = await _in_thread(database_url, tmp_path, file)
    else:
        async with sessions(database).begin() as session:
            session.add(Heartbeat(process="a", started_at=NOW, at=NOW))
        ran = await _in_thread(database_url, tmp_path, file)
    assert ran.code == 1
    assert "先停止" in ran.err


async def _in_thread(url: str, data: Path, file: Path) -> Ran:
    return await asyncio.to_thread(brandbot, url, data, NOW, "restore", str(file))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "不是本程序的备份"), (b"hello" * 1000, "不是本程序的备份"), (None, "没有这个文件")],
)
def test_a_file_that_is_no_backup_is_refused_and_changes_nothing(tmp_path: Path, content: bytes | None, reason: str) -> None:
    url = f"sqlite:///{tmp_path}/brandbot.db"
    filled(url, tmp_path)
    file = tmp_path / "saved.backup"
    if content is not None:
        file.write_bytes(content)
    ran = brandbot(url, tmp_path, NOW, "restore", str(file))
    assert ran.code == 1
    assert reason in ran.err
    assert "已导出30个" in brandbot(url, tmp_path, NOW, "roster", "export", str(tmp_path / "x.csv")).out


def test_a_backup_of_a_newer_program_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/brandbot.db"
    filled(url, tmp_path)
    newer, damaged = tmp_path / "newer.db", tmp_path / "damaged.db"
    backup.copy(tmp_path / "brandbot.db", newer)
    backup.copy(tmp_path / "brandbot.db", damaged)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "请使用新版程序" in brandbot(url, tmp_path, NOW, "restore", str(newer)).err
    with damaged.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    assert "没有恢复" in brandbot(url, tmp_path, NOW, "restore", str(damaged)).err


@pytest.mark.parametrize("at", [0, 100])
def test_a_damaged_database_can_be_restored_over_and_another_file_cannot(tmp_path: Path, at: int) -> None:
    url, live, file = f"sqlite:///{tmp_path}/brandbot.db", tmp_path / "brandbot.db", tmp_path / "saved.backup"
    filled(url, tmp_path)
    assert brandbot(url, tmp_path, NOW, "backup", str(file)).code == 0
    damaged = bytearray(live.read_bytes())
    damaged[at : at + 8192] = b"\xff" * 8192
    live.write_bytes(damaged)
    ran = brandbot(url, tmp_path, NOW, "restore", str(file))
    if at == 0:  # not even a database's first words
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == f"没有恢复：{live} 不是数据库，不会被替换：请核对 BRANDBOT_DATABASE_URL\n"
        assert live.read_bytes() == damaged
        return
    assert ran.code == 0, ran.err
    (kept,) = (tmp_path / "backups").glob("before-restore-*.db")
    assert kept.read_bytes() == damaged
    assert "已导出30个" in brandbot(url, tmp_path, NOW, "roster", "export", str(tmp_path / "x.csv")).out


async def test_what_waits_is_listed_in_chinese_and_local_time(database_url: str, database: AsyncEngine, tmp_path: Path) -> None:
    async with sessions(database).begin() as session:
        await pending(session)
        await held.hold(session, NOW)
    ran = await asyncio.to_thread(brandbot, database_url, tmp_path, NOW, "held", "list")
    lines = [line.split(" ", 1)[1] for line in ran.out.splitlines()[:-1]]
    assert lines == [
        "2026-11-23 09:05 工委工作群 ready（由备份恢复，待确认）",
        "2026-11-23 09:05 工委工作群 claimed（由备份恢复，待确认）",
        "2026-11-23 05:05 工委工作群 时限提示（由备份恢复，待确认）",
    ]
    assert set(NOTICES) == {duty.kind for duty in DUTIES}


def test_a_backup_of_yesterday_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/brandbot.db"
    filled(url, tmp_path)
    assert brandbot(url, tmp_path, NOW, "db", "check").code == 0
    assert "已是最新版本" in brandbot(url, tmp_path, NOW, "db", "upgrade").out
    empty = f"sqlite:///{tmp_path}/empty.db"
    assert "请运行 brandbot db upgrade" in brandbot(empty, tmp_path, NOW, "db", "check").err
    assert "已由 空库 升级到" in brandbot(empty, tmp_path, NOW, "db", "upgrade").out


def test_seven_daily_copies_are_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/brandbot.db"
    assert brandbot(url, tmp_path, NOW, "db", "upgrade").code == 0
    folder = tmp_path / "backups"
    first = date(2026, 11, 1)
    for day in range(9):
        made = backup.daily(tmp_path / "brandbot.db", folder, first + timedelta(days=day))
        assert made is not None
        assert backup.daily(tmp_path / "brandbot.db", folder, first + timedelta(days=day)) is None
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"brandbot-2026-11-{day:02}.db" for day in range(3, 10)]
    assert backup.inspect(folder / names[0])  # and nothing half-made lies beside them


async def test_a_copy_is_whole_while_somebody_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/brandbot.db"
    engine = make_engine(url)
    await upgrade(engine)
    async with sessions(engine).begin() as session:
        session.add(Organization(code="1", short_name="某党支部", kind="branch", direct=True, position=1))
        await session.flush()
        backup.copy(tmp_path / "brandbot.db", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT count(*) FROM organization").fetchone() == (0,)
    await engine.dispose()


def test_only_one_process_serves_a_file(tmp_path: Path) -> None:
    file = tmp_path / "brandbot.db"
    program = (
        f"from pathlib import Path\nfrom storage.database.lock import serving\nwith serving(Path({str(file)!r})): print('in')"
    )
    with lock.serving(file):
        assert lock.is_served(file)
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert other.returncode == 1
        assert "同一个数据库文件只能由一个进程服务" in other.stderr
    assert not lock.is_served(file)
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "in\n"


def test_a_process_that_is_killed_gives_the_file_back(tmp_path: Path) -> None:
    file = tmp_path / "brandbot.db"
    program = (
        f"import time\nfrom pathlib import Path\nfrom storage.database.lock import serving\n"
        f"with serving(Path({str(file)!r})): print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(lock.AlreadyServing, match=f"（{other.pid}）"), lock.serving(file):
            pass
        other.kill()
    with lock.serving(file):
        pass


async def test_a_cut_off_audit_shows(session: AsyncSession) -> None:
    for scope in (0, 7, 7, 7):
        await audit.record(session, scope=scope, actor=1, act="report", subject="1", content={}, now=NOW)
    await session.execute(text("DELETE FROM audit_entry WHERE scope = 7 AND sequence = 3"))
    assert await audit.verify(session) == [(7, 3)]
    await session.execute(text("DELETE FROM audit_entry WHERE scope = 7"))
    assert await audit.verify(session) == [(7, 1)]
    await session.execute(text("DELETE FROM audit_head WHERE scope = 0"))
    assert await audit.verify(session) == [(0, 2), (7, 1)]


async def test_two_entries_that_changed_places_show(session: AsyncSession) -> None:
    for act in ("a", "b", "c"):
        await audit.record(session, scope=7, actor=1, act=act, subject="1", content={}, now=NOW)
    for old, new in ((1, 9), (2, 1), (9, 2)):
        await session.execute(text(f"UPDATE audit_entry SET sequence = {new} WHERE scope = 7 AND sequence = {old}"))
    assert (await audit.verify(session))[0] == (7, 1)
