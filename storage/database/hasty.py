"""SQLite without a thread of its own, for a database that nobody keeps: each call is done on the spot."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import aiosqlite


class _OnTheSpot(aiosqlite.Connection):
    """aiosqlite hands each call to a thread and waits for it; a transcript of a year makes tens of thousands."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)


def connector(database: str) -> Callable[[], Awaitable[aiosqlite.Connection]]:
    """What SQLAlchemy calls for a connection to this file."""

    async def connect() -> aiosqlite.Connection:
        connection = _OnTheSpot(lambda: sqlite3.connect(database, check_same_thread=False), 64)
        connection._thread.daemon = True  # as SQLAlchemy does it: a connection left open never holds up the end
        return await connection

    return connect
