"""Files and folders that only their owner may open."""

import os
from pathlib import Path


def folder(path: Path) -> Path:
    """The folder, made for its owner alone if it is not there. Raises OSError."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def file(path: Path) -> Path:
    """The file, made empty and for its owner alone if it is not there; SQLite gives its companions the same mode."""
    folder(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    return path
