"""Presses, open questions and failures: what a conversation alone cannot show."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.inbound.router import Router
from handlers.contract import ANYONE, COMMITTEE, Audience, Command, Context, Refusal
from handlers.matters import NOTHING
from messages.requests import Request
from messages.requests.brand import Approve
from messages.requests.words import Help
from messages.requests.work import Withdraw
from messages.writing.reply import Button, Reply
from tests.bot.house import House
from tests.counting import counted

Answer = Callable[[Context[Any], Request], Awaitable[Reply]]


def command(house: House, kind: type[Request], handler: Answer, who: frozenset[str] = ANYONE) -> None:
    """Put a command of the test's own into the table."""
    made = Command(kind, who, NOTHING, Audience.ANY, handler, needs_plan=False)
    house.app.dispatch.router = Router({**house.app.dispatch.router.routes, kind: made})


def offering(*buttons: Button) -> Answer:
    async def offer(ctx: Context[Any], asked: Request) -> Reply:
        return Reply("common/cancelled", buttons=buttons)

    return offer


class Counter:
    """A handler that counts what it was asked."""

    def __init__(self) -> None:
        self.pressed: list[str] = []

    async def __call__(self, ctx: Context[Any], asked: Request) -> Reply:
        self.pressed.append("确认" if ctx.pressed else "")
        return Reply("common/cancelled")


async def press(house: House, token: str, chat: str = "committee", who: str = "admin") -> list[str]:
    return await house.say("", chat, who, kind="press", action=token)


async def offered(house: House, *buttons: Button) -> list[str]:
    """Let the bot offer buttons in the committee's chat; their tokens."""
    command(house, Help, offering(*buttons))
    await house.say("@品牌助手 帮助")
    return [button.token for button in house.channel.arrived[-1].buttons]


async def test_a_button_acts_once_and_is_answered_the_second_time(house: House) -> None:
    counter = Counter()
    command(house, Withdraw, counter)
    tokens = await offered(house, Button(Withdraw(), text="确认"), Button(Withdraw(), text="取消"))
    assert len(set(tokens)) == 2
    assert min(map(len, tokens)) >= 32
    assert len(await press(house, tokens[0])) == 1
    assert ["办过" in text for text in await press(house, tokens[0])] == [True]
    assert ["办过" in text for text in await press(house, tokens[1])] == [True], "the other button of a decided message"
    assert counter.pressed == ["确认"]


async def test_a_forged_token_and_one_of_another_chat_do_nothing(house: House) -> None:
    counter = Counter()
    command(house, Withdraw, counter)
    (token,) = await offered(house, Button(Withdraw(), text="确认"))
    for forged in ("", "x" * 32, token[:-1], token + "x"):
        assert ["失效" in text for text in await press(house, forged)] == [True]
    assert ["失效" in text for text in await press(house, token, "unit", "secretary")] == [True]
    assert counter.pressed == []


async def test_a_button_for_one_person_is_answered_to_others_and_stays(house: House) -> None:
    counter = Counter()
    command(house, Withdraw, counter)
    admin = (await house.rows("SELECT id FROM account WHERE external = 'admin'"))[0][0]
    (token,) = await offered(house, Button(Withdraw(), text="确认", only=admin))
    assert ["未作改动" in text for text in await press(house, token, who="secretary")] == [True]
    assert counter.pressed == []
    await press(house, token)
    assert counter.pressed == ["确认"]


async def test_a_button_expires(house: House) -> None:
    counter = Counter()
    command(house, Withdraw, counter)
    (token,) = await offered(house, Button(Withdraw(), text="确认", expires_at=house.clock.now()))
    assert ["失效" in text for text in await press(house, token)] == [True]
    assert counter.pressed == []


async def test_a_refused_press_leaves_the_button(house: House) -> None:
    async def refuse(ctx: Context[Any], asked: Request) -> Reply:
        raise Refusal("common/no_plan")

    command(house, Withdraw, refuse)
    (token,) = await offered(house, Button(Withdraw(), text="确认"))
    await press(house, token)
    assert await house.rows("SELECT used_at FROM action") == [(None,)]


async def test_the_role_is_asked_for_at_the_press_and_not_only_when_it_was_offered(house: House) -> None:
    counter = Counter()
    command(house, Withdraw, counter, who=COMMITTEE)
    (token,) = await offered(house, Button(Withdraw(), text="确认"))
    async with house.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE membership SET ended_at = since")
    await press(house, token)
    assert counter.pressed == []


