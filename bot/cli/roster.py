"""`brandbot roster import|export FILE`: the table of party organisations, in and out."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli import database
from bot.cli.complaints import why
from bot.cli.noting import note
from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from storage import plans, roster
from storage.roster import export, sheet
from storage.roster.header import RosterError

MOST = 200  # lines of one kind on the screen
Kept = Annotated[Path | None, typer.Option("--errors", metavar="文件.xlsx", help="有问题时，把标出问题的表格写到这里")]
Yes = Annotated[bool, typer.Option("--yes", help="已核对列出的变动和疑问，导入")]
CHANGES = (
    ("added", "新增："),
    ("renamed", "更名（编号不变，书记和群的绑定随之归新名称）："),
    ("moved", "上级变动（权限和统计随之变动）："),
    ("ended", "撤销（书记、党员和群的绑定随之解除，不再统计和提醒）："),
    ("states", "登记品牌或单独申报："),
    ("others", "其他改动："),
)


class _Unsure(Exception):
    """Rights or counts would change, or something is doubtful, and nobody has said yes: nothing is written."""

    def __init__(self, done: roster.Imported) -> None:
        super().__init__()
        self.done = done


def register(app: Program) -> None:
    """Add the commands."""
    commands = Program(help="党组织名册：导入、导出")
    commands.command("import")(import_)
    commands.command("export")(export_)
    app.add_typer(commands, name="roster")


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="名册（.csv、.xlsx、.xls）")],
    errors: Kept = None,
    yes: Yes = False,
) -> None:
    """导入名册；有问题则一次列出全部，什么也不导入。再次导入先列出变动，核对后加 --yes；表中没有的组织保留。"""
    shell = Shell.of(ctx)
    data = _read(file)

    async def work(session: AsyncSession) -> roster.Imported:
        plan = await plans.in_force(session)
        zone = plan.timezone if plan else shell.settings().timezone
        done = await roster.load(session, data, now=shell.now().astimezone(zone))
        if done.needs_word and not yes:
            raise _Unsure(done)
        content = {"added": done.added, "updated": done.updated, "brands": done.brands, "ended": len(done.changes.ended)}
        await note(session, None, "roster", "roster", content=content, now=shell.now())
        return done

    try:
        done = database.run(shell, work)
    except RosterError as error:
        if errors is not None:
            _mark(errors, data, error)
        lines = [f"{file} 有{len(error.problems)}处需要修改，什么也没有导入：", *_some([str(p) for p in error.problems])]
        raise Stop("\n".join(lines)) from None
    except _Unsure as unsure:
        _tell(shell, unsure.done)
        raise Stop("什么也没有导入。请核对以上内容：不对的在表中改正；都对，就加 --yes 再运行一次。") from None
    shell.say(f"已导入：新增{done.added}个，更新{done.updated}个，未变{done.unchanged}个；登记品牌{done.brands}个。")
    _tell(shell, done)


def _read(file: Path) -> bytes:
    try:
        return sheet.read_file(file)
    except OSError as error:
        raise Stop(f"不能读取 {file}：{why(error)}") from None
    except sheet.UnreadableSheet as error:
        raise Stop(f"{file} 有1处需要修改，什么也没有导入：\n  {error}") from None


def _tell(shell: Shell, done: roster.Imported) -> None:
    """The report: what changes, what is doubtful, what is asked for."""
    _list(shell, "需要确认：", done.doubts)
    for name, title in CHANGES:
        _list(shell, title, getattr(done.changes, name))
    _list(shell, "请补填日期（没有代填）：", done.undated)
    _list(shell, "请留意（不影响导入）：", done.warnings)
    _list(shell, "与现有记录不同，未改动：", done.differences)
    _list(shell, "表中没有、仍然保留的组织（确已撤销的，在表中保留该行并填“撤销日期”）：", done.missing)


def _some(lines: list[str] | tuple[str, ...]) -> list[str]:
    shown = [f"  {line}" for line in lines[:MOST]]
    return shown if len(lines) <= MOST else [*shown, f"  ……共{len(lines)}条，只列出前{MOST}条"]


def _list(shell: Shell, title: str, lines: tuple[str, ...]) -> None:
    if lines:
        shell.say("\n".join([title, *_some(lines)]))


def _mark(target: Path, data: bytes, error: RosterError) -> None:
    try:
        rows = sheet.read_sheet(data)
    except sheet.UnreadableSheet:
        return
    _save(target, export.marked(rows, error.problems))


def _save(target: Path, data: bytes) -> None:
    try:
        target.write_bytes(data)
    except OSError as error:
        raise Stop(f"不能写入 {target}：{why(error)}") from None


def export_(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="文件", help="写到 .xlsx 或 .csv 文件")]) -> None:
    """导出名册；还没有组织时，导出的就是空白的填报模板。"""
    shell = Shell.of(ctx)
    kinds = {".xlsx": export.as_xlsx, ".csv": export.as_csv}
    if file.suffix.lower() not in kinds:
        raise Stop("文件名应以 .xlsx 或 .csv 结尾")
    table = database.run(shell, export.rows)
    _save(file, kinds[file.suffix.lower()](table))
    shell.say(f"已导出{len(table)}个组织到 {file}。" if table else f"已导出空白模板到 {file}。")
