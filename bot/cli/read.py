"""`brandbot read`: JSON lines of messages in, JSON lines of what was understood out; no database needed."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.program import Program
from bot.cli.shell import Shell, Stop
from messages.reading import read
from messages.reading.directory import Directory, OrgName
from messages.reading.names import SPLIT
from messages.reading.result import Reading
from messages.reading.scene import ChatKind, Member, Role, Scene
from storage.calendar import Calendar
from storage.roster import sheet

COLUMNS = {
    "code": ("id", "code", "编号", "代码"),
    "short": ("规范简称", "简称", "short", "name", "名称", "组织名称"),
    "full": ("全称", "full", "full_name", "党组织全称"),
    "parent": ("上级id(00=工委)", "上级id", "parent", "parent_id", "上级", "上级代码"),
    "aliases": ("别名", "aliases", "alias"),
}


def directory_of(roster: bytes) -> Directory:
    """The names in a roster file: CSV of any usual encoding, or a workbook. Raises UnreadableSheet."""
    table = sheet.read_sheet(roster)
    heading = table[0].cells if table else ()
    rows = [dict(zip(heading, row.cells, strict=False)) for row in table[1:]]

    def value(row: dict[str, str], name: str) -> str:
        return next((row[column].strip() for column in COLUMNS[name] if column in row), "")

    return Directory(
        OrgName(
            code=value(row, "code"),
            short=value(row, "short"),
            full=value(row, "full") or None,
            aliases=tuple(alias for alias in SPLIT.split(value(row, "aliases")) if alias),
            parent=value(row, "parent") if value(row, "parent") not in ("", "00", "0") else None,
        )
        for row in rows
        if value(row, "code") and value(row, "short")
    )


def scene_of(message: dict[str, Any], directory: Directory, calendar: Calendar, bot_name: str) -> Scene:
    """The scene that a line of the input describes."""
    sender = message.get("sender") or {}
    org = str(sender["org"]) if sender.get("org") not in ("", "00", None) else None
    role: Role = sender.get("role") or "none"
    chat: ChatKind = message.get("chat") or "private"
    return Scene(
        now=datetime.fromisoformat(message["now"]),
        chat_kind=chat,
        addressed=bool(message.get("addressed")),
        directory=directory,
        workdays=calendar,
        bot_names=(bot_name,),
        chat_org=message.get("chat_org") or (org if chat == "unit" else None),
        members=() if role == "none" else (Member(role, org),),
    )


def read_lines(lines: Iterator[str], directory: Directory, bot_name: str) -> Iterator[str]:
    """One line of JSON for each line of JSON, in order; blank lines are passed over."""
    calendar = Calendar()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
            scene = scene_of(message, directory, calendar, bot_name)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise Stop(f"第{number}行不是一条消息（JSON，含 now、chat、addressed、sender、text）：{wrong}") from None
        reading = read(str(message.get("text") or ""), scene)
        yield json.dumps({"id": message.get("id"), **reading.to_json()}, ensure_ascii=False)


def explain(text: str, directory: Directory, bot_name: str, now: datetime) -> tuple[Reading, str]:
    """A reading of one message to an admin's private chat, and why, line by line."""
    scene = Scene(now, "private", True, directory, Calendar(), (bot_name,), None, (Member("admin"),))
    reading = read(text, scene)
    return reading, "\n".join([*reading.why, json.dumps(reading.to_json(), ensure_ascii=False)])


def packaged_roster() -> bytes:
    """The demo city, which is read from when no roster is named."""
    return resources.files("bot").joinpath("data/roster_anlan.csv").read_bytes()


def register(app: Program) -> None:
    """Add the command to the program."""
    app.command("read")(command)


def command(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="消息文件（JSON行），- 为标准输入", metavar="[文件|-]")] = "-",
    roster: Annotated[
        Path | None,
        typer.Option("--roster", metavar="文件", exists=True, dir_okay=False, help="党组织名册，默认为演示城市"),
    ] = None,
    why: Annotated[str | None, typer.Option("--explain", metavar="一句话", help="说明一句话为什么这样理解")] = None,
) -> None:
    """读懂消息：JSON行进，JSON行出。"""
    shell = Shell.of(ctx)
    settings = shell.settings()
    bot_name = settings.bot_name
    try:
        directory = directory_of(roster.read_bytes() if roster else packaged_roster())
    except sheet.UnreadableSheet as wrong:
        raise Stop(f"不能读取名册 {roster}：{wrong}") from None
    if not directory.names:
        raise Stop(f"名册 {roster} 里没有读到组织，至少要有“id”和“规范简称”两列")
    if why is not None:
        shell.say(explain(why, directory, bot_name, shell.now().astimezone(settings.timezone))[1])
        return
    if source != "-" and not Path(source).is_file():
        raise Stop(f"没有这个文件：{source}")
    lines = iter(sys.stdin) if source == "-" else iter(Path(source).read_text(encoding="utf-8").split("\n"))
    for line in read_lines(lines, directory, bot_name):
        shell.say(line)
