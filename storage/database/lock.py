"""One serving process for a SQLite file: a lock that the operating system gives back when the process ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker

from storage.database import private


class AlreadyServing(Exception):
    """Another process serves this file; `process` is its number, if it is known."""

    def __init__(self, file: Path, process: str) -> None:
        super().__init__(f"另一个进程{f'（{process}）' if process else ''}正在使用 {file}，同一个数据库文件只能由一个进程服务")
        self.process = process


def _path(file: Path) -> Path:
    return file.with_name(file.name + ".serving")


@contextmanager
def serving(file: Path | None) -> Iterator[None]:
    """Hold the right to serve this SQLite file; None is another kind of database, where nothing is to hold.

    Raises AlreadyServing at once, never waits. One-shot commands do not need it.
    """
    if file is None:
        yield
        return
    place = _path(file)
    with private.file(place).open("r+", encoding="ascii") as handle:
        try:
            portalocker.lock(handle, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.AlreadyLocked:
            raise AlreadyServing(file, _holder(place)) from None
        handle.truncate()
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield  # the file stays afterwards: removing it would let two processes lock two files of one name


def _holder(place: Path) -> str:
    """The number that the holding process wrote; "" on Windows, where a locked file cannot be read."""
    try:
        return place.read_text(encoding="ascii", errors="replace").strip()
    except PermissionError:
        return ""


def is_served(file: Path) -> bool:
    """True while a process serves this file."""
    try:
        with serving(file):
            return False
    except AlreadyServing:
        return True
