"""`brandbot chat`: talk to the bot in this terminal, or see and bind the groups, on the real database."""

import asyncio
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.wecom.sealing import seal, webhook_key
from bot.cli import database
from bot.cli.noting import note
from bot.cli.people import organization_of
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from bot.config import token_key
from storage import chats
from storage.database import lock
from storage.tables import Chat

KINDS = {"committee": "工委工作群", "all": "联络员大群", "unit": "单位群", "private": "私聊", "unbound": "未绑定"}


def register(app: Program) -> None:
    """Add the commands."""
    chat = Program(invoke_without_command=True, no_args_is_help=False)
    chat.callback()(talk)
    chat.command("list")(listed)
    chat.command("bind")(bind)
    chat.command("webhook")(webhook)
    app.add_typer(chat, name="chat")


def talk(
    ctx: typer.Context,
    who: Annotated[str, typer.Option("--as", metavar="名称", help="以哪个账号说话")] = "console",
    group: Annotated[str | None, typer.Option(metavar="名称", help="在哪个群里说话；不写则为私聊")] = None,
) -> None:
    """在终端里与机器人对话（真实数据库），或查看和绑定会话。[标签] 表示按按钮，Ctrl-D 结束。"""
    if ctx.invoked_subcommand is not None:
        return  # chat list, bind, webhook
    from bot.cli import talking  # the whole bot, of which the other commands need the tables only

    shell = Shell.of(ctx)
    try:
        with lock.serving(shell.settings().sqlite_file):
            asyncio.run(talking.talk(shell, talking.Terminal(shell, who, group)))
    except lock.AlreadyServing as error:
        raise Stop(str(error)) from None


def listed(ctx: typer.Context) -> None:
    """列出会话：编号、平台、用途、党组织、是否主群。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        rows = await chats.everything(session)
        for chat, code in rows:
            marks = [mark for mark, on in (("主群", chat.is_primary), ("有群机器人", chat.webhook is not None)) if on]
            shell.say("  ".join([str(chat.id), chat.platform, KINDS[chat.kind], code or "-", *marks]))
        if not rows:
            shell.say("还没有会话。把机器人拉进群并@它一次，会话就会出现在这里。")

    database.run(shell, work)


def bind(
    ctx: typer.Context,
    chat: Annotated[int, typer.Argument(metavar="会话编号", help="见 chat list")],
    kind: Annotated[str, typer.Argument(metavar="committee|all|unit|unbound")],
    code: Annotated[str | None, typer.Argument(metavar="编号", help="单位群的党组织编号")] = None,
) -> None:
    """绑定一个群：工委工作群、联络员大群或单位群；unbound 为解绑。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        if kind not in {"committee", "all", "unit", "unbound"}:
            raise Stop("用途应为 committee、all、unit 编号 或 unbound")
        if (kind == "unit") != (code is not None):
            raise Stop("单位群须写党组织编号，其他群不写")
        found = await _group(session, chat)
        organization = await organization_of(session, code) if code is not None else None
        if found.kind != "unbound":
            await note(session, found.organization_id, "chat_unbound", f"chat:{chat}", now=shell.now())
        if kind == "unbound":
            await chats.unbind(session, found)
        else:
            of = organization.id if organization else None
            await chats.bind(session, found, kind, of, shell.now())
            await note(session, of, "chat_bound", f"chat:{chat}", now=shell.now())
        shell.say(f"已设为{KINDS[kind]}{'：' + organization.short_name if organization else ''}。")

    database.run(shell, work)


def webhook(
    ctx: typer.Context,
    chat: Annotated[int, typer.Argument(metavar="会话编号", help="见 chat list")],
    address: Annotated[str, typer.Argument(metavar="key|地址|off", help="企业微信群机器人的地址或其中的key；off 为删除")],
) -> None:
    """登记企业微信群机器人，用于需要@人的提示；加密保存。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        found = await _group(session, chat)
        if found.platform != "wecom":
            raise Stop("只有企业微信的群才有群机器人地址")
        key = None if address == "off" else webhook_key(address)
        if key is None and address != "off":
            raise Stop("这不是企业微信群机器人的地址，也不是其中的key")
        found.webhook = seal(token_key(shell.settings()), key, found.external) if key is not None else None
        await note(session, found.organization_id, "chat_webhook", f"chat:{chat}", now=shell.now())
        shell.say("已登记群机器人。" if key is not None else "已删除群机器人。")

    database.run(shell, work)


async def _group(session: AsyncSession, chat_id: int) -> Chat:
    found = await chats.by_id(session, chat_id)
    if found is None or found.kind == "private":
        raise Stop("没有这个群，编号见 chat list")
    return found
