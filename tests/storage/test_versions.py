"""What is kept in memory: no table that it is read from is written without its version being counted up."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from bot.cache import Cache
from bot.seed import DEFAULT_PLAN
from messages.reading.posts import may_be_added
from storage import aliases, people, plan_file
from storage.database import versions
from storage.database.engine import sessions
from storage.database.versions import WATCHED, Versions
from tests.people import town

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


async def seen(database: AsyncEngine) -> Versions:
    async with sessions(database)() as session:
        return await versions.now(session)


async def test_every_table_that_the_cache_reads_is_watched(database: AsyncEngine) -> None:
    async with sessions(database).begin() as session:
        await town.build(session)
        await plan_file.load(session, plan_file.parse(DEFAULT_PLAN.read_text("utf-8"), may_be_added), now=NOW)
        account = await people.account(session, "console", "a")
    read: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        read.append(statement)

    event.listen(database.sync_engine, "before_cursor_execute", note)
    async with sessions(database)() as session:
        cache = Cache(ZONE)
        await cache.facts(session)
        await cache.speaker(session, account.id, await versions.now(session))
    event.remove(database.sync_engine, "before_cursor_execute", note)
    asked = set(" ".join(read).replace('"', "").split()) & SQLModel.metadata.tables.keys()
    assert asked == {*WATCHED, "version"}


@pytest.mark.parametrize("table", WATCHED)
@pytest.mark.parametrize(
    "write", ["INSERT INTO {} ({}) SELECT {} FROM {} WHERE 1 = 0", "DELETE FROM {}", 'UPDATE {} SET "id" = "id"']
)
async def test_whoever_writes_a_watched_table_counts_its_version_up(database: AsyncEngine, table: str, write: str) -> None:
    before = await seen(database)
    name = f'"{table}"'
    column = '"day"' if table == "calendarday" else '"id"'
    async with database.begin() as connection:
        await connection.execute(text(write.replace('"id"', column).format(name, column, column, name)))
    after = await seen(database)
    moved = {subject for subject in Versions._fields if getattr(before, subject) != getattr(after, subject)}
    assert moved == {WATCHED[table]}


async def test_what_is_rolled_back_counts_nothing_not_even_with_the_next_commit(database: AsyncEngine) -> None:
    before = await seen(database)
    async with database.connect() as connection:
        await connection.execute(text("DELETE FROM membership"))
        await connection.rollback()
        await connection.execute(text("DELETE FROM draft"))
        await connection.commit()
    assert await seen(database) == before


async def test_an_accounts_own_names_leave_the_directory_alone(database: AsyncEngine) -> None:
    async with sessions(database).begin() as session:
        ids = await town.build(session)
        account = await people.account(session, "console", "a")
    before = await seen(database)
    cache = Cache(ZONE)
    async with sessions(database).begin() as session:
        directory = (await cache.facts(session)).directory
        assert (await cache.speaker(session, account.id, before)).aliases == {}
        await aliases.learn(session, account.id, ids["0101"], "老地方")
    after = await seen(database)
    assert after.roster == before.roster
    assert after.people != before.people
    async with sessions(database).begin() as session:
        assert (await cache.facts(session)).directory is directory
        assert (await cache.speaker(session, account.id, after)).aliases == {"老地方": "0101"}


async def test_accounts_in_mind_do_not_grow_without_end(database: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cache.MOST", 3)
    kept = Cache(ZONE)
    async with sessions(database)() as session:
        for account in range(1, 9):
            await kept.speaker(session, account, await versions.now(session))
            assert len(kept._speakers[1]) <= 3
