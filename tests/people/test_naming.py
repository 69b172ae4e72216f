"""Names: what is offered, what is learned from an answer, what never is, and what is counted of what nobody understood."""

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import asking_back, naming
from handlers.contract import Context
from messages.reading import read, teaching
from messages.reading.addressing import address
from messages.reading.directory import Directory, OrgName
from messages.reading.result import Question
from messages.reading.scene import Scene
from messages.reading.text import Text
from messages.requests import Request
from messages.requests.asking import Status
from messages.requests.words import AddAlias, Cancel, DropAlias, ShowAliases, Unclear
from messages.requests.work import Report
from storage import aliases, audit, organizations, people, senders, unknown_words
from storage.calendar import Calendar
from tests.names import names
from tests.people import town
from tests.reading.corpus import directory

ADMIN, PARENT, CHILD, OTHER = ("admin", None), ("secretary", "01"), ("secretary", "0101"), ("secretary", "02")
NAMES = Directory(
    (
        OrgName("1", "市财政局机关党委", aliases=("财政",)),
        OrgName("2", "市第二中学党支部"),
        OrgName("3", "市第九中学党支部"),
        OrgName("4", "市科技馆党支部", aliases=("科技",)),
        OrgName("5", "市科技局党支部", aliases=("科技",)),
    )
)


def said(ctx: Context[Any], text: str) -> Context[Any]:
    """The context of another message of the same sender."""
    return replace(ctx, text=text)


async def counted(session: AsyncSession) -> list[tuple[str, str, int]]:
    return [(row.word, row.kind, row.times) for row in await unknown_words.most(session)]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ("管钱的", "1", None),
        ("财政", "1", "known"),
        ("市财政局", "1", "known"),
        ("财政局", "4", "taken"),
        ("县财政局", "1", "unfit"),
        ("第九中", "2", "unfit"),
        ("九中", "2", "taken"),
        ("科技", "4", None),
        ("科技", "1", "taken"),
        ("我们局", "1", "unfit"),
        ("办公室", "1", "unfit"),
        ("馆", "4", "unfit"),
        ("内部资料", "1", "unfit"),
        ("一二三四五六七八九十一二三四五六七", "1", "unfit"),
        ("a@b.c", "1", "unfit"),
    ],
)
def test_a_name_of_another_a_general_one_and_another_level_are_never_learned(words: str, code: str, why: str | None) -> None:
    found = teaching.objection(NAMES, words, code)
    assert (found[0] if found else None) == why


def test_an_own_alias_does_not_hide_whose_name_it_is() -> None:
    assert teaching.bearers(NAMES.with_aliases({"财政局": "4"}), "财政局") == ("1",)


def test_a_longer_name_goes_before_an_own_alias() -> None:
    learned = NAMES.with_aliases({"财政": "5", "老财": "5", "科技": "4"})
    assert (learned.exact("老财"), learned.exact("科技")) == (("5",), ("4",))
    assert learned.exact("财政") == ("1",)  # its name by now
    assert learned.exact("财政局") == ("1",)


async def test_what_is_learned_is_the_accounts_own(session: AsyncSession) -> None:
    await town.build(session)
    ctx, other = await town.context(session, PARENT), await town.context(session, PARENT, who="b")
    assert await naming.learn(ctx, "老地方", "0101") is not None
    assert await naming.learn(ctx, "老地方", "0102") is not None
    assert (await senders.of(session, ctx.sender.account_id)).aliases == {"老地方": "0102"}
    assert (await senders.of(session, other.sender.account_id)).aliases == {}


async def test_nothing_is_learned_beyond_the_senders_rights(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, CHILD)
    assert await naming.learn(ctx, "老地方", "02") is None
    assert await naming.learn(ctx, "老地方", "99") is None
    assert await naming.learn(ctx, None, "0101") is None


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("甲局一支部", True),
        ("@品牌助手 是甲局一支部。", True),
        ("“甲局一支部”吧", True),
        ("甲局一支部进度", False),
        ("乙局", False),
    ],
)
async def test_only_a_bare_name_is_an_answer(session: AsyncSession, text: str, answers: bool) -> None:
    await town.build(session)
    ctx = await town.context(session, PARENT)
    told = address(Text.of(text), (ctx.bot_name,)).text
    assert teaching.only_names(told, "0101", ctx.directory) is answers


@pytest.mark.parametrize(("role", "offered"), [(PARENT, ("0101",)), (CHILD, ("0101",)), (OTHER, ())])
async def test_what_is_offered_stands_within_the_senders_rights(
    session: AsyncSession, role: tuple[str, str | None], offered: tuple[str, ...]
) -> None:
    await town.build(session)
    ctx = await town.context(session, role)
    assert asking_back.similar(ctx, "一组")[:1] == offered
    refusal = asking_back.which(ctx, Question(Status(), ("org",), ("0101", "0102"), "支部"))
    allowed = [button.request.organization for button in refusal.reply.buttons]
    assert allowed == [code for code in ("0101", "0102") if role == PARENT or code == role[1]]
    assert refusal.missing == (("org",) if allowed else ())


