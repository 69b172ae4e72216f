"""Sets a stage on an empty database: roster, plan, chats and people as a transcript or the demo declares them."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from messages.reading.posts import may_be_added
from storage import chats, organizations, people, plan_file, roster, switch
from storage.database import scratch
from storage.database.engine import sessions
from storage.migrations import upgrade
from storage.roster import demo

DATA = Path(__file__).parent / "data"
DEFAULT_PLAN, DEMO_ROSTER = DATA / "plan_default.toml", DATA / "roster_anlan.csv"
DEMO_REPORTS = DATA / "demo_reports.csv"
CHAT_KINDS = ("committee", "all", "unit", "private")
ROLES = ("admin", "staff", "secretary", "member", "none")


class BadStage(Exception):
    """A declaration that names something that does not exist."""


@dataclass(frozen=True, slots=True)
class ChatSet:
    """A chat: `of` is the organisation's code of a unit chat, the person of a private one."""

    name: str
    kind: str
    of: str | None = None
    bound: bool = True


@dataclass(frozen=True, slots=True)
class PersonSet:
    """Somebody with a role that is bound already, unless it is none."""

    name: str
    role: str
    org: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """How a platform calls chats and people; on the console, by their names."""

    platform: str = "console"

    def chat(self, chat: ChatSet) -> str:
        """The platform's id of a chat."""
        return chat.name

    def person(self, name: str) -> str:
        """The platform's id of a person."""
        return name


CONSOLE = Names()


@dataclass(slots=True)
class Stage:
    """`roster`: anlan, empty or a file; `plan`: default, none or a file; files are relative to `folder`."""

    folder: Path
    roster: str = "anlan"
    plan: str = "default"
    chats: list[ChatSet] = field(default_factory=list)
    people: list[PersonSet] = field(default_factory=list)
    reports: Path | None = None  # what was reported before the story begins


async def prepare(engine: AsyncEngine, stage: Stage, now: datetime, names: Names = CONSOLE) -> None:
    """Bring the database to this program's schema and put everything in its place; what an earlier play left goes."""
    try:
        await scratch.take(engine)
    except scratch.InUse:
        raise BadStage("这个数据库里已有内容：请给一个空数据库，或以前重放用过的数据库") from None
    await upgrade(engine)
    await furnish(engine, stage, now, names)


async def furnish(engine: AsyncEngine, stage: Stage, now: datetime, names: Names = CONSOLE) -> None:
    """Put everything in its place, beside what is there already: the people and chats of one platform after another's."""
    async with sessions(engine).begin() as session:
        await _plan(session, stage, now)
        await _roster(session, stage, now)
        if stage.reports is not None:
            await demo.reports(session, stage.reports)
        accounts = await _people(session, stage, now, names)
        for chat in stage.chats:
            await _chat(session, chat, accounts, now, names)


async def switch_on(engine: AsyncEngine, now: datetime) -> None:
    """启用提醒, as if an admin had said it."""
    async with sessions(engine).begin() as session:
        await switch.turn(session, on=True, account_id=None, now=now)


async def _plan(session: AsyncSession, stage: Stage, now: datetime) -> None:
    if stage.plan == "none":
        return
    path = DEFAULT_PLAN if stage.plan == "default" else stage.folder / stage.plan
    try:
        await plan_file.load(session, plan_file.parse(path.read_text(encoding="utf-8-sig"), may_be_added), now=now)
    except FileNotFoundError:
        raise BadStage(f"没有这个文件：{path}") from None
    except (OSError, UnicodeDecodeError, plan_file.PlanFileError) as error:
        raise BadStage(f"plan {stage.plan}: {error}") from None


async def _roster(session: AsyncSession, stage: Stage, now: datetime) -> None:
    if stage.roster == "empty":
        return
    try:
        if stage.roster == "anlan":
            await demo.seed(session, DEMO_ROSTER, now)
        else:
            await roster.load(session, (stage.folder / stage.roster).read_bytes(), now=now)
    except FileNotFoundError:
        raise BadStage(f"没有这个文件：{stage.folder / stage.roster}") from None
    except (OSError, roster.RosterError) as error:
        raise BadStage(f"roster {stage.roster}: {error}") from None


async def _people(session: AsyncSession, stage: Stage, now: datetime, names: Names) -> dict[str, int]:
    accounts: dict[str, int] = {}
    for person in stage.people:
        account = await people.account(session, names.platform, names.person(person.name))
        accounts[person.name] = account.id
        if person.role != "none":
            await people.give(session, accounts[person.name], person.role, await _org(session, person.org), now)
    return accounts


async def _chat(session: AsyncSession, chat: ChatSet, accounts: dict[str, int], now: datetime, names: Names) -> None:
    if chat.kind == "private":
        if chat.of not in accounts:
            raise BadStage(f"chat {chat.name}：没有声明 person {chat.of}")
        if chat.bound:
            await chats.seen(session, names.platform, names.chat(chat), account_id=accounts[chat.of])
        return
    row = await chats.seen(session, names.platform, names.chat(chat))
    if chat.bound:
        await chats.bind(session, row, chat.kind, await _org(session, chat.of), now)


async def _org(session: AsyncSession, code: str | None) -> int | None:
    if code is None:
        return None
    organization = await organizations.by_code(session, code)
    if organization is None:
        raise BadStage(f"名册中没有编号为 {code} 的党组织")
    return organization.id
