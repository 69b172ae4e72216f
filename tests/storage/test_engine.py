"""The engine keeps every update, refuses wrong addresses, and has the tables that the program declares."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from storage.database.address import database_url
from storage.database.engine import make_engine, sessions
from storage.migrations import Schema, SchemaTooNew, look, revisions, upgrade
from storage.migrations.compare import differences
from storage.migrations.steps import scripts
from storage.tables import Account, Heartbeat, Membership, ReportNumber


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///data/bot.db", "sqlite+on_the_spot:///data/bot.db"),
        ("sqlite+on_the_spot:////srv/bot.db", "sqlite+on_the_spot:////srv/bot.db"),
        ("postgresql://bot:s3cret@db/brand", "postgresql+asyncpg://bot:s3cret@db/brand"),
        ("sqlite://", "sqlite+on_the_spot://"),
        ("postgresql:///brand?host=/run/pg&user=bot", "postgresql+asyncpg:///brand?host=/run/pg&user=bot"),
        ("postgres://db/brand?sslmode=require", "postgresql+asyncpg://db/brand?ssl=require"),
    ],
)
def test_plain_addresses_get_the_driver_we_use(given: str, used: str) -> None:
    assert database_url(given) == used


@pytest.mark.parametrize(
    "wrong",
    [
        "mysql://u:s3cret@h/d",
        "no address",
        "s3cret",
        "sqlite:s3cret.db",
        "sqlite://s3cret/bot.db",  # two slashes: the path would lose its beginning
        "postgresql://u:s3cret@h",
        "postgresql://u:s3cret/more@h/d",  # what follows the colon is no port
    ],
)
def test_a_wrong_address_is_one_line_without_the_password(wrong: str) -> None:
    with pytest.raises(ValueError, match="accepted") as refused:
        make_engine(wrong)
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_the_tables_and_the_migrations_agree(database: AsyncEngine) -> None:
    async with database.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_upgrading_twice_or_at_once_changes_nothing(database: AsyncEngine) -> None:
    seen = await asyncio.gather(*(upgrade(database) for _ in range(3)))
    assert all(schema.ready for schema in seen)
    assert await look(database) == Schema("0001", "0001")


async def test_an_old_program_refuses_a_newer_schema_and_touches_nothing(database: AsyncEngine) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (look, upgrade):
        with pytest.raises(SchemaTooNew, match="9999") as refused:
            await attempt(database)
        assert "\n" not in str(refused.value)
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999"


def test_the_files_of_the_revisions_are_named_and_ordered_as_alembic_takes_them() -> None:
    assert list(revisions()) == [script.revision for script in scripts().walk_revisions()][::-1]


async def test_no_update_is_lost_between_connections(database: AsyncEngine, database_url: str) -> None:
    others = [make_engine(database_url) for _ in range(3)]
    async with sessions(database)() as session:
        session.add(ReportNumber(year=2030, last=0))
        await session.commit()

    async def count_up(engine: AsyncEngine) -> None:
        for _ in range(20):
            async with sessions(engine)() as session:
                last = (await session.execute(select(col(ReportNumber.last)).with_for_update())).scalar_one()
                await session.execute(update(ReportNumber).values(last=last + 1))
                await session.commit()

    await asyncio.gather(*(count_up(engine) for engine in others))
    async with sessions(database)() as session:
        assert (await session.get_one(ReportNumber, 2030)).last == 60
    for engine in others:
        await engine.dispose()


async def test_times_come_back_aware_and_naive_ones_are_refused(session: AsyncSession) -> None:
    now = datetime(2030, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    session.add(Heartbeat(process="a", started_at=now, at=now))
    await session.commit()
    session.expire_all()
    assert (await session.get_one(Heartbeat, "a")).at == now
    session.add(Heartbeat(process="b", started_at=now, at=datetime(2030, 1, 2)))  # noqa: DTZ001 the mistake under test
    with pytest.raises(StatementError, match="aware"):
        await session.flush()


async def test_foreign_keys_and_checks_hold(session: AsyncSession) -> None:
    session.add(Membership(account_id=12345, role="admin", since=datetime(2030, 1, 2, tzinfo=UTC)))
    with pytest.raises(IntegrityError):
        await session.flush()
    await session.rollback()
    account = Account(platform="console", external="x")
    session.add(account)
    await session.flush()
    session.add(Membership(account_id=account.id, role="secretary", since=datetime(2030, 1, 2, tzinfo=UTC)))
    with pytest.raises(IntegrityError, match="committee_has_no_organization"):
        await session.flush()
    await session.rollback()
    assert (await session.execute(select(func.count()).select_from(Account))).scalar_one() == 0


async def test_an_error_does_not_quote_what_was_to_be_stored(database: AsyncEngine) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with database.begin() as connection:
            await connection.execute(text("INSERT INTO nowhere (said) VALUES (:said)"), {"said": "张三住院"})
    assert "张三" not in str(refused.value)


async def test_a_transaction_cancelled_at_any_moment_is_whole_or_not_there_and_gives_its_connection_back(
    database: AsyncEngine,
) -> None:
    async def write(year: int) -> None:
        async with sessions(database).begin() as session:
            for number in (year, -year):
                await session.execute(text(f"INSERT INTO reportnumber (year, last) VALUES ({number}, 0)"))

    await write(1)
    for moment in range(2, 42):  # more than a pool has connections
        task = asyncio.create_task(write(moment))
        await asyncio.sleep(moment * 0.0002)
        task.cancel()
        await asyncio.wait([task])
    await asyncio.gather(*(write(year) for year in range(100, 120)))
    async with sessions(database)() as session:
        years = set((await session.execute(select(col(ReportNumber.year)))).scalars())
    assert years == {-year for year in years}
    assert years >= {1, *range(100, 120)}