@pytest.mark.parametrize(
    ("text", "reading", "expected"),
    [
        ("报 老干口 召开了会议", Question(Report(), words="老干口"), [("老干口", "name", 1)]),
        ("老干口进度", Unclear(), [("老干口", "name", 1)]),
        ("@品牌助手 盖章 张同志来办的", Unclear(), [("盖章", "phrase", 1)]),
        ("王某某 来了", Unclear(), []),
        ("今天中午大家一起去食堂吃饭然后回来开会", Unclear(), []),
        ("13812345678", Unclear(), []),
        ("盖章 机密★", Unclear(), []),
        ("机密级材料 报送", Question(Report(), words="机密级材料"), []),
        ("取消", Cancel(), []),
    ],
)
async def test_only_a_word_is_counted(
    session: AsyncSession, text: str, reading: Request | Question, expected: list[tuple[str, str, int]]
) -> None:
    await town.build(session)
    await naming.count(said(await town.context(session, PARENT), text), reading)
    assert await counted(session) == expected


@pytest.mark.parametrize("layout", ["{}", "{}支部", "{}办", "{}的", "{}组", "{}同志"])
def test_a_persons_name_is_never_counted(layout: str) -> None:
    like_an_office = re.compile(".+院|委办")  # 上官院, as 养护院: nobody can tell
    words = {layout.format(name) for name in names(500) if not like_an_office.fullmatch(name)}
    assert {word for word in words for kind in ("name", "phrase") if naming.nobodys(word, kind, directory())} == set()


@pytest.mark.parametrize("word", ["老干口", "养护院", "民政的局", "财政交通", "养老中心"])
def test_a_word_for_an_organisation_is_counted(word: str) -> None:
    assert naming.nobodys(word, "name", directory())


async def test_an_answer_to_the_question_for_a_post_is_not_counted(session: AsyncSession) -> None:
    await town.build(session)
    ctx = said(await town.context(session, PARENT), "盖章")
    await naming.count(ctx, Unclear(), asked=("owner", "connotation"))
    assert await counted(session) == []
    await naming.count(ctx, Unclear(), asked=("connotation",))
    assert await counted(session) == [("盖章", "phrase", 1)]


async def test_a_strangers_words_are_not_counted(session: AsyncSession) -> None:
    await naming.count(said(await town.context(session), "盖章 怎么办"), Unclear())
    assert await counted(session) == []


async def test_words_are_counted_up_to_a_bound_and_forgotten_in_time(
    session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown_words, "MOST", 2)
    today = town.NOW.date()
    for word in ("甲词", "乙词", "丙词", "甲词"):
        await unknown_words.count(session, word, "name", today)
    assert await counted(session) == [("甲词", "name", 2), ("乙词", "name", 1)]
    await unknown_words.forget(session, today + unknown_words.KEPT)
    assert len(await counted(session)) == 2
    await unknown_words.forget(session, today.replace(year=2027))
    assert await counted(session) == []


async def test_a_shared_name_is_everybodys_until_it_is_taken_back(session: AsyncSession) -> None:
    ids = await town.build(session)
    first, second = [(await people.account(session, "console", who)).id or 0 for who in ("a", "b")]
    for account in (first, second):
        await aliases.learn(session, account, ids["0101"], "老地方")
    await aliases.learn(session, second, ids["02"], "老口子")
    await unknown_words.count(session, "老地方", "name", town.NOW.date())
    assert [(one.name, one.code, one.accounts) for one in await aliases.learned(session)] == [
        ("老地方", "0101", 2),
        ("老口子", "02", 1),
    ]
    await aliases.share(session, ids["0101"], "老地方")
    assert {row.code: row.aliases for row in await organizations.names(session)}["0101"] == ("老地方",)
    assert [one.name for one in await aliases.learned(session)] == ["老口子"]
    assert await counted(session) == []
    assert await aliases.unshare(session, {"老地方"}) == [ids["0101"]]
    assert await aliases.unshare(session, {"老地方"}) == []
    assert await aliases.own(session, first) == [("老地方", "甲局一支部")]
    assert await aliases.forget(session, first, "老地方")
    assert not await aliases.forget(session, first, "老地方")
    assert await aliases.own(session, second) == [("老地方", "甲局一支部"), ("老口子", "乙局党总支")]
    assert await audit.verify(session) == []


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("别名", ShowAliases()),
        ("别名列表", ShowAliases()),
        ("别名 老地方", AddAlias(word="老地方")),
        ("别名 老地方 23", AddAlias(word="老地方", target="23")),
        ("别名：老地方=甲局", AddAlias(word="老地方", target="甲局")),
        ("别名 “老 地方” 是 甲局", AddAlias(word="老 地方", target="甲局")),
        ("把“老地方”设为23的别名", AddAlias(word="老地方", target="23")),
        ("将老地方作为甲局别名", AddAlias(word="老地方", target="甲局")),
        ("删除别名 老地方", DropAlias(word="老地方")),
        ("忘记别名“老地方”", DropAlias(word="老地方", mine=True)),
        ("别名 移除 老地方", DropAlias(word="老地方")),
    ],
)
def test_the_ways_to_say_it(text: str, order: Request) -> None:
    scene = Scene(town.NOW, "private", True, Directory(()), Calendar())
    assert read(text, scene).said == order
