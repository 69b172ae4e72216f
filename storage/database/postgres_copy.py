"""A copy of a PostgreSQL database by its own tools, pg_dump and pg_restore, where they are installed."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

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


def _conninfo(url: URL, passfile: Path) -> str:
    """How the tools find the database; the password stands in a file that only we can read, never on the command line."""
    host = url.host or url.query.get("host")
    given = {
        "host": host if isinstance(host, str) else None,
        "port": str(url.port) if url.port else None,
        "user": url.username,
        "dbname": url.database,
        "passfile": str(passfile),
    }
    escaped = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in given.items() if value}
    return " ".join(f"{name}='{value}'" for name, value in escaped.items())


def _run(command: list[str], url: str) -> None:
    """Run a tool with its --dbname; raises NoTool with the tool's last word."""
    known = make_url(url)
    with TemporaryDirectory(prefix="brandbot-") as folder:
        passfile = Path(folder) / "pgpass"
        passfile.touch(mode=0o600)
        password = (known.password or "").replace("\\", "\\\\").replace(":", "\\:")
        passfile.write_text(f"*:*:*:*:{password}\n", encoding="utf-8")
        words = [*command, f"--dbname={_conninfo(known, passfile)}"]
        ran = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 fixed words and the user's file
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
        str(source),
    ], url)  # fmt: skip
