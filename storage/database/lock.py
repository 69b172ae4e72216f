"""One serving process for a SQLite file: a lock that the operating system gives back when the process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    private.folder(file.parent)
    handle = os.open(_path(file), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServing(file, os.pread(handle, 20, 0).decode(errors="replace").strip()) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)  # the file stays: removing it would let two processes lock two files of one name


def is_served(file: Path) -> bool:
    """True while a process serves this file."""
    try:
        with serving(file):
            return False
    except AlreadyServing:
        return True
