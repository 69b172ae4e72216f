"""`brandbot backup|restore`, `db upgrade|check`, `held …`: the database as the operator sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.cli import database
from bot.cli.complaints import why
from bot.cli.noting import note
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from bot.config import Settings
from bot.outbound.writer import MARK
from storage import migrations, plans
from storage.database import backup, lock, postgres_copy
from storage.database.engine import make_engine, sessions
from storage.database.inserting import table_of
from storage.mail import held
from storage.tables import Heartbeat

SavedFile = Annotated[Path, typer.Argument(metavar="文件", help="备份文件")]
WORDS = {
    "message": "消息",
    "notice": "提示",
    "committee": "工委工作群",
    "all": "联络员群",
    "private": "私聊",
    "unbound": "未绑定的群",
}
NOTICES = {
    "ladder": "时限提示",
    "overdue": "逾期提示",
    "promise": "下步事项提示",
    "calls": "电话联系名单",
    "phase": "阶段提示",
    "weekly_committee": "工委周报",
    "weekly_unit": "单位周报",
    "calendar": "放假调休提示",
}
SHOWN = 30  # characters of a waiting message


def register(app: Program) -> None:
    """Add the commands."""
    app.command("backup")(save)
    app.command("restore")(restore)
    schema = Program(help="数据库的版本")
    schema.command("upgrade")(upgrade)
    schema.command("check")(check)
    app.add_typer(schema, name="db")
    waiting = Program(help="待确认的消息（恢复备份后，或可能已送达上级的）")
    waiting.command("list")(list_held)
    waiting.command("release")(release_held)
    waiting.command("drop")(drop_held)
    app.add_typer(waiting, name="held")


def save(ctx: typer.Context, file: SavedFile) -> None:
    """备份数据库；机器人运行时也可以。"""
    shell = Shell.of(ctx)
    settings = shell.settings()
    try:
        if settings.sqlite_file is not None:
            backup.copy(settings.sqlite_file, file)
        else:
            postgres_copy.dump(settings.database_url, file)
    except (backup.BadBackup, postgres_copy.NoTool) as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"不能写入 {file}：{why(error)}") from None
    shell.say(f"已备份到 {file}（{max(1, file.stat().st_size // 1024)} KB）。数据文件夹里的 token.key 和收到的文件请一并保存。")


def restore(ctx: typer.Context, file: SavedFile) -> None:
    """用备份替换数据库；机器人必须先停止。恢复后，到期未发的消息等待确认，不会一拥而出。"""
    shell = Shell.of(ctx)
    settings = shell.settings()
    try:
        if settings.sqlite_file is not None:
            with lock.serving(settings.sqlite_file):
                kept = _swap(settings.sqlite_file, file, settings.data / "backups", shell.now())
                messages, notices = asyncio.run(_after(shell))
        else:
            kept = None
            asyncio.run(_idle(settings, shell.now()))
            postgres_copy.put_back(file, settings.database_url)
            messages, notices = asyncio.run(_after(shell))
    except lock.AlreadyServing as error:
        raise Stop(f"{error}；请先停止机器人再恢复") from None
    except (backup.BadBackup, postgres_copy.NoTool) as error:
        raise Stop(f"没有恢复：{error}") from None
    except OSError as error:
        raise Stop(f"没有恢复：{file}：{why(error)}") from None
    shell.say(f"已由 {file} 恢复。" + (f"原来的数据库保存在 {kept}。" if kept else ""))
    if messages or notices:
        shell.say(
            f"{messages}条消息、{notices}条提示等待确认：brandbot held list 查看，held release 发出，held drop 不再发送。"
        )


def _swap(live: Path, file: Path, folder: Path, now: datetime) -> Path | None:
    """Put the backup in the live file's place; where the live file was kept."""
    revision = backup.inspect(file)
    if not migrations.known(revision):
        raise backup.BadBackup(f"备份的版本（{revision}）比本程序新，请使用新版程序")
    kept = None
    if live.exists():
        kept = folder / f"before-restore-{now:%Y%m%d-%H%M%S}.db"
        backup.keep(live, kept)
    backup.put_back(file, live)
    return kept


