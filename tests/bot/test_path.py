"""The short way of a report: what it asks of the database, a bound that only goes down; what no short cut may lose."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.contract import NotSent, Outgoing, Pace
from bot.failpoints import Crash
from bot.outbound.delivery import LEASE
from bot.outbound.writer import MARK
from bot.together import Joined
from tests.bot.house import House
from tests.counting import counted

EXECUTIONS, TRANSACTIONS = 21, 4
"""Statements with BEGIN counted, and transactions begun; a promise made before saves one."""


async def test_a_stored_report_asks_little_of_the_database(house: House, database: AsyncEngine) -> None:
    house.channel.pace = Pace(windows=((20, 60.0),))  # as Telegram's: what left lately is counted
    report = "@品牌助手 报 11月20日召开品牌推进会，修订了实施方案，下一步{}，12月10日前完成"
    await house.say(report.format("设计标识"), "unit", "secretary")  # reads what is read once
    with counted(database.sync_engine) as counts:
        answers = await house.say(report.format("征求意见"), "unit", "secretary")
    assert "已登记（编号2026-0002）" in answers[0]
    assert await house.rows("SELECT object FROM commitment ORDER BY id") == [("设计标识",), ("征求意见",)]
    assert counts.executions <= EXECUTIONS
    assert counts.begun <= TRANSACTIONS


async def test_an_answer_is_committed_as_claimed_with_its_lane_held_under_one_lease(house: House) -> None:
    house.app.points.arm("commit")
    with pytest.raises(Crash):
        await house.say("@品牌助手 帮助", "unit", "secretary")
    (held,) = await house.rows("SELECT state, worker, lease_until FROM outbound_message")
    assert held[:2] == ("claimed", house.app.process)
    assert [tuple(row) for row in await house.rows("SELECT worker, lease_until FROM lane")] == [tuple(held[1:])]
    other = house.another()
    await other.app.tick()
    assert other.channel.arrived == [], "the lease still holds"
    await other.pass_by(seconds=LEASE.total_seconds() + 1)
    assert [message.text.startswith(MARK) for message in other.channel.arrived] == [False]


async def test_an_answer_waits_behind_what_waits_in_its_chat(house: House) -> None:
    def busy(_: Outgoing) -> None:
        raise NotSent("429", retry_after=5)

    house.channel.before = busy
    await house.say("@品牌助手 帮助", "unit", "secretary")
    house.channel.before = None
    assert await house.say("@品牌助手 报 昨天开了会", "unit", "secretary") == []
    assert await house.rows("SELECT state FROM outbound_message") == [("ready",), ("ready",)]
    await house.pass_by(seconds=6)
    assert [text.startswith("已登记") for text in house.channel.texts("unit")] == [False, True]


async def test_an_event_that_another_process_left_is_answered_before_the_next_of_its_chat(house: House) -> None:
    await house.say("@品牌助手 帮助")  # this process has looked for what waits, and need not again
    other = house.another()
    await other.app.receive(other.channel, house.said("@品牌助手 报 昨天开了会", "unit", "secretary"))
    answers = await house.say("@品牌助手 帮助", "unit", "secretary")
    assert [text.startswith("已登记") for text in answers] == [True, False]


async def test_what_left_in_another_process_counts_for_the_pace(house: House) -> None:
    other = house.another()
    for one in (house, other):
        one.channel.pace = Pace(windows=((3, 60.0),))
    for one in (house, other, house, other):
        house.clock.set(house.clock.now() + timedelta(milliseconds=1))
        await one.app.receive(one.channel, house.said("@品牌助手 帮助", "unit", "secretary"))
        await one.app.settle()
    assert len(house.channel.arrived) + len(other.channel.arrived) == 3
    await house.pass_by(seconds=61)
    assert len(house.channel.arrived) + len(other.channel.arrived) == 4


async def test_requests_that_come_in_meanwhile_are_joined_and_one_that_fails_fails_alone() -> None:
    asked: list[list[int]] = []

    async def work(numbers: Sequence[int]) -> list[int]:
        asked.append(list(numbers))
        await asyncio.sleep(0)
        if 3 in numbers:
            raise ValueError("three")
        return [number * 2 for number in numbers]

    joined = Joined(work)
    answers = await asyncio.gather(*(joined(number) for number in (1, 2, 3, 4)), return_exceptions=True)
    assert answers[:2] == [2, 4]
    assert isinstance(answers[2], ValueError)
    assert answers[3] == 8
    assert asked[:2] == [[1], [2, 3, 4]]
    assert await joined(5) == 10
