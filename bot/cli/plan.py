"""`brandbot plan check|load|export` and `brandbot calendar load`: the plan file and the days off."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli import database
from bot.cli.complaints import why
from bot.cli.noting import note
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from storage import plan_file
from storage.plan_file import PlanFile, PlanFileError

LARGEST = 1024 * 1024  # bytes of a plan or calendar file
FileOrDefault = Annotated[str, typer.Argument(metavar="文件|default", help="规划文件（TOML），或 default：自带的规划")]


def register(app: Program) -> None:
    """Add the commands."""
    plan = Program(help="规划文件：核对、启用、导出")
    plan.command("check")(check)
    plan.command("load")(load)
    plan.command("export")(export)
    app.add_typer(plan, name="plan")
    calendar = Program(help="工作日历")
    calendar.callback()(lambda: None)
    calendar.command("load")(load_calendar)
    app.add_typer(calendar, name="calendar")


def text_of(file: str | Path) -> str:
    """A file's text. Raises Stop with one clear line."""
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Stop(f"{file} 超过{LARGEST // 1024 // 1024}MB，不是规划或日历文件")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise Stop(f"不能读取 {file}：{why(error)}") from None
    except UnicodeDecodeError:
        raise Stop(f"{file} 不是UTF-8编码的文本文件") from None


def _parsed(file: str) -> PlanFile:
    from messages.reading.posts import may_be_added  # for a plan file alone

    text = files("bot").joinpath("data/plan_default.toml").read_text(encoding="utf-8") if file == "default" else text_of(file)
    try:
        return plan_file.parse(text, may_be_added)
    except PlanFileError as error:
        raise Stop(_refusal(file, error)) from None


def _refusal(file: str | Path, error: PlanFileError) -> str:
    return "\n".join([f"{file} 有{len(error.problems)}处需要修改，未启用：", *(f"  {problem}" for problem in error.problems)])


def check(ctx: typer.Context, file: FileOrDefault) -> None:
    """核对规划文件，一次列出全部问题。"""
    facts = _parsed(file).facts
    Shell.of(ctx).say(
        f"没有问题：{facts.title}，{facts.starts_on}至{facts.ends_on}，"
        f"{len(facts.phases)}个阶段，{len(facts.milestones)}个节点，申报截至{facts.declaration_due}。"
    )


def load(
    ctx: typer.Context,
    file: FileOrDefault,
    reason: Annotated[str, typer.Option(metavar="原因", help="更新的原因，记入版本")] = "",
) -> None:
    """启用规划文件，成为新的一版；内容相同则不变。"""
    shell = Shell.of(ctx)
    parsed = _parsed(file)

    async def work(session: AsyncSession) -> plan_file.Loaded:
        loaded = await plan_file.load(session, parsed, now=shell.now(), reason=reason)
        if loaded.changed:
            content = {"revision": loaded.revision, "reason": reason}
            await note(session, None, "plan", f"plan:{loaded.revision}", content=content, now=shell.now())
        return loaded

    try:
        loaded = database.run(shell, work)
    except PlanFileError as error:
        raise Stop(_refusal(file, error)) from None
    if loaded.changed:
        shell.say(f"已启用第{loaded.revision}版：{parsed.facts.title}。")
    else:
        shell.say(f"与现行第{loaded.revision}版相同，未改动。")


def export(
    ctx: typer.Context, file: Annotated[Path | None, typer.Argument(metavar="[文件]", help="写到文件；不写则显示")] = None
) -> None:
    """导出现行规划，可修改后再启用。"""
    shell = Shell.of(ctx)
    text = database.run(shell, plan_file.export)
    if text is None:
        raise Stop("还没有启用规划，可运行 brandbot plan load default")
    if file is None:
        shell.say(text.rstrip("\n"))
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(f"不能写入 {file}：{why(error)}") from None
    shell.say(f"已导出到 {file}。")


def load_calendar(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="文件", help="只含 [[day]] 各段的TOML文件")]
) -> None:
    """载入放假和调休安排，覆盖同一天的原有安排。

    文件是UTF-8的文本，每段一天或连续几天：

    \b
      [[day]]
      date = 2027-10-01
      until = 2027-10-07    # 只有一天的不写
      workday = false       # 放假
      name = "国庆节"        # 可不写

    \b
      [[day]]
      date = 2027-10-09
      workday = true        # 调休上班
    """
    shell = Shell.of(ctx)
    try:
        days = plan_file.parse_days(text_of(file))
    except PlanFileError as error:
        raise Stop(_refusal(file, error)) from None

    async def work(session: AsyncSession) -> int:
        changed = await plan_file.load_days(session, days)
        if changed:
            content = {"days": {day.isoformat(): meaning for day, meaning in days.items()}}
            await note(session, None, "calendar", "calendar", content=content, now=shell.now())
        return changed

    changed = database.run(shell, work)
    years = "、".join(f"{year}年" for year in sorted({day.year for day in days}))
    shell.say(f"已载入{years}的安排：共{len(days)}天，其中新增或改动{changed}天。")
