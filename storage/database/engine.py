"""How the program connects to its database: SQLite with real transactions, or PostgreSQL through asyncpg."""

from sqlite3 import DatabaseError
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.database import hasty, versions

BUSY_MS = 10_000  # how long a writer waits for another process on the same SQLite file
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def database_url(url: str) -> URL:
    """The address with the driver that we use; plain `sqlite:///path` and `postgresql://…` are accepted.

    Raises ValueError, in one line without the password, for anything else.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("not a database address; sqlite:///PATH or postgresql://USER@HOST/NAME is accepted") from None
    driver = DRIVERS.get(parsed.drivername)
    if driver is None:
        raise ValueError(f"database kind {parsed.drivername!r} is not supported; sqlite or postgresql is accepted")
    if "sslmode" in parsed.query:  # libpq's word; asyncpg calls it ssl
        mode = parsed.query["sslmode"]
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed.set(drivername=driver)


def make_engine(url: str, *, durable: bool = True) -> AsyncEngine:
    """An engine for the address. Nothing is opened before the first use.

    `durable=False`: SQLite does not wait for the disk, nor for a thread; for a database that nobody keeps.
    """
    address = database_url(url)
    engine = _sqlite(address, durable) if address.get_backend_name() == "sqlite" else _postgres(address)
    versions.watch(engine.sync_engine)
    return engine


def _postgres(address: URL) -> AsyncEngine:
    return create_async_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted costs a reconnect, not an error
        pool_size=5,
        max_overflow=10,
        connect_args={
            "server_settings": {
                "application_name": "brandbot",
                "timezone": "UTC",
                "lock_timeout": "15s",
                "idle_in_transaction_session_timeout": "60s",  # a stopped process must not hold its locks for ever
            }
        },
    )


def _sqlite(address: URL, durable: bool) -> AsyncEngine:
    """SQLite with transactions that begin by taking the write lock, so that no update is lost between processes.

    One connection: the tasks of a process queue for it in order, rather than poll for the file's lock.
    """
    in_memory = address.database in {None, "", ":memory:"}
    queue: dict[str, Any] = {} if in_memory else {"pool_size": 1, "max_overflow": 0}
    if not (durable or in_memory):
        queue["async_creator"] = hasty.connector(str(address.database))
    engine = create_async_engine(address, hide_parameters=True, **queue)  # an error is logged, and must not quote people

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; see below
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
            cursor.execute("PRAGMA foreign_keys = ON")
        except DatabaseError:  # no database, or one that cannot be written: nobody else would close it
            connection.close()
            raise
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Makes sessions whose objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
