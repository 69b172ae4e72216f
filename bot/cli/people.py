"""`brandbot invite`, `chat` and `person`: codes, groups and accounts, from the shell."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.wecom.sealing import seal, webhook_key
from bot.cli import codes_file
from bot.cli.chat import talk
from bot.cli.complaints import why
from bot.cli.shell import Shell, Stop
from bot.config import token_key
from storage import audit, chats, invitations, organizations, people, plans
from storage.tables import Chat, Membership, Organization

ROLES = {"admin": "工委管理员", "staff": "工委工作人员", "secretary": "书记", "member": "党员"}
KINDS = {"committee": "工委工作群", "all": "联络员大群", "unit": "单位群", "private": "私聊", "unbound": "未绑定"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("invite")(invite)
    chat = typer.Typer(invoke_without_command=True)
    chat.callback()(talk)
    chat.command("list")(chat_list)
    chat.command("bind")(chat_bind)
    chat.command("webhook")(chat_webhook)
    app.add_typer(chat, name="chat")
    person = typer.Typer(help="查看、解绑和删除账号", no_args_is_help=True)
    person.command("list")(person_list)
    person.command("unbind")(person_unbind)
    person.command("erase")(person_erase)
    app.add_typer(person, name="person")


def invite(
    ctx: typer.Context,
    role: Annotated[str | None, typer.Argument(metavar="admin|staff|secretary|member", help="邀请的身份")] = None,
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="党组织编号（书记、党员须写）")] = None,
    file: Annotated[
        Path | None, typer.Option("--all", metavar="FILE.xlsx", help="为每个党组织签发一个书记邀请码，写入表格")
    ] = None,
) -> None:
    """签发邀请码：一次有效，管理员24小时，其他30天。"""
    shell = Shell.of(ctx)
    if file is not None:
        if role is not None:
            raise Stop("--all 不与身份同用")
        shell.run(lambda session: _invite_all(session, shell, file))
    else:
        shell.run(lambda session: _invite(session, shell, role, code))


async def _invite(session: AsyncSession, shell: Shell, role: str | None, code: str | None) -> None:
    if role not in ROLES:
        raise Stop("身份应为 admin、staff、secretary 编号 或 member 编号")
    if (role in {"admin", "staff"}) != (code is None):
        raise Stop(f"{ROLES[role]}不写党组织编号" if code else f"请写党组织编号，例如 invite {role} 编号")
    organization = await _organization(session, code) if code is not None else None
    now = shell.now()
    made, until = await invitations.create(session, role, organization.id if organization else None, now)
    await _note(session, organization, "invited", role, now=shell.now())
    until = await _local(session, shell, until)
    shell.say(f"邀请码：{made}")
    name = f"{organization.short_name}{ROLES[role]}" if organization else ROLES[role]
    shell.say(f"身份：{name}。{until:%Y年%m月%d日 %H:%M}前一次有效。")
    shell.say("请本人私下发给机器人：绑定 邀请码")


async def _invite_all(session: AsyncSession, shell: Shell, file: Path) -> None:
    names = await organizations.names(session)
    if not names:
        raise Stop("还没有党组织名册，请先 roster import")
    found = await organizations.by_codes(session, [name.code for name in names])
    rows = []
    for organization in found:
        made, until = await invitations.create(session, "secretary", organization.id, shell.now())
        rows.append((organization.code, organization.short_name, "书记", made, until))
    await _note(session, None, "invited_all", str(len(rows)), now=shell.now())
    until = await _local(session, shell, rows[0][-1])
    try:
        codes_file.write(file, [(*row[:-1], f"{until:%Y-%m-%d %H:%M}") for row in rows])
    except OSError as error:
        raise Stop(f"不能写入 {file}：{why(error)}") from None
    shell.say(f"已签发{len(rows)}个书记邀请码，写入 {file.name}。请逐一私下转交，用后即删。")


def chat_list(ctx: typer.Context) -> None:
    """列出会话：编号、平台、用途、党组织、是否主群。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        rows = await chats.everything(session)
        for chat, code in rows:
            marks = [mark for mark, on in (("主群", chat.is_primary), ("有群机器人", chat.webhook is not None)) if on]
            shell.say("  ".join([str(chat.id), chat.platform, KINDS[chat.kind], code or "-", *marks]))
        if not rows:
            shell.say("还没有会话。把机器人拉进群并@它一次，会话就会出现在这里。")

    shell.run(work)


