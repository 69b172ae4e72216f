"""A question that another version of the program asked is not answered in silence, and its button does nothing."""

import pytest
from sqlalchemy import update

from messages.requests import REQUESTS, Request, key
from messages.requests.codec import VERSION, Unreadable, decode, encode
from messages.requests.work import Withdraw
from storage.database.inserting import table_of
from storage.tables import Action, Draft
from tests.bot.house import House

ANOTHER = {"v": VERSION + 1, "slots": {}}
LAPSED = "之前的提问（报）因系统更新已失效，未作登记。"


async def asked_by_another(house: House, **kept: object) -> None:
    """The bot has asked for what a report lacks; then the program became another one."""
    await house.say("@品牌助手 报", "unit", "secretary")
    async with house.engine.begin() as connection:
        changed = await connection.execute(update(table_of(Draft)).values(fields=ANOTHER, **kept))
    assert changed.rowcount == 1


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_of_another_version_is_unreadable(kind: type[Request]) -> None:
    with pytest.raises(Unreadable, match=f"v{VERSION + 1}"):
        decode(key(kind), ANOTHER)


def test_a_request_is_kept_with_its_version() -> None:
    kept = encode(Withdraw(number="2026-0001"), "春风")
    assert kept["v"] == VERSION
    assert decode(Withdraw().key, kept) == (Withdraw(number="2026-0001"), "春风")


@pytest.mark.parametrize("answer", ["组织委员", "詹伟", "确认"])
async def test_the_answer_to_a_question_of_another_version_is_told_that_it_has_lapsed(house: House, answer: str) -> None:
    await asked_by_another(house)
    (told,) = await house.say(f"@品牌助手 {answer}", "unit", "secretary")
    assert told.startswith(LAPSED)
    assert "请把整件事重新说一遍，例如“报 ……”" in told
    assert await house.rows("SELECT 1 FROM draft") == [], "it is told once"
    assert await house.rows("SELECT 1 FROM unknown_word") == [], "an answer is no word that nobody understood"
    (told,) = await house.say(f"@品牌助手 {answer}", "unit", "secretary")
    assert LAPSED not in told


async def test_a_question_that_this_version_does_not_know_at_all_has_lapsed_too(house: House) -> None:
    await asked_by_another(house, intent="of_tomorrow")
    (told,) = await house.say("@品牌助手 组织委员", "unit", "secretary")
    assert told.startswith("之前的提问因系统更新已失效，未作登记。")


async def test_another_command_is_carried_out_beside_it_and_it_can_be_given_up(house: House) -> None:
    await asked_by_another(house)
    (told,) = await house.say("@品牌助手 帮助", "unit", "secretary")
    assert "失效" not in told
    (told,) = await house.say("@品牌助手 取消", "unit", "secretary")
    assert told == "已取消，未作登记。"
    assert await house.rows("SELECT 1 FROM draft") == []


async def test_a_button_of_another_version_has_expired_and_does_nothing(house: House) -> None:
    await house.say("@品牌助手 报 昨天召开了推进会", "unit", "secretary")
    token = next(button.token for button in house.channel.arrived[-1].buttons if button.token)
    assert await house.rows("SELECT intent FROM action") == [(Withdraw().key,)]
    async with house.engine.begin() as connection:
        await connection.execute(update(table_of(Action)).values(fields=ANOTHER))
    (told,) = await house.say("", "unit", "secretary", kind="press", action=token)
    assert told == "这个按钮已失效，未作改动。"
    assert await house.rows("SELECT withdrawn_at FROM progress_report") == [(None,)]