async def test_two_presses_at_once_act_once(house: House) -> None:
    counter = Counter()
    command(house, Withdraw, counter)
    (token,) = await offered(house, Button(Withdraw(), text="确认"))
    other = house.another()
    command(other, Withdraw, counter)
    for who in ("admin", "stranger"):
        await house.app.receive(house.channel, house.said("", who=who, kind="press", action=token))
    await asyncio.gather(house.app.settle(), other.app.settle())
    await house.app.settle()
    assert counter.pressed == ["确认"]


async def test_a_label_is_typed_only_where_one_message_can_be_meant(house: House) -> None:
    counter = Counter()
    command(house, Withdraw, counter)
    command(house, Approve, counter)
    await offered(house, Button(Withdraw(), text="确认"))
    await house.say("@品牌助手 确认")
    assert counter.pressed == ["确认"]
    await offered(house, Button(Withdraw(), text="确认"))
    await offered(house, Button(Withdraw(), text="确认"))
    await house.say("@品牌助手 确认")
    assert counter.pressed == ["确认"]


async def test_a_handler_that_fails_is_answered_honestly_and_leaves_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_down(ctx: Context[Any], asked: Request) -> Reply:
        await ctx.session.execute(_insert())
        raise RuntimeError("the secret detail")

    command(house, Help, break_down)
    answers = await house.say("@品牌助手 帮助")
    assert len(answers) == 1
    assert "已收到" in answers[0]
    assert "secret detail" not in answers[0]
    assert "Traceback" not in answers[0]
    number = (await house.rows("SELECT id FROM inbound_message WHERE state = 'failed'"))[0][0]
    assert str(number) in answers[0]
    assert f"event {number} could not be handled" in caplog.text
    assert await house.rows("SELECT name FROM calendarday") == []


def _insert() -> Any:
    from sqlalchemy import text

    return text("INSERT INTO calendarday (day, workday, name) VALUES ('2026-01-01', false, 'left behind')")


async def test_a_refused_command_leaves_nothing_but_its_answer(house: House) -> None:
    async def refuse(ctx: Context[Any], asked: Request) -> Reply:
        await ctx.session.execute(_insert())
        raise Refusal("common/no_plan")

    command(house, Help, refuse)
    assert len(await house.say("@品牌助手 帮助")) == 1
    assert await house.rows("SELECT name FROM calendarday") == []


async def test_messages_of_a_chat_are_answered_in_order_and_chats_do_not_wait_for_each_other(house: House) -> None:
    order: list[tuple[int, str]] = []

    async def slow(ctx: Context[Any], asked: Request) -> Reply:
        order.append((ctx.chat.id, ctx.text))
        return Reply("common/cancelled")

    command(house, Help, slow)
    for number in range(4):
        for chat, who in (("committee", "admin"), ("unit", "secretary")):
            await house.app.receive(house.channel, house.said(f"@品牌助手 帮助 {number}", chat, who))
    await house.app.settle()
    for place in {where for where, _ in order}:
        assert [words[-1] for where, words in order if where == place] == list("0123")


async def test_an_answer_and_what_goes_elsewhere_leave_in_one_transaction(house: House) -> None:
    """A crash before the commit leaves the event waiting, and neither message."""

    async def stop(ctx: Context[Any], asked: Request) -> Reply:
        raise KeyboardInterrupt

    command(house, Help, stop)
    incoming = house.said("@品牌助手 帮助")
    await house.app.receive(house.channel, incoming)
    with pytest.raises(KeyboardInterrupt):
        await house.app.dispatch._settle((await house.rows("SELECT id FROM inbound_message"))[0][0])
    assert await house.rows("SELECT state FROM inbound_message") == [("received",)]
    assert await house.rows("SELECT id FROM outbound_message") == []


@pytest.mark.parametrize("words", ["帮助", "进度", "报 11月20日召开了推进会"])
async def test_a_message_takes_the_same_number_of_statements_whatever_the_roster(
    house: House, database: AsyncEngine, words: str
) -> None:
    await house.say(f"@品牌助手 {words}", "unit", "secretary")  # the directory is built once a version
    few = await _statements(house, database, words)
    async with database.begin() as connection:
        for number in range(1000, 1600):
            await connection.exec_driver_sql(
                "INSERT INTO organization (code, short_name, kind, direct, member_count, position) "
                f"VALUES ('{number}', '市第{number}局党支部', 'branch', true, 9, {number})"
            )
    await house.say(f"@品牌助手 {words}", "unit", "secretary")
    assert await _statements(house, database, words) == few


async def _statements(house: House, database: AsyncEngine, words: str) -> int:
    with counted(database.sync_engine) as counts:
        await house.say(f"@品牌助手 {words}", "unit", "secretary")
    return len(counts.statements)
