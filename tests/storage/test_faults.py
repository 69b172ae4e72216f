"""What breaks under a database: its file is locked or full, its server dies, its history grows."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.process.leader import Leader
from handlers import duties
from handlers.contract import Tick
from storage.calendar import Calendar
from storage.database import engine as storage_engine
from storage.database import lock
from storage.database.engine import make_engine, sessions
from storage.database.inserting import table_of
from storage.mail import lanes, leaving
from storage.migrations import upgrade
from storage.tables import Account, Chat, Notice, OutboundMessage
from tests.bot.house import House, built
from tests.conftest import apart
from tests.duties import town
from tests.postgres import NoPostgres, Server, server
from tests.postgres_count import in_ci
from tests.storage.shell import brandbot
from tests.waiting import until

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
HISTORY = 50_000


@pytest.fixture
async def house(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """The app on a SQLite file that is not patient."""
    monkeypatch.setattr(storage_engine, "BUSY_MS", 20)
    shutil.copy(sqlite_template, tmp_path / "brandbot.db")
    engine = make_engine(f"sqlite:///{tmp_path}/brandbot.db")
    async with built(engine) as one:
        yield one
    await engine.dispose()


async def test_a_locked_file_gets_no_acknowledgement_and_recovers(house: House, tmp_path: Path) -> None:
    heard = house.said("@品牌助手 帮助")
    with closing(sqlite3.connect(tmp_path / "brandbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await house.app.receive(house.channel, heard)
        other.execute("ROLLBACK")
    assert await house.rows("SELECT id FROM inbound_message") == []
    await house.app.receive(house.channel, heard)
    await house.app.settle()
    assert len(house.channel.texts("committee")) == 1


@pytest.mark.slow
async def test_a_full_disk_gets_no_acknowledgement_and_recovers(house: House) -> None:
    async with house.engine.begin() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    heard = house.said("@品牌助手 " + "很长的话" * 2500)
    with pytest.raises(OperationalError, match="full"):
        await house.app.receive(house.channel, heard)
    async with house.engine.begin() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    assert await house.rows("SELECT id FROM inbound_message") == []
    await house.app.receive(house.channel, heard)
    await house.app.settle()
    assert len(house.channel.texts("committee")) >= 1


@pytest.mark.parametrize("command", ["serve", "chat"])
def test_a_second_process_on_one_file_refuses_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("bot.cli.serve.to_stderr", lambda settings: None)  # logging belongs to the whole test run
    with lock.serving(tmp_path / "brandbot.db"):
        more = {"telegram_token": "1:" + "x" * 30}
        ran = brandbot(f"sqlite:///{tmp_path}/brandbot.db", tmp_path, NOW, command, **more)
    assert ran.code == 1
    assert "同一个数据库文件只能由一个进程服务" in ran.err
    assert ran.err.count("\n") == 1


async def claimed(engine: AsyncEngine, chats: list[int], rounds: int = 40) -> float:
    """The shortest time, in seconds, of claiming what waits for some chats; rolled back each time."""
    spent = []
    for _ in range(rounds):
        async with sessions(engine)() as session:
            began = time.perf_counter()
            lease = NOW + timedelta(minutes=1)
            held = await lanes.claim(session, ["console"], "w", NOW, lease, 5)
            assert {lane.chat_id for lane in held} <= set(chats)
            assert all(batch.messages for batch in await leaving.claim(session, held, "w", NOW, 20))
            spent.append(time.perf_counter() - began)
    return min(spent)


@pytest.mark.slow
async def test_claiming_does_not_slow_down_with_the_history(database: AsyncEngine) -> None:
    message = table_of(OutboundMessage)
    common = {"template": "t", "text": "x", "plain": "x", "buttons": [], "attachments": [], "about": {}, "made_at": NOW}
    common |= {"policy": "answer", "counts": False, "unprompted": False, "due_at": NOW, "attempts": 0, "reason": ""}
    async with sessions(database).begin() as session:
        chats = []
        for number in range(5):
            chat = Chat(platform="console", external=str(number), kind="unbound")
            session.add(chat)
            await session.flush()
            chats.append(chat.id)
        for chat_id in chats:
            waiting = [common | {"chat_id": chat_id, "dedupe_key": f"{chat_id}:{n}", "state": "ready"} for n in range(5)]
            await session.execute(insert(message), waiting)
        await lanes.wake(session, dict.fromkeys(chats, NOW))
    before = await claimed(database, chats)
    async with sessions(database).begin() as session:
        for start in range(0, HISTORY, 10_000):
            old = (
                common | {"chat_id": chats[n % 5], "dedupe_key": f"old:{n}", "state": "sent", "settled_at": NOW}
                for n in range(start, start + 10_000)
            )
            await session.execute(insert(message), list(old))
    async with database.connect() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.commit()
    assert await claimed(database, chats) < 2 * before


@pytest.fixture
def durable() -> Iterator[Server]:
    """A PostgreSQL of the test's own that writes through to the disk, and may be killed."""
    try:
        with server(durable=True) as running:
            apart(lambda: _ready(running))
            yield running
    except NoPostgres as reason:
        if in_ci():
            raise
        pytest.skip(f"no PostgreSQL: {reason}")


