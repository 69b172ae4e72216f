"""Databases for the tests: every test that asks for one runs on SQLite and on PostgreSQL."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import certifi
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.database.engine import make_engine, sessions
from storage.migrations import upgrade
from tests.postgres import NoPostgres, Server, server
from tests.postgres_count import PostgresCount, in_ci
from tests.postgres_pool import Pool

T = TypeVar("T")
NOBODY = Path(__file__).parent / "data" / "nobody.pem"
BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk it again and again (a sixth of the whole run's time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_configure(config: pytest.Config) -> None:
    """Count on the process that reports; a whole run in CI must have used PostgreSQL."""
    if not hasattr(config, "workerinput"):
        whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
        narrowed = bool(config.option.keyword or config.option.markexpr or config.option.collectonly)
        config.pluginmanager.register(PostgresCount(required=in_ci() and whole and not narrowed))


def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run async work to its end on a loop of its own, whatever the test's loop is doing."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


async def _migrate(url: str) -> None:
    engine = make_engine(url)
    await upgrade(engine)
    await engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def _trust_nobody() -> Iterator[None]:
    """HTTP clients trust one expired certificate instead of 150: no test goes out, and each client reads the list again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(NOBODY))
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    apart(lambda: _migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The PostgreSQL of this run. Where there is none: a visible skip, and an error in CI."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(server())
        except NoPostgres as reason:
            if in_ci():
                raise
            pytest.skip(f"no PostgreSQL: {reason}")
        yield running


@pytest.fixture(scope="session")
def postgres_pool(postgres_server: Server) -> Iterator[Pool]:
    """Migrated, empty PostgreSQL databases, each lent to one test at a time."""

    async def make() -> Pool:
        name = await postgres_server.create()
        await _migrate(postgres_server.url(name))
        return Pool(postgres_server, name)

    pool = apart(make)
    yield pool
    apart(pool.close)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of the test's own, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "brandbot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    pool: Pool = request.getfixturevalue("postgres_pool")
    name = apart(pool.take)
    yield pool.server.url(name)
    apart(lambda: pool.give_back(name))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on the test's own database, on SQLite and on PostgreSQL."""
    engine = make_engine(database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _never_wait_for_the_disk)
    yield engine
    await engine.dispose()


def _never_wait_for_the_disk(connection: Any, _record: object) -> None:
    """For tests in which no machine dies."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


@pytest.fixture
async def session(database: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One session on the test's own database; what it does not commit is lost."""
    async with sessions(database)() as session:
        yield session
