"""Databases for the tests: every test that asks for one runs on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.database.engine import make_engine, sessions
from storage.migrations import upgrade
from tests.postgres import NoPostgres, Server, server
from tests.postgres_count import PostgresCount, in_ci

T = TypeVar("T")
BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


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
def postgres_template(postgres_server: Server) -> Iterator[str]:
    """A migrated, empty PostgreSQL database, to be copied."""

    async def make() -> str:
        name = await postgres_server.create()
        await _migrate(postgres_server.url(name))
        return name

    name = apart(make)
    yield name
    apart(lambda: postgres_server.drop(name))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of the test's own, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "brandbot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    running: Server = request.getfixturevalue("postgres_server")
    name = apart(lambda: running.create(template))
    yield running.url(name)
    apart(lambda: running.drop(name))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on the test's own database, on SQLite and on PostgreSQL."""
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def session(database: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One session on the test's own database; what it does not commit is lost."""
    async with sessions(database)() as session:
        yield session