async def _ready(running: Server) -> None:
    engine = make_engine(running.url("postgres"))
    await upgrade(engine)
    await engine.dispose()


@pytest.mark.postgres
async def test_what_was_acknowledged_survives_the_death_of_the_server(durable: Server) -> None:
    engine = make_engine(durable.url("postgres"))
    acknowledged: list[str] = []
    over = asyncio.Event()

    async def write(worker: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            try:
                async with sessions(engine).begin() as session:
                    session.add(Account(platform="console", external=f"{worker}:{number}"))
                acknowledged.append(f"{worker}:{number}")
            except Exception:  # any failure means: not acknowledged
                await asyncio.sleep(0.05)

    writers = [asyncio.create_task(write(worker)) for worker in range(4)]
    await asyncio.sleep(0.7)
    await until(lambda: len(acknowledged) > 0)
    await asyncio.to_thread(durable.kill)
    before = len(acknowledged)  # now, not earlier: until it was dead they went on
    await asyncio.sleep(0.2)
    await asyncio.to_thread(durable.start)
    try:
        await until(lambda: len(acknowledged) > before + 20)  # the writers came back by themselves
    finally:
        over.set()
        await asyncio.gather(*writers)
    async with sessions(engine)() as session:
        kept = set((await session.execute(select(table_of(Account).c.external))).scalars())
    assert set(acknowledged) <= kept
    await engine.dispose()


@pytest.mark.postgres
async def test_a_leader_that_is_thrown_out_hands_over_and_nothing_is_planned_twice(durable: Server) -> None:
    first, second, operator = (make_engine(durable.url("postgres")) for _ in range(3))
    leaders = Leader(first), Leader(second)
    async with sessions(operator).begin() as session:
        facts = await town.plan(session)
        await town.switched_on(session)
        await town.crowd(session, 50)

    async def plan_if_leading(leader: Leader, engine: AsyncEngine) -> bool:
        if not await leader.leads():
            return False
        async with sessions(engine).begin() as session:
            await duties.plan(Tick(session, town.at("2026-12-20 10:00"), facts, Calendar(), "品牌助手", town.EARLY))
        return True

    assert [await plan_if_leading(leaders[0], first), await plan_if_leading(leaders[1], second)] == [True, False]
    async with sessions(operator)() as session:
        planned = (await session.execute(select(table_of(Notice).c.unique_key))).scalars().all()
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
        await session.execute(text(others))
    assert [await plan_if_leading(leaders[0], first), await plan_if_leading(leaders[1], second)] in (
        [False, True],
        [True, False],
    )
    assert await plan_if_leading(leaders[0], first) != await plan_if_leading(leaders[1], second)
    async with sessions(operator)() as session:
        again = (await session.execute(select(table_of(Notice).c.unique_key))).scalars().all()
    assert sorted(again) == sorted(planned)
    for leader in leaders:
        await leader.close()
    for engine in (first, second, operator):
        await engine.dispose()
