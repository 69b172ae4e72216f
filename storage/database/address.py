"""Which database an address names, and the same address with our driver; nothing is opened or imported for it."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

SQLITE = "sqlite+on_the_spot"  # our own: storage/database/on_the_spot.py
POSTGRESQL = "postgresql+asyncpg"
SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OPTIONS = frozenset({"host", "port", "user", "password", "passfile", "ssl", "target_session_attrs", "krbsrvname"})
"""What may stand behind the ? of a server's address: what its driver takes as text. A file's address has nothing there."""
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
    given = dict(parse_qsl(options, keep_blank_values=True))
    if (driver == SQLITE and mark) or not set(given) <= OPTIONS or given.get("ssl", "require") not in SSL:
        raise ValueError("the address has an option that its driver does not take")
    return f"{driver}://{place}{mark}{options}"


def _is_path(rest: str) -> bool:
    return rest == "" or rest.startswith("/")  # with two slashes only, the path's beginning would be a host


def _is_server(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = dict(parse_qsl(parts.query)).get("port", "1")
        return bool(parts.path.strip("/")) and parts.port != 0 and port.isdecimal() and 0 < int(port) < 65536
    except ValueError:  # a port that is none
        return False


def sqlite_file(url: str) -> Path | None:
    """The file that an accepted address names; None on PostgreSQL or in memory."""
    kind, _, rest = url.partition(":///")
    name = rest.partition("?")[0]
    return Path(name) if DRIVERS.get(kind) == SQLITE and name not in ("", ":memory:") else None
