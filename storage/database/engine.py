"""How the program connects to its database: SQLite with real transactions, or PostgreSQL through asyncpg."""

from sqlalchemy.dialects import registry
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.database import on_the_spot, versions
from storage.database.address import SQLITE, database_url
from storage.database.sessions import Sessions

BUSY_MS = 10_000  # how long a writer waits for another process on the same SQLite file


def make_engine(url: str, *, durable: bool = True) -> AsyncEngine:
    """An engine for the address. Nothing is opened before the first use. Raises ValueError as `database_url` does.

    `durable=False`: SQLite does not wait for the disk, nor for a thread; for a database that nobody keeps.
    """
    address = database_url(url)
    engine = _sqlite(address, durable) if address.startswith(SQLITE) else _postgres(address)
    versions.watch(engine.sync_engine)
    return engine


def _postgres(address: str) -> AsyncEngine:
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


def _sqlite(address: str, durable: bool) -> AsyncEngine:
    """One connection: the tasks of a process queue for it in order, rather than poll for the file's lock."""
    registry.register(SQLITE.replace("+", "."), on_the_spot.__name__, on_the_spot.Dialect.__name__)
    return create_async_engine(
        address,
        hide_parameters=True,  # an error is logged, and must not quote people
        pool_size=1,
        max_overflow=0,
        durable=durable,
        busy_ms=BUSY_MS,
    )


def sessions(engine: AsyncEngine) -> Sessions:
    """Makes sessions on the engine."""
    return Sessions(engine)
