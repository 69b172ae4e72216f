"""Which database an address names, and the same address with our driver; nothing is opened or imported for it."""

import re
from pathlib import Path
from urllib.parse import urlsplit

SQLITE = "sqlite+on_the_spot"  # our own: storage/database/on_the_spot.py
POSTGRESQL = "postgresql+asyncpg"
DRIVERS = {"sqlite": SQLITE, SQLITE: SQLITE, "postgres": POSTGRESQL, "postgresql": POSTGRESQL, POSTGRESQL: POSTGRESQL}


def database_url(text: str) -> str:
    """The address with the driver that we use; plain `sqlite:///path` and `postgresql://…` are accepted.

    Raises ValueError, in one line without the password, for anything else.
    """
    kind, _, rest = text.partition("://")
    driver = DRIVERS.get(kind)
    if driver is None or not (_is_path(rest) if driver == SQLITE else _is_server(text)):
        raise ValueError("not a database address; sqlite:///PATH or postgresql://USER@HOST/NAME is accepted")
    place, mark, options = rest.partition("?")
    if driver == POSTGRESQL:
        options = re.sub(r"(^|&)sslmode=", r"\1ssl=", options)  # libpq's word; asyncpg calls it ssl
    return f"{driver}://{place}{mark}{options}"


def _is_path(rest: str) -> bool:
    return rest == "" or rest.startswith("/")  # with two slashes only, the path's beginning would be a host


def _is_server(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.path.strip("/")) and parts.port != 0
    except ValueError:  # a port that is none
        return False


def sqlite_file(url: str) -> Path | None:
    """The file that an accepted address names; None on PostgreSQL or in memory."""
    kind, _, rest = url.partition(":///")
    name = rest.partition("?")[0]
    return Path(name) if DRIVERS.get(kind) == SQLITE and name not in ("", ":memory:") else None
