"""invite, chat and person from the shell: what they print, what they refuse, what they leave behind."""

import io
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from bot.cli import run
from bot.cli.shell import Shell
from bot.config import Settings
from storage import audit, chats, organizations
from storage.database.engine import make_engine, sessions
from storage.roster.sheet import read_sheet
from storage.tables import Account, AuditEntry, Chat, InboundMessage, Membership, Organization
from tests.conftest import apart
from tests.people import town

CODE = re.compile(r"邀请码：([0-9A-Z]{26})")


@dataclass(frozen=True, slots=True)
class Terminal:
    """A shell on a test's own database."""

    url: str
    folder: Path

    def __call__(self, *words: str) -> tuple[int, str]:
        out = io.StringIO()
        shell = Shell(
            settings=lambda: Settings(data=self.folder, database_url=self.url), now=lambda: town.NOW, out=out, err=out
        )
        return run(words, shell), out.getvalue()

    def ask(self, work: Any) -> Any:
        """Run async work in one transaction on the same database."""

        async def go() -> Any:
            engine = make_engine(self.url)
            async with sessions(engine).begin() as session:
                found = await work(session)
            await engine.dispose()
            return found

        return apart(go)


@pytest.fixture
def terminal(database_url: str, tmp_path: Path) -> Terminal:
    made = Terminal(database_url, tmp_path)
    made.ask(town.build)
    return made


def test_an_invitation_prints_its_code_once(terminal: Terminal) -> None:
    code, printed = terminal("invite", "secretary", "01")
    assert code == 0
    assert len(CODE.findall(printed)) == 1
    assert "甲局机关党委书记。2026年12月23日 10:05前一次有效" in printed


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["invite"], "身份应为"),
        (["invite", "boss"], "身份应为"),
        (["invite", "secretary"], "请写党组织编号"),
        (["invite", "admin", "01"], "不写党组织编号"),
        (["invite", "member", "99"], "没有编号为 99"),
        (["chat", "bind", "7", "unit", "01"], "没有这个群"),
        (["chat", "bind", "7", "unit"], "单位群须写"),
        (["chat", "bind", "7", "club"], "用途应为"),
        (["person", "unbind", "7"], "没有这项绑定"),
        (["person", "erase", "7"], "请加 --yes"),
        (["person", "erase", "7", "--yes"], "没有这个账号"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(terminal: Terminal, words: list[str], why: str) -> None:
    code, printed = terminal(*words)
    assert code != 0
    assert why in printed
    assert len(printed.splitlines()) == 1


def test_one_code_an_organisation_in_a_file_for_its_owner_only(terminal: Terminal, tmp_path: Path) -> None:
    async def rename(session: Any) -> None:
        await session.execute(update(Organization).where(col(Organization.code) == "02").values(short_name="=1+1"))

    terminal.ask(rename)
    file = tmp_path / "codes.xlsx"
    code, printed = terminal("invite", "--all", str(file))
    assert (code, CODE.search(printed)) == (0, None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = [row.cells for row in read_sheet(file.read_bytes())]
    assert [row[0] for row in rows] == ["编号", "01", "02", "0101", "0102"]
    assert len({row[3] for row in rows[1:]}) == 4
    assert rows[2][1] == "=1+1"


def test_a_group_is_bound_listed_and_unbound(terminal: Terminal) -> None:
    async def group(session: Any) -> int:
        return (await chats.seen(session, "wecom", "wrGroup")).id or 0

    number = str(terminal.ask(group))
    assert "已设为单位群：甲局机关党委" in terminal("chat", "bind", number, "unit", "01")[1]
    assert "单位群  01  主群" in terminal("chat", "list")[1]
    assert "不是企业微信群机器人的地址" in terminal("chat", "webhook", number, "http://x")[1]
    key = "0f8a2b1c-1111-2222-3333-444455556666"
    assert (
        "已登记群机器人"
        in terminal("chat", "webhook", number, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}")[1]
    )
    listed = terminal("chat", "list")[1]
    assert "有群机器人" in listed
    assert key not in listed
    stored = terminal.ask(lambda session: session.get(Chat, int(number)))
    assert key not in stored.webhook
    assert "已设为未绑定" in terminal("chat", "bind", number, "unbound")[1]

    async def chains(session: Any) -> Any:
        theirs = await organizations.by_code(session, "01")
        assert theirs is not None
        written = select(col(AuditEntry.scope), col(AuditEntry.act)).order_by(col(AuditEntry.id))
        return theirs.id, (await session.execute(written)).all()

    unit, written = terminal.ask(chains)
    assert written == [(unit, "chat_bound"), (unit, "chat_webhook"), (unit, "chat_unbound")]


def test_people_are_listed_and_unbound_but_never_the_last_admin(terminal: Terminal) -> None:
    assert "还没有人绑定" in terminal("person", "list")[1]

    async def two(session: Any) -> None:
        await town.context(session, ("admin", None))
        await town.context(session, ("secretary", "01"), who="b")

    terminal.ask(two)
    admin, secretary = terminal("person", "list")[1].splitlines()
    assert "工委管理员  -  2026-11-23" in admin
    assert "书记  01  2026-11-23" in secretary
    assert "已解绑：甲局机关党委书记" in terminal("person", "unbind", secretary.split()[0])[1]
    assert "至少须保留一位" in terminal("person", "unbind", admin.split()[0])[1]
    assert "至少须保留一位" in terminal("person", "erase", admin.split()[1].removeprefix("账号"), "--yes")[1]


def test_an_erased_person_leaves_the_records_and_a_chain_that_holds(terminal: Terminal) -> None:
    async def speak(session: Any) -> int:
        ctx = await town.context(session, ("secretary", "01"), who="secret-id")
        now = town.NOW
        await audit.record(session, scope=1, actor=ctx.sender.account_id, act="report", subject="x", content={}, now=now)
        session.add(
            InboundMessage(
                platform="console",
                account="t",
                event="1",
                kind="text",
                chat_id=ctx.chat.id,
                account_id=ctx.sender.account_id,
                text="原话",
                said_at=now,
                received_at=now,
            )
        )
        return ctx.sender.account_id

    account = terminal.ask(speak)
    assert "已删除账号" in terminal("person", "erase", str(account), "--yes")[1]

    async def left(session: Any) -> list[Any]:
        found = await session.get(Account, account)
        texts = (await session.execute(select(col(InboundMessage.text)))).scalars().all()
        private = (await session.execute(select(col(Chat.external)))).scalars().all()
        current = select(func.count()).select_from(Membership).where(col(Membership.ended_at).is_(None))
        return [found.external, texts, private, (await session.execute(current)).scalar_one(), await audit.verify(session)]

    external, texts, private, members, broken = terminal.ask(left)
    assert "secret-id" not in external + "".join(private)
    assert (texts, members, broken) == ([None], 0, [])
