"""SQLite on the spot: the event loop never waits for a lock or the disk, and a connection is used by one thread at a time."""

import asyncio
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, MissingGreenlet, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from storage.database import engine as storage_engine
from storage.database.engine import make_engine, sessions
from storage.tables import Account, Membership, ReportNumber
from tests.storage.shell import brandbot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("COMMIT")
"""
COUNT_UP = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30) as file:
    for _ in range(int(sys.argv[2])):
        file.execute("BEGIN IMMEDIATE")
        (last,) = file.execute("SELECT last FROM reportnumber").fetchone()
        file.execute("UPDATE reportnumber SET last = ?", (last + 1,))
        file.execute("COMMIT")
"""


@contextmanager
def held(file: str | Path) -> Iterator[Callable[[], None]]:
    """Another process holds the file's write lock until it is told to give it back."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other.stdin.close


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite file."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'brandbot.db')}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine that waits for the disk, as the program's does; the other tests' does not."""
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def file(database_url: str) -> str:
    """The database's file."""
    return database_url.removeprefix("sqlite:///")


@pytest.fixture
async def counter(database: AsyncEngine) -> AsyncEngine:
    """A database with a number to count up."""
    async with sessions(database).begin() as session:
        session.add(ReportNumber(year=2030, last=0))
    return database


async def count_up(engine: AsyncEngine, times: int) -> None:
    """Read the number, and write the next one."""
    for _ in range(times):
        async with sessions(engine).begin() as session:
            last = (await session.execute(select(col(ReportNumber.last)))).scalar_one()
            await session.execute(update(ReportNumber).values(last=last + 1))


async def counted(engine: AsyncEngine) -> int:
    """How far the number was counted up."""
    async with sessions(engine)() as session:
        return (await session.get_one(ReportNumber, 2030)).last


async def rounds(waiting: "asyncio.Task[None]") -> None:
    """Let the event loop go round while a task waits; were the loop to wait too, nobody would give the lock back."""
    for _ in range(30):
        await asyncio.sleep(0.01)
        assert not waiting.done()


async def test_the_loop_goes_on_while_another_process_writes(counter: AsyncEngine, file: str) -> None:
    with held(file) as give_back:
        writing = asyncio.create_task(count_up(counter, 1))
        await rounds(writing)
        give_back()
        await writing
    assert await counted(counter) == 1


async def test_it_gives_up_after_the_limit_and_works_again(
    counter: AsyncEngine, database_url: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_engine, "BUSY_MS", 200)
    impatient = make_engine(database_url)
    await count_up(impatient, 1)  # it is connected
    with held(file) as give_back:
        for _ in range(2):
            began = time.perf_counter()
            with pytest.raises(OperationalError, match="database is locked"):
                await count_up(impatient, 1)
            assert 0.2 <= time.perf_counter() - began < 5
        give_back()
    await count_up(impatient, 1)
    assert await counted(impatient) == 2
    await impatient.dispose()


async def test_a_first_connection_waits_for_the_lock_too(tmp_path: Path) -> None:
    async def connect() -> None:
        async with engine.begin() as connection:
            assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"

    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    with held(tmp_path / "new.db") as give_back:
        connecting = asyncio.create_task(connect())
        await rounds(connecting)
        give_back()
        await connecting
    await engine.dispose()


async def test_who_waits_for_a_lock_can_be_cancelled(counter: AsyncEngine, file: str) -> None:
    with held(file) as give_back:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(count_up(counter, 1), 0.1)
        give_back()
    await count_up(counter, 1)
    assert await counted(counter) == 1


async def test_a_session_that_has_committed_waits_for_the_next_lock(counter: AsyncEngine, file: str) -> None:
    async def twice() -> None:
        async with sessions(counter)() as session:
            for _ in range(2):
                for _ in range(2):  # the first of a transaction may wait, the second runs on the spot
                    await session.execute(text("UPDATE reportnumber SET last = last + 1"))
                await session.commit()
                reached.set()
                await go_on.wait()

    reached, go_on = asyncio.Event(), asyncio.Event()
    writing = asyncio.create_task(twice())
    await reached.wait()
    with held(file) as give_back:
        go_on.set()
        await rounds(writing)
        give_back()
        await writing
    assert await counted(counter) == 4


