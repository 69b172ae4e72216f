"""The way in: stored once, screened, and acknowledged only then."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.failpoints import Crash
from bot.inbound.intake import RETRIES
from tests.bot.house import House


async def test_the_same_update_five_times_at_once_is_one_row_and_one_answer(house: House) -> None:
    incoming = house.said("@品牌助手 帮助")
    await asyncio.gather(*(house.app.receive(house.channel, incoming) for _ in range(5)))
    await house.app.settle()
    await house.app.receive(house.channel, incoming)
    await house.app.settle()
    assert len(house.channel.texts("committee")) == 1
    assert len(await house.rows("SELECT id FROM inbound_message")) == 1


async def test_an_unaddressed_message_leaves_only_its_id(house: House) -> None:
    assert await house.say("今天食堂吃什么", addressed=False) == []
    rows = await house.rows("SELECT text, reply_text, account_id, screened, state, event FROM inbound_message")
    assert rows == [(None, None, None, "unaddressed", "settled", "committee:1")]


async def test_a_secret_looking_message_leaves_the_fact_and_a_private_hint(house: House) -> None:
    assert await house.say("@品牌助手 报 传阅机密★文件", "unit", "secretary") == []
    assert ["涉密" in text for text in house.channel.texts("private")] == [True]
    assert (await house.rows("SELECT text, screened FROM inbound_message")) == [(None, "secret")]
    assert not any("传阅" in row[0] for row in await house.rows("SELECT text FROM outbound_message"))


async def test_a_secret_is_seen_in_an_unaddressed_message_too(house: House) -> None:
    await house.say("绝密★的材料放哪了", "unit", "secretary", addressed=False)
    assert len(house.channel.texts("private")) == 1


async def test_the_hint_about_addressing_is_given_once_a_person(house: House) -> None:
    for _ in range(3):
        await house.say("报一下：昨天召开了支委会，讨论了品牌方案", "unit", "secretary", addressed=False)
        await house.say("报一下：昨天召开了支委会，讨论了品牌方案", "unit", "stranger", addressed=False)
    assert ["未@" in text or "没有@" in text for text in house.channel.texts("private")] == [True]
    assert house.channel.texts("unit") == []


@pytest.mark.parametrize("kind", ["text", "press"])
async def test_what_is_not_human_never_acts(house: House, kind: str) -> None:
    assert await house.say("@品牌助手 帮助", human=False, kind=kind) == []
    assert (await house.rows("SELECT text, action, screened FROM inbound_message")) == [(None, None, "not_human")]


async def test_numbers_of_persons_and_bad_characters_are_not_stored(house: House) -> None:
    await house.say("@品牌助手 你好 13812345678 \x00 \ud800 110101199003071234")
    stored = (await house.rows("SELECT text FROM inbound_message"))[0][0]
    assert "13812345678" not in stored
    assert "110101199003071234" not in stored
    assert stored.startswith("@品牌助手 你好")


async def test_ten_thousand_characters_are_stored_and_answered(house: House) -> None:
    answers = await house.say("@品牌助手 " + "党" * 10_000)
    assert len(answers) == 1
    assert len((await house.rows("SELECT text FROM inbound_message"))[0][0]) > 10_000


async def test_an_empty_message_is_answered(house: House) -> None:
    assert len(await house.say("@品牌助手")) == 1


async def test_a_flood_is_told_once_and_leaves_no_text(house: House) -> None:
    limit = house.app.intake.flood.account
    for _ in range(limit + 5):
        await house.say("@品牌助手 帮助", who="stranger")
    flooded = await house.rows("SELECT text, state FROM inbound_message WHERE screened = 'flood'")
    assert flooded == [(None, "settled")] * 5
    assert sum("稍候" in text for text in house.channel.texts("committee")) == 1
    await house.pass_by(minutes=2)
    assert "稍候" not in (await house.say("@品牌助手 帮助", who="stranger"))[0]


async def test_nothing_is_acknowledged_while_the_database_is_away_and_all_arrives_afterwards(
    house: House, database: AsyncEngine
) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    def away(*_: object) -> object:
        raise OperationalError("BEGIN", None, Exception("the server is gone"))

    intake = replace(house.app.intake, sleep=note)
    sessions = intake.sessions
    intake.sessions = _Away(away)  # type: ignore[assignment]  # a database that refuses every transaction
    incoming = house.said("@品牌助手 帮助")
    with pytest.raises(OperationalError):
        await intake.receive("console", "one", incoming)
    assert waits == list(RETRIES)
    intake.sessions = sessions
    await intake.receive("console", "one", incoming)
    await house.app.settle()
    assert len(house.channel.texts("committee")) == 1


class _Away:
    def __init__(self, begin: object) -> None:
        self.begin = begin


async def test_what_was_stored_before_a_crash_is_answered_by_the_next_process(house: House) -> None:
    house.app.points.arm("intake")
    with pytest.raises(Crash):
        await house.say("@品牌助手 帮助")
    other = house.another()
    await other.app.settle()
    assert len(other.channel.texts("committee")) == 1


async def test_a_group_that_moves_keeps_everything_it_had(house: House) -> None:
    await house.say("@品牌助手 帮助", "unit", "secretary")
    await house.say("@品牌助手 帮助", "unit-new", "secretary")  # the new id speaks before the platform tells of the move
    await house.say("", "unit", "secretary", kind="moved", moved_to="unit-new", addressed=False)
    chats = await house.rows("SELECT external, kind FROM chat WHERE external LIKE 'unit%'")
    assert chats == [("unit-new", "unit")]
    assert (
        len(await house.rows("SELECT m.id FROM inbound_message m JOIN chat c ON c.id = m.chat_id WHERE c.kind = 'unit'")) == 3
    )
    assert len(await house.say("@品牌助手 帮助", "unit-new", "secretary")) == 1


async def test_a_group_that_is_lost_is_told_to_the_committee_and_nothing_more_is_sent_there(house: House) -> None:
    await house.say("", "unit", "secretary", kind="removed", addressed=False)
    assert any("已不可用" in text for text in house.channel.texts("committee"))
    assert (await house.rows("SELECT count(*) FROM chat WHERE external = 'unit' AND gone_at IS NOT NULL"))[0][0] == 1


async def test_texts_are_erased_thirty_days_after_they_were_settled(house: House) -> None:
    await house.say("@品牌助手 帮助")
    await house.pass_by(days=29)
    assert (await house.rows("SELECT count(*) FROM inbound_message WHERE text IS NOT NULL"))[0][0] == 1
    await house.pass_by(days=2)
    assert (await house.rows("SELECT count(*) FROM inbound_message WHERE text IS NOT NULL"))[0][0] == 0
