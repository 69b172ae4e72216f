"""`brandbot doctor`: whether everything is in place, told line by line; sends nothing and shows no secret."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import typer
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.channels import build
from bot.channels.contract import Gone, NotSent, Unsure
from bot.cli.complaints import explained, own_words, why
from bot.cli.program import Program
from bot.cli.shell import Shell
from bot.config import Settings, WrongSetting, check_proxies
from storage import audit, calendar, chats, migrations, organizations, plans, switch
from storage.database import lock
from storage.database.engine import make_engine, sessions
from storage.database.inserting import table_of
from storage.mail import held
from storage.tables import Membership, OutboundMessage

GOOD, NOTE, BAD = "正常", "注意", "错误"
STUCK = timedelta(minutes=15)
STALE_COPY = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: str
    text: str


def either(good: object, told: str, grade: str, otherwise: str) -> Finding:
    """Fine if there is something, else the grade and what to do."""
    return Finding(GOOD, told) if good else Finding(grade, otherwise)


def register(app: Program) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(ctx: typer.Context) -> None:
    """检查配置、数据库、规划、日历和通道；有错误时退出码为1。"""
    shell = Shell.of(ctx)
    found = asyncio.run(examine(shell.settings(), shell.now()))
    for finding in found:
        shell.say(f"[{finding.grade}] {finding.text}")
    if any(finding.grade == BAD for finding in found):
        raise typer.Exit(1)


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Everything that can be known without sending."""
    found = [*_folder(settings), *_channels(settings), *await _network(settings, now)]
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        if trouble := _cannot_be_made(settings.sqlite_file.parent):
            return [*found, trouble]
        return [*found, Finding(NOTE, f"还没有数据库 {settings.sqlite_file}，首次运行时建立")]
    engine = make_engine(settings.database_url)
    try:
        found += [finding async for finding in _database(engine, settings, now)]
    except migrations.SchemaTooNew:
        found.append(Finding(BAD, "数据库由更新版本的程序建立：请换用新版程序"))
    except (DBAPIError, OSError) as error:
        found.append(Finding(BAD, explained(error) or f"数据库不能使用：{own_words(error)}"))
    finally:
        await engine.dispose()
    return found


async def _network(settings: Settings, now: datetime) -> list[Finding]:
    try:
        check_proxies()
    except WrongSetting as error:
        return [Finding(BAD, str(error))]
    return [*await _telegram(settings, now), *await _wecom(settings, now)]


def _cannot_be_made(folder: Path) -> Finding | None:
    """What stands in the way of a folder that is not there, or is no folder."""
    try:
        there = next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)
    except OSError as error:
        return Finding(BAD, f"{folder}：{why(error)}")
    if not there.is_dir():
        return Finding(BAD, f"{folder}：{there} 不是文件夹")
    return None if os.access(there, os.W_OK | os.X_OK) else Finding(BAD, f"{folder}：{there} 不能写入")


def _folder(settings: Settings) -> list[Finding]:
    folder = settings.data
    if trouble := _cannot_be_made(folder):
        return [trouble]
    if not folder.exists():
        return [Finding(NOTE, f"数据文件夹 {folder} 还没有建立")]
    found = [Finding(GOOD, f"数据文件夹 {folder}")]
    key = folder / "token.key"
    if os.name == "posix" and key.exists() and key.stat().st_mode & 0o077:  # elsewhere the mode says nothing
        found.append(Finding(BAD, f"{key} 别人也能读取，请改为只有本用户可读（chmod 600）"))
    return found


def _channels(settings: Settings) -> list[Finding]:
    configured = {"Telegram": settings.telegram_token, "企业微信": settings.wecom_bot_id}
    named = [name for name, value in configured.items() if value]
    if not named:
        return [Finding(NOTE, "没有配置通道（BRANDBOT_TELEGRAM_TOKEN，或 BRANDBOT_WECOM_BOT_ID 和 BRANDBOT_WECOM_SECRET）")]
    return [Finding(GOOD, f"已配置通道：{'、'.join(named)}")]


async def _telegram(settings: Settings, now: datetime) -> list[Finding]:
    """Whether the token works, and whether the bot hears what is said in groups (privacy mode)."""
    if settings.telegram_token is None:
        return []
    channel = build.telegram(settings, lambda: now)
    try:
        state = await channel.check()
    except (NotSent, Unsure, Gone) as error:
        told = str(error)
        return [Finding(BAD, told if told.startswith("Telegram ") else f"Telegram 连不上：{told}")]
    finally:
        await channel.close()
    deaf = "Telegram 隐私模式开着，群里只收得到命令和回复：BotFather 里 /setprivacy 关闭后重新拉机器人入群，或设为群管理员"
    return [
        Finding(GOOD, f"Telegram 已连通：@{state['username']}"),
        either(state["can_read_all_group_messages"], "Telegram 能看到群里的消息", NOTE, deaf),
    ]