def chat_bind(
    ctx: typer.Context,
    chat: Annotated[int, typer.Argument(metavar="会话编号", help="见 chat list")],
    kind: Annotated[str, typer.Argument(metavar="committee|all|unit|unbound")],
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="单位群的党组织编号")] = None,
) -> None:
    """绑定一个群：工委工作群、联络员大群或单位群；unbound 为解绑。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        if kind not in {"committee", "all", "unit", "unbound"}:
            raise Stop("用途应为 committee、all、unit 编号 或 unbound")
        if (kind == "unit") != (code is not None):
            raise Stop("单位群须写党组织编号，其他群不写")
        found = await _group(session, chat)
        organization = await _organization(session, code) if code is not None else None
        if kind == "unbound":
            await chats.unbind(session, found)
        else:
            await chats.bind(session, found, kind, organization.id if organization else None, shell.now())
        await _note(session, organization, "chat_bound", f"chat:{chat}", now=shell.now())
        shell.say(f"已设为{KINDS[kind]}{'：' + organization.short_name if organization else ''}。")

    shell.run(work)


def chat_webhook(
    ctx: typer.Context,
    chat: Annotated[int, typer.Argument(metavar="会话编号", help="见 chat list")],
    address: Annotated[str, typer.Argument(metavar="KEY|URL|off", help="企业微信群机器人的地址或其中的key；off 为删除")],
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
        await _note(session, None, "chat_webhook", f"chat:{chat}", now=shell.now())
        shell.say("已登记群机器人。" if key is not None else "已删除群机器人。")

    shell.run(work)


def person_list(ctx: typer.Context) -> None:
    """列出在册身份：绑定编号、账号编号、身份、党组织编号、绑定日期。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        here = await _local(session, shell, shell.now())
        rows = await people.everybody(session)
        for row in rows:
            since = row.since.astimezone(here.tzinfo)
            shell.say(f"{row.id}  账号{row.account_id}  {ROLES[row.role]}  {row.org or '-'}  {since:%Y-%m-%d}")
        if not rows:
            shell.say("还没有人绑定。请先 invite admin。")

    shell.run(work)


def person_unbind(
    ctx: typer.Context, binding: Annotated[int, typer.Argument(metavar="绑定编号", help="见 person list")]
) -> None:
    """解除一项身份，即时生效。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        row = await session.get(Membership, binding)
        if row is None or row.ended_at is not None:
            raise Stop("没有这项绑定，或已经解除")
        if row.role == "admin" and await people.admins(session) <= 1:
            raise Stop("至少须保留一位工委管理员")
        await people.end(session, binding, shell.now())
        organization = await organizations.by_id(session, row.organization_id) if row.organization_id else None
        await _note(session, organization, "unbound", f"account:{row.account_id}", now=shell.now())
        shell.say(f"已解绑：{organization.short_name if organization else ''}{ROLES[row.role]}。")

    shell.run(work)


def person_erase(
    ctx: typer.Context,
    account: Annotated[int, typer.Argument(metavar="账号编号", help="见 person list")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """删除一个账号的信息：平台标识、私聊内容、原话；党组织的登记和审计链保留。"""
    shell = Shell.of(ctx)
    if not yes:
        raise Stop("删除后不能恢复；确认删除请加 --yes")

    async def work(session: AsyncSession) -> None:
        current = await people.memberships(session, account)
        if any(row.role == "admin" for row in current) and await people.admins(session) <= 1:
            raise Stop("至少须保留一位工委管理员")
        if not await people.erase(session, account, shell.now()):
            raise Stop("没有这个账号")
        await _note(session, None, "erased", f"account:{account}", now=shell.now())
        shell.say(f"已删除账号{account}的信息；党组织的登记和审计链未动。")

    shell.run(work)


async def _organization(session: AsyncSession, code: str) -> Organization:
    found = await organizations.by_code(session, code)
    if found is None:
        raise Stop(f"名册中没有编号为 {code} 的党组织")
    return found


async def _group(session: AsyncSession, chat_id: int) -> Chat:
    found = await chats.by_id(session, chat_id)
    if found is None or found.kind == "private":
        raise Stop("没有这个群，编号见 chat list")
    return found


async def _note(session: AsyncSession, organization: Organization | None, act: str, subject: str, *, now: datetime) -> None:
    scope = organization.id if organization is not None else 0
    await audit.record(session, scope=scope, actor=None, act=act, subject=subject, content={}, now=now)


async def _local(session: AsyncSession, shell: Shell, at: datetime) -> datetime:
    """An instant in the plan's time zone, or where no plan is loaded in the setting's."""
    plan = await plans.in_force(session)
    return at.astimezone(plan.timezone if plan is not None else shell.settings().timezone)
