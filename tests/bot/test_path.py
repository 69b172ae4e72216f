"""What a stored report asks of the database, from the event to the recorded answer: a bound that only goes down."""

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.contract import Pace
from tests.bot.house import House
from tests.counting import counted

EXECUTIONS, TRANSACTIONS = 22, 4
"""Statements with BEGIN counted, and transactions begun."""


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
