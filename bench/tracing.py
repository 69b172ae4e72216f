"""What the database is asked for meanwhile, in order, each with the functions of ours that ask."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import greenlet  # type: ignore[import-untyped] # it ships no type information
from sqlalchemy.engine import Engine

from tests.counting import COMMIT, ROLLBACK, told

ROOT = Path(__file__).parents[1]
OURS = tuple(f"{ROOT / folder}/" for folder in ("bot", "handlers", "storage", "messages"))
DEPTH = 3  # functions named


@contextmanager
def traced(engine: Engine) -> Iterator[list[str]]:
    """The lines to print: executions are numbered, a transaction stands apart."""
    lines: list[str] = []
    number = 0

    def note(what: str) -> None:
        nonlocal number
        if what in {COMMIT, ROLLBACK}:
            lines.append(f"    {what}\n")
            return
        number += 1
        lines.append(f"{number:3} {' '.join(what.split())}\n      {' < '.join(callers()[:DEPTH])}")

    with told(engine, note):
        yield lines


def callers() -> list[str]:
    """Our functions on the stack, the innermost first."""
    return [ours for frame in stack(sys._getframe()) if (ours := ours_of(frame))]


def ours_of(frame: FrameType) -> str:
    """`file:function` where a frame is ours; empty where it is not."""
    name = frame.f_code.co_filename
    if not name.startswith(OURS) or name.endswith("storage/database/engine.py"):
        return ""
    return f"{Path(name).relative_to(ROOT)}:{frame.f_code.co_name}"


def stack(innermost: FrameType | None) -> Iterator[FrameType]:
    """All frames of this thread; SQLAlchemy works on a greenlet beside the task's own stack."""
    here: Any = greenlet.getcurrent()
    frame = innermost
    while True:
        while frame is not None:
            yield frame
            frame = frame.f_back
        here = here.parent
        if here is None:
            return
        frame = here.gr_frame
