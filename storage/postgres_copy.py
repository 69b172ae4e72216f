"""A copy of a PostgreSQL database by its own tools, pg_dump and pg_restore, where they are installed."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, make_url


class NoTool(Exception):
    """The tool is not installed or refused, and why (in Chinese)."""


def tool(name: str) -> str:
    """Where a PostgreSQL tool is: on the PATH, else the newest one that the system has. Raises NoTool."""
    found = shutil.which(name)
    if found is None:
        installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(4))
        found = str(installed[-1]) if installed else None
    if found is None:
        raise NoTool(f"没有找到 {name}：请安装 postgresql-client，或用数据库服务器自己的备份")
    return found


def _environment(url: URL) -> dict[str, str]:
    """How the tools find the database; the password goes by the environment, never by the command line."""
    host = url.host or url.query.get("host")
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return dict(os.environ) | {name: value for name, value in given.items() if value}


def _run(command: list[str], url: str) -> None:
    ran = subprocess.run(command, env=_environment(make_url(url)), capture_output=True, text=True, check=False)  # noqa: S603 fixed words and the user's file
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise NoTool(f"{Path(command[0]).name} 未完成：{last}")


def dump(url: str, target: Path) -> None:
    """Write the database into one file (pg_dump's custom format), mode 0600."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600))
    _run([tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], url)


def put_back(source: Path, url: str) -> None:
    """Replace the database's content with the file's, in one transaction."""
    _run([
        tool("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
        f"--dbname={make_url(url).database}", str(source),
    ], url)  # fmt: skip