@pytest.mark.parametrize("where", ["in a statement", "between two"])
async def test_a_transaction_that_is_cancelled_leaves_nothing_and_the_connection_whole(
    database: AsyncEngine, file: str, where: str
) -> None:
    async def write() -> None:
        async with sessions(database).begin() as session:
            await session.execute(text("INSERT INTO reportnumber (year, last) VALUES (2030, 0)"))
            await session.execute(text("INSERT INTO reportnumber (year, last) VALUES (2031, 0)"))
            await asyncio.sleep(60)

    assert await kept(database) == []
    if where == "in a statement":
        with held(file) as give_back:
            task = asyncio.create_task(write())
            await rounds(task)
            task.cancel()
            await asyncio.wait([task])
            give_back()
    else:
        task = asyncio.create_task(write())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()
    async with sessions(database).begin() as session:
        assert (await session.execute(select(ReportNumber))).all() == []
        session.add(Account(platform="console", external="more"))
    assert await kept(database) == ["more"]


async def test_two_processes_and_the_tasks_of_one_lose_no_update(counter: AsyncEngine, file: str) -> None:
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", COUNT_UP, file, "60")
    await asyncio.gather(*(count_up(counter, 20) for _ in range(3)))
    assert await other.wait() == 0
    assert await counted(counter) == 120


async def test_a_shell_command_works_beside_a_process_that_has_the_file_open(
    counter: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    writing = asyncio.create_task(count_up(counter, 200))
    ran = await asyncio.to_thread(brandbot, database_url, tmp_path, NOW, "plan", "load", "default")
    assert ran.code == 0
    await writing
    assert await counted(counter) == 200


async def test_tasks_get_the_connection_in_turn(counter: AsyncEngine) -> None:
    order: list[int] = []

    async def greedy(task: int) -> None:
        for _ in range(10):
            await count_up(counter, 1)
            order.append(task)

    await asyncio.gather(*(greedy(task) for task in range(3)))
    assert [sorted(order[at : at + 3]) for at in range(0, 30, 3)] == [[0, 1, 2]] * 10


async def traced(session: AsyncSession, note: Callable[[str], None]) -> None:
    """Call `note` with each statement, in the thread that runs it."""
    raw = await (await session.connection()).get_raw_connection()
    assert raw.driver_connection is not None
    raw.driver_connection.set_trace_callback(note)


@pytest.mark.parametrize("durable", [True, False])
async def test_only_a_commit_that_writes_through_to_the_disk_has_a_thread(database_url: str, durable: bool) -> None:
    engine = make_engine(database_url, durable=durable)
    here, ran = threading.get_ident(), list[tuple[str, bool]]()
    async with sessions(engine)() as session:
        await traced(session, lambda statement: ran.append((statement.split()[0], threading.get_ident() == here)))
        await session.execute(text("SELECT 1"))
        await session.commit()  # nothing was changed
        await session.execute(text("UPDATE reportnumber SET last = 1"))
        await session.commit()  # nor here: there is no such row
        await session.execute(text("INSERT INTO reportnumber (year, last) VALUES (2030, 0)"))
        await session.commit()
        await session.execute(text("DELETE FROM reportnumber"))
        await session.rollback()
    on_the_spot = [
        *[("SELECT", True), ("COMMIT", True), ("BEGIN", True), ("UPDATE", True), ("COMMIT", True)],
        *[("BEGIN", True), ("INSERT", True), ("COMMIT", not durable), ("BEGIN", True), ("DELETE", True), ("ROLLBACK", True)],
    ]
    assert ran == on_the_spot
    await engine.dispose()


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 0)])
async def test_a_durable_database_waits_for_the_disk(database_url: str, durable: bool, synchronous: int) -> None:
    engine = make_engine(database_url, durable=durable)
    async with engine.connect() as connection:
        read = [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in SETTINGS]
    assert dict(zip(SETTINGS, read, strict=True)) == SETTINGS | {"synchronous": synchronous}
    await engine.dispose()


SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 0}


@pytest.fixture
async def committing(database: AsyncEngine) -> AsyncIterator[tuple["asyncio.Task[None]", threading.Event]]:
    """A commit that stands in its thread, and what lets it go on."""
    reached, go_on = threading.Event(), threading.Event()

    def stop(statement: str) -> None:
        if statement == "COMMIT":
            reached.set()
            assert go_on.wait(10)

    async def write() -> None:
        async with sessions(database)() as session:
            session.add(Account(platform="console", external="kept"))
            await session.flush()
            await traced(session, stop)
            await session.commit()

    task = asyncio.create_task(write())
    assert await asyncio.to_thread(reached.wait, 10)
    yield task, go_on
    go_on.set()
    await asyncio.wait([task])


async def kept(engine: AsyncEngine) -> list[str]:
    """The accounts that are stored."""
    async with sessions(engine)() as session:
        return list((await session.execute(select(col(Account.external)))).scalars())


async def test_a_commit_that_is_cancelled_ends_before_anybody_else_gets_the_connection(
    database: AsyncEngine, committing: tuple["asyncio.Task[None]", threading.Event]
) -> None:
    task, go_on = committing
    next_one = asyncio.create_task(kept(database))
    for _ in range(3):  # as often as one likes
        task.cancel()
        await asyncio.sleep(0.02)
        assert not task.done()
        assert not next_one.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await next_one == ["kept"]
    async with database.connect() as connection:  # and it is whole
        read = [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in SETTINGS]
    assert dict(zip(SETTINGS, read, strict=True)) == SETTINGS
    async with sessions(database).begin() as session:
        session.add(Account(platform="console", external="more"))
    assert await kept(database) == ["kept", "more"]


async def test_a_limit_of_time_on_a_commit_is_told_as_one(
    committing: tuple["asyncio.Task[None]", threading.Event],
) -> None:
    task, go_on = committing
    asyncio.get_running_loop().call_later(0.1, go_on.set)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(task, 0.02)


async def test_a_commit_that_fails_in_its_thread_says_why_and_leaves_nothing(database: AsyncEngine) -> None:
    async with sessions(database)() as session:
        await session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.add(Membership(account_id=12345, role="admin", since=NOW))
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            await session.commit()
        await session.rollback()
        assert (await session.execute(select(Membership))).all() == []


async def test_rows_are_there_whatever_happens_after_the_statement(counter: AsyncEngine) -> None:
    async with counter.connect() as connection:
        await connection.execute(text("INSERT INTO reportnumber (year, last) VALUES (2031, 0), (2032, 0), (2033, 0)"))
        numbers = await connection.execute(text("SELECT year FROM reportnumber"))
        await connection.execute(text("DELETE FROM reportnumber"))
        await connection.commit()
        assert numbers.fetchone() == (2030,)
        assert numbers.fetchmany(2) == [(2031,), (2032,)]
        assert numbers.fetchall() == [(2033,)]


async def test_a_stream_reads_row_by_row(counter: AsyncEngine) -> None:
    many = "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up) SELECT n FROM up"  # it has no end
    async with sessions(counter)() as session:
        rows = await session.stream(text(many))
        assert [(await rows.fetchone()), (await rows.fetchone())] == [(1,), (2,)]
        await rows.close()


async def test_a_statement_that_nobody_awaits_is_refused(counter: AsyncEngine) -> None:
    async with sessions(counter)() as session:
        with pytest.raises(MissingGreenlet):
            session.sync_session.execute(text("SELECT 1"))


async def test_a_database_in_memory_is_one_for_all_tasks() -> None:
    engine = make_engine("sqlite://")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE reportnumber (year INTEGER PRIMARY KEY, last INTEGER)"))
        await connection.execute(text("INSERT INTO reportnumber VALUES (2030, 0)"))
    await asyncio.gather(*(count_up(engine, 5) for _ in range(3)))
    assert await counted(engine) == 15
    await engine.dispose()