async def _wecom(settings: Settings, now: datetime) -> list[Finding]:
    """Whether the platform answers and takes the groups' webhooks; it is not logged in to, which would stop `serve`."""
    if settings.wecom_bot_id is None:
        return []
    from bot.channels.wecom import check  # loaded only where it is used

    there = settings.sqlite_file is None or settings.sqlite_file.exists()
    engine = make_engine(settings.database_url)
    channel = build.wecom(settings, lambda: now, engine)
    try:
        told = await check.examine(channel, engine if there else None)
    except DBAPIError:
        told = [(False, "群机器人没有检查：数据库打不开")]
    finally:
        await engine.dispose()
    return [Finding(GOOD if fine else BAD, text) for fine, text in told]


async def _database(engine: AsyncEngine, settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    kind = "PostgreSQL" if engine.dialect.name == "postgresql" else "SQLite"
    version = "SHOW server_version" if kind == "PostgreSQL" else "SELECT sqlite_version()"
    async with engine.connect() as connection:
        yield Finding(GOOD, f"数据库 {kind} {(await connection.execute(text(version))).scalar_one()}")
    schema = await migrations.look(engine)
    if not schema.ready:
        current = schema.current or "空库"
        yield Finding(BAD, f"数据库版本为 {current}，需要 {schema.wanted}：请运行 brandbot db upgrade")
        return
    yield Finding(GOOD, f"数据库版本 {schema.current}")
    async with sessions(engine)() as session:
        yield await _serving(session, settings, now)
        for finding in await _contents(session, now, settings):
            yield finding
    if settings.sqlite_file is not None:
        yield _copies(settings.data / "backups", now)


async def _serving(session: AsyncSession, settings: Settings, now: datetime) -> Finding:
    if settings.sqlite_file is not None:
        alive = await asyncio.to_thread(lock.is_served, settings.sqlite_file)
    else:
        alive = await held.served(session, now)
    return Finding(GOOD, "机器人正在运行") if alive else Finding(NOTE, "机器人没有运行")


async def _contents(session: AsyncSession, now: datetime, settings: Settings) -> list[Finding]:
    plan = await plans.in_force(session)
    told = f"规划第{plan.revision}版：{plan.title}" if plan else ""
    found = [either(plan, told, BAD, "没有启用规划：brandbot plan load default")]
    today = now.astimezone(plan.timezone if plan else settings.timezone).date()
    days = await calendar.load(session)
    for year in (today.year, today.year + 1):
        told = f"{year}年的放假调休安排"
        guess = f"没有{told}，暂按法定节假日推算：brandbot calendar load"
        found.append(either(days.published(year), f"已有{told}", NOTE, guess))
    count = await organizations.count(session)
    found.append(either(count, f"名册有{count}个组织", BAD, "名册是空的：brandbot roster import"))
    member = table_of(Membership).c
    admins = select(func.count()).where(member.role == "admin", member.ended_at.is_(None))
    number = (await session.execute(admins)).scalar_one()
    found.append(either(number, f"管理员{number}人", BAD, "还没有管理员：brandbot invite admin"))
    found.append(either(await chats.committee(session), "已绑定工委工作群", NOTE, "还没有绑定工委工作群"))
    on = await switch.on_since(session)
    found.append(either(on, "提醒已启用", NOTE, "提醒没有启用：由管理员说“启用提醒”"))
    return found + await _left(session, now)


async def _left(session: AsyncSession, now: datetime) -> list[Finding]:
    """What should not be lying about."""
    found: list[Finding] = []
    out = table_of(OutboundMessage).c
    stuck = select(func.count()).where(out.state == "ready", out.due_at < now - STUCK)
    if number := (await session.execute(stuck)).scalar_one():
        found.append(Finding(NOTE, f"{number}条消息超过15分钟没有发出"))
    if waiting := len(await held.waiting(session)):
        found.append(Finding(NOTE, f"{waiting}条消息待确认：brandbot held list"))
    broken = await audit.verify(session)
    if broken:
        scope, sequence = broken[0]
        found.append(Finding(BAD, f"操作记录被改动过：第一处在组织{scope}的第{sequence}条，共{len(broken)}处"))
    else:
        found.append(Finding(GOOD, "操作记录完整"))
    return found


def _copies(folder: Path, now: datetime) -> Finding:
    copies = sorted(folder.glob("brandbot-????-??-??.db"))
    if not copies:
        return Finding(NOTE, f"还没有每日备份（{folder}）")
    newest = copies[-1]
    age = now.timestamp() - newest.stat().st_mtime
    grade = NOTE if age > STALE_COPY.total_seconds() else GOOD
    return Finding(grade, f"每日备份{len(copies)}份，最近一份 {newest.name}")
