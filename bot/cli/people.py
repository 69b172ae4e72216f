"""`brandbot invite` and `person`: codes and accounts, from the shell."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli import codes_file, database
from bot.cli.complaints import why
from bot.cli.noting import note
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from storage import invitations, organizations, people, plans
from storage.tables import Membership, Organization

ROLES = {"admin": "工委管理员", "staff": "工委工作人员", "secretary": "书记", "member": "党员"}
LAST_ADMIN = "至少须保留一位工委管理员"


def register(app: Program) -> None:
    """Add the commands."""
    app.command("invite")(invite)
    person = Program(help="查看、解绑和删除账号")
    person.command("list")(person_list)
    person.command("unbind")(person_unbind)
    person.command("erase")(person_erase)
    app.add_typer(person, name="person")


def invite(
    ctx: typer.Context,
    role: Annotated[str | None, typer.Argument(metavar="admin|staff|secretary|member", help="邀请的身份")] = None,
    code: Annotated[str | None, typer.Argument(metavar="编号", help="党组织编号（书记、党员须写）")] = None,
    file: Annotated[
        Path | None, typer.Option("--all", metavar="文件.xlsx", help="为每个党组织签发一个书记邀请码，写入表格")
    ] = None,
) -> None:
    """签发邀请码：一次有效，管理员24小时，其他30天。"""
    shell = Shell.of(ctx)
    if file is not None:
        if role is not None:
            raise Stop("--all 不与身份同用")
        database.run(shell, lambda session: _invite_all(session, shell, file))
    else:
        database.run(shell, lambda session: _invite(session, shell, role, code))


async def _invite(session: AsyncSession, shell: Shell, role: str | None, code: str | None) -> None:
    if role not in ROLES:
        raise Stop("身份应为 admin、staff、secretary 编号 或 member 编号")
    if (role in {"admin", "staff"}) != (code is None):
        raise Stop(f"{ROLES[role]}不写党组织编号" if code else f"请写党组织编号，例如 invite {role} 编号")
    organization = await organization_of(session, code) if code is not None else None
    now = shell.now()
    made, until = await invitations.create(session, role, organization.id if organization else None, now)
    await note(session, organization.id if organization else None, "invited", role, now=shell.now())
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
    await note(session, None, "invited_all", str(len(rows)), now=shell.now())
    until = await _local(session, shell, rows[0][-1])
    try:
        codes_file.write(file, [(*row[:-1], f"{until:%Y-%m-%d %H:%M}") for row in rows])
    except OSError as error:
        raise Stop(f"不能写入 {file}：{why(error)}") from None
    shell.say(f"已签发{len(rows)}个书记邀请码，写入 {file.name}。请逐一私下转交，用后即删。")


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

    database.run(shell, work)


def person_unbind(
    ctx: typer.Context, binding: Annotated[int, typer.Argument(metavar="绑定编号", help="见 person list")]
) -> None:
    """解除一项身份，即时生效。"""
    shell = Shell.of(ctx)

    async def work(session: AsyncSession) -> None:
        row = await session.get(Membership, binding)
        if row is None or row.ended_at is not None:
            raise Stop("没有这项绑定，或已经解除")
        try:
            await people.end(session, binding, shell.now())
        except people.LastAdmin:
            raise Stop(LAST_ADMIN) from None
        organization = await organizations.by_id(session, row.organization_id) if row.organization_id else None
        await note(session, row.organization_id, "unbound", f"account:{row.account_id}", now=shell.now())
        shell.say(f"已解绑：{organization.short_name if organization else ''}{ROLES[row.role]}。")

    database.run(shell, work)


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
        try:
            known = await people.erase(session, account, shell.now())
        except people.LastAdmin:
            raise Stop(LAST_ADMIN) from None
        if not known:
            raise Stop("没有这个账号")
        await note(session, None, "erased", f"account:{account}", now=shell.now())
        shell.say(f"已删除账号{account}的信息；党组织的登记和审计链未动。")

    database.run(shell, work)


async def organization_of(session: AsyncSession, code: str) -> Organization:
    """The organisation of the roster with this code. Raises Stop."""
    found = await organizations.by_code(session, code)
    if found is None:
        raise Stop(f"名册中没有编号为 {code} 的党组织")
    return found


async def _local(session: AsyncSession, shell: Shell, at: datetime) -> datetime:
    """An instant in the plan's time zone, or where no plan is loaded in the setting's."""
    plan = await plans.in_force(session)
    return at.astimezone(plan.timezone if plan is not None else shell.settings().timezone)
