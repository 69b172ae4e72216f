"""Copies of a SQLite database while it is in use, seven of them kept by the day, and putting one back."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

KEEP = 7  # daily copies
BUSY_SECONDS = 30
HEADER = b"SQLite format 3\x00"


class BadBackup(Exception):
    """The file is no backup that this program can put back, and why (in Chinese)."""


def _open(file: Path, *, read_only: bool = False) -> sqlite3.Connection:
    if read_only:
        return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    return sqlite3.connect(file, timeout=BUSY_SECONDS)


def inspect(file: Path) -> str:
    """The schema revision of a backup that is whole. Raises BadBackup."""
    if not file.is_file():
        raise BadBackup(f"没有这个文件：{file}")
    try:
        with closing(_open(file, read_only=True)) as connection:
            health = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if health != "ok":
                raise BadBackup(f"{file} 已损坏：{health}")
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            connection.execute("SELECT count(*) FROM organization").fetchone()
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"{file} 不是本程序的备份（{error}）") from None
    if revision is None:
        raise BadBackup(f"{file} 不是本程序的备份（没有版本）")
    return str(revision[0])


def copy(source: Path, target: Path) -> None:
    """Copy a database that may be in use into one plain file, checked before it takes its name. Mode 0600."""
    if not source.is_file():
        raise BadBackup(f"还没有数据库：{source}")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        with closing(_open(source)) as live, closing(_open(unfinished)) as made:
            live.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        inspect(unfinished)
        with unfinished.open("r+b") as written:  # Windows flushes only what may be written
            os.fsync(written.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def keep(live: Path, target: Path) -> None:
    """Copy what a backup is about to replace: a damaged database as it is. Raises BadBackup for a file of another kind."""
    try:
        copy(live, target)
    except (sqlite3.DatabaseError, BadBackup):
        with live.open("rb") as opened:
            if opened.read(len(HEADER)) not in (HEADER, b""):
                raise BadBackup(f"{live} 不是数据库，不会被替换：请核对 BRANDBOT_DATABASE_URL") from None
        for ending in ("", "-wal"):
            if (part := live.with_name(live.name + ending)).exists():
                shutil.copy2(part, target.with_name(target.name + ending))


def daily(source: Path, folder: Path, today: date, *, keep: int = KEEP) -> Path | None:
    """Today's copy, if it is not there yet; older ones beyond the newest `keep` go. None when nothing was to do."""
    target = folder / f"brandbot-{today.isoformat()}.db"
    if target.exists():
        return None
    copy(source, target)
    for old in sorted(folder.glob("brandbot-????-??-??.db"), reverse=True)[keep:]:
        old.unlink(missing_ok=True)
    return target


def put_back(backup: Path, live: Path) -> None:
    """Make the live file what the backup is; commands that have it open see the new content. Raises BadBackup."""
    inspect(backup)
    live.parent.mkdir(parents=True, exist_ok=True)
    with closing(_open(backup, read_only=True)) as source, closing(_open(live)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = WAL")
    inspect(live)