async def _idle(settings: Settings, now: datetime) -> None:
    engine = make_engine(settings.database_url)
    try:
        if (await migrations.look(engine)).current is not None:
            async with sessions(engine)() as session:
                if await held.served(session, now):
                    raise postgres_copy.NoTool("最近三分钟内仍有机器人在运行，请先停止再恢复")
    finally:
        await engine.dispose()


async def _after(shell: Shell) -> tuple[int, int]:
    """Bring the restored database to this program's schema, and hold back what would leave at once."""
    async with database.session(shell) as session:
        now = shell.now()
        counted = await held.hold(session, now)
        await session.execute(table_of(Heartbeat).delete())  # of the time that was undone: no outage, nobody alive
        content = {"messages": counted[0], "notices": counted[1]}
        await note(session, None, "restore", "database", content=content, now=now)
    return counted


def upgrade(ctx: typer.Context) -> None:
    """把数据库升级到本程序的版本。"""
    shell = Shell.of(ctx)

    async def work(engine: AsyncEngine) -> migrations.Schema:
        return await migrations.upgrade(engine)

    before = asyncio.run(_bare(shell, work))
    shell.say(
        f"已是最新版本 {before.wanted}。" if before.ready else f"已由 {before.current or '空库'} 升级到 {before.wanted}。"
    )


def check(ctx: typer.Context) -> None:
    """核对数据库的版本，不作改动；需要升级时退出码为1。"""
    shell = Shell.of(ctx)
    schema = asyncio.run(_bare(shell, migrations.look))
    if not schema.ready:
        raise Stop(f"数据库版本为 {schema.current or '空库'}，本程序需要 {schema.wanted}：请运行 brandbot db upgrade")
    shell.say(f"数据库版本为 {schema.current}，与本程序一致。")


async def _bare(shell: Shell, work: Callable[[AsyncEngine], Awaitable[migrations.Schema]]) -> migrations.Schema:
    """Run on the database as it is, without the upgrade that other commands begin with."""
    async with database.bare(shell) as engine:
        return await work(engine)


def list_held(ctx: typer.Context) -> None:
    """列出待确认的消息。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> tuple[list[held.Waiting], ZoneInfo]:
        plan = await plans.in_force(session)
        return await held.waiting(session), plan.timezone if plan else shell.settings().timezone

    rows, zone = database.run(shell, work)
    for row in rows:
        text = NOTICES.get(row.text, row.text) if row.what == "notice" else row.text
        line = " ".join((text if len(text) <= SHOWN else text[:SHOWN] + "…").split())
        due = f"{row.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
        shell.say(f"{WORDS[row.what]}{row.id} {due} {WORDS.get(row.place, row.place)} {line}（{row.reason}）")
    shell.say(f"共{len(rows)}条待确认。")


def release_held(ctx: typer.Context) -> None:
    """全部发出：消息标注“可能重复”，提示按现在的情况重新核对。"""
    _settle(Shell.of(ctx), "release", "已放行{count}条。", lambda session, now: held.release(session, now, MARK))


def drop_held(ctx: typer.Context) -> None:
    """全部不再发送，保留记录。"""
    _settle(Shell.of(ctx), "drop", "{count}条不再发送，记录保留。", held.drop)


def _settle(shell: Shell, act: str, told: str, how: Callable[[AsyncSession, datetime], Awaitable[int]]) -> None:
    async def work(session: AsyncSession) -> int:
        now = shell.now()
        count = await how(session, now)
        if count:
            await note(session, None, f"held.{act}", "outbox", content={"n": count}, now=now)
        return count

    shell.say(told.format(count=database.run(shell, work)))
