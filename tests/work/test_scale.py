"""The number of statements of a report and of a status does not depend on how many organisations there are."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import ROUTES
from handlers.routing import carry
from messages.requests.asking import History, Status
from messages.requests.work import Correct, Report, Withdraw
from storage.database.engine import sessions
from tests.counting import counted
from tests.duties import town as plans
from tests.work.test_commands import secretary

SAID = (
    Report(org="01", content="召开推进会", date=date(2026, 11, 20), next_step="设计标识", due=date(2026, 12, 10)),
    Status(org="01"),
    History(org="01"),
    Correct(org="01", date=date(2026, 11, 19)),
    Withdraw(org="01"),
)


async def statements(database: AsyncEngine, size: int) -> list[int]:
    """How many statements each message takes in a city of this size; nothing of it stays."""
    async with sessions(database)() as session:
        ctx = await secretary(session)
        await plans.crowd(session, size)
        told = []
        for said in SAID:
            with counted(session.get_bind()) as counts:
                await carry(ROUTES, ctx, said)
            told.append(len(counts.statements))
        await session.rollback()
        return told


@pytest.mark.parametrize("size", [3000])
async def test_a_message_takes_as_many_statements_in_a_large_city_as_in_a_small_one(database: AsyncEngine, size: int) -> None:
    small, large = await statements(database, 30), await statements(database, size)
    assert small == large
    assert max(small) <= 20
