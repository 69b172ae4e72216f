"""SQLite on the spot: a statement runs where it is asked for, and only what waits for the disk crosses to a thread.

A statement takes some 20 µs, and many times that with a thread in between. In return nothing here may block the event
loop: a lock that another process holds is tried again after an awaited pause, and COMMIT has a thread.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import URL, AsyncAdaptedQueuePool
from sqlalchemy.dialects.sqlite.base import SQLiteExecutionContext
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection as SqlConnection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.util import await_only

FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.05  # seconds between two tries for a lock
T = TypeVar("T")


class _Now(Awaitable[None]):
    """Awaiting it takes no time."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


NOW = _Now()


class Cursor(sqlite3.Cursor):
    """Has all its rows once it has run, as on PostgreSQL: none stays open across a commit, nor is read while rows change."""

    _left: Iterator[Any] = iter(())

    def execute(self, *args: Any) -> "Cursor":
        """Run a statement to its end."""
        super().execute(*args)
        self._left = iter(super().fetchall())
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._left, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        return list(islice(self._left, self.arraysize if size is None else size))

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        return list(self._left)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override] # the rows need no cursor any more
        return self._left

    async def _async_soft_close(self) -> None:
        """What SQLAlchemy awaits of an asynchronous driver's cursor once its rows are there."""


class Connection(sqlite3.Connection):
    """Makes such cursors, and knows whether its transaction changed any row."""

    _changes = 0

    def cursor(self, factory: Any = Cursor) -> Any:
        """A cursor; sqlite3's own one reads row by row."""
        return super().cursor(factory)

    def begin(self) -> None:
        """Take the write lock at once, so that no update is lost between processes, and nothing later meets a lock."""
        self.execute("BEGIN IMMEDIATE")
        self._changes = self.total_changes

    @property
    def changed(self) -> bool:
        """True when the commit has rows to write. A changed schema is none: its commit waits on the spot, once."""
        return self.total_changes != self._changes


class Context(SQLiteExecutionContext):
    """Reads row by row where a stream is asked for, so that memory stays flat."""

    def create_server_side_cursor(self) -> DBAPICursor:
        """A cursor that holds no rows."""
        return self._dbapi_connection.cursor(sqlite3.Cursor)


class Dialect(SQLiteDialect_pysqlite):
    """SQLAlchemy's own SQLite dialect with real transactions, its waits awaited.

    `durable`: COMMIT waits for the disk, in a thread. `busy_ms`: how long a lock of another process is waited for.
    """

    driver = "on_the_spot"
    is_async = True
    supports_statement_cache = True
    supports_server_side_cursors = True
    execution_ctx_cls = Context

    def __init__(self, durable: bool = True, busy_ms: int = 10_000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._durable = durable
        self._patience = busy_ms / 1000
        self._awaited = False
        self._thread = ThreadPoolExecutor(1, "sqlite")  # started when it is first needed; ends with the dialect

    @classmethod
    def get_pool_class(cls, url: URL) -> type[AsyncAdaptedQueuePool]:
        """The pool whose waits are awaited, in memory, too."""
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        """sqlite3 itself begins nothing and waits for nothing."""
        file, options = super().create_connect_args(url)
        ours = {"timeout": 0, "isolation_level": None, "check_same_thread": False, "factory": Connection}
        return file, {**options, **ours}

    def on_connect(self) -> Callable[[Any], None]:
        """What makes a new connection ready."""
        usual = super().on_connect()

        def settings(connection: Connection) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}")
            connection.execute("PRAGMA foreign_keys = ON")

        def prepare(connection: Any) -> None:
            usual(connection)
            self._patiently(partial(settings, connection))

        return prepare

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin, when no other process writes."""
        self._patiently(dbapi_connection.begin)

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit, with the checkpoint that may be due."""
        if dbapi_connection.changed:
            self._patiently(partial(self._apart, dbapi_connection.commit))
        else:
            dbapi_connection.commit()

    def do_close(self, dbapi_connection: Any) -> None:
        """Close; who is the last to leave a file copies its log into it."""
        self._apart(dbapi_connection.close)

    def do_savepoint(self, connection: SqlConnection, name: str) -> None:
        """As text: SQLAlchemy would compile a statement for it each time."""
        connection.exec_driver_sql(f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: SqlConnection, name: str) -> None:
        """As text, too."""
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: SqlConnection, name: str) -> None:
        """As text, too."""
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run a statement."""
        self._wait()
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run a statement for many rows."""
        self._wait()
        cursor.executemany(statement, parameters)

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        """Run a statement as it stands."""
        self._wait()
        cursor.execute(statement)

    def awaited(self, work: Callable[..., T], *args: Any, **options: Any) -> T:
        """Do what only executes statements: whoever awaited it has nothing to wait for."""
        self._awaited = True
        try:
            return work(*args, **options)
        finally:
            self._awaited = False

    def _wait(self) -> None:
        """No time, but in a greenlet, as on PostgreSQL: so no statement hides in an attribute's access."""
        if not self._awaited:
            await_only(NOW)

    def _patiently(self, step: Callable[[], None]) -> None:
        """Do a step; while another process holds the lock that it needs, pause and try again, for a limited time."""
        until, pause = time.monotonic() + self._patience, FIRST_PAUSE
        while True:
            try:
                return step()
            except sqlite3.OperationalError as error:
                kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # recovery and the like stand in the upper bits
                if kind != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
            await_only(asyncio.sleep(pause))
            pause = min(2 * pause, LONGEST_PAUSE)

    def _apart(self, step: Callable[[], None]) -> None:
        """Do a step in the thread if it may wait for the disk."""
        if self._durable:
            await_only(self._finished(step))
        else:
            step()

    async def _finished(self, step: Callable[[], None]) -> None:
        """Do a step in the thread, and see it to its end even when cancelled: two threads never use one connection."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        doing = self._thread.submit(step)
        doing.add_done_callback(lambda _: loop.call_soon_threadsafe(ended.set))
        cancelled = None
        while not ended.is_set():
            try:
                await ended.wait()
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled from doing.exception()
        doing.result()
