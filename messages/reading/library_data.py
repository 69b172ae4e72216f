"""A library's file of data, read without importing the library and all that it brings along."""

from importlib.util import find_spec
from pathlib import Path


def text_of(library: str, name: str) -> str:
    """The text of a file beside the library's own modules. Raises ModuleNotFoundError, OSError."""
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{library} is not installed", name=library)
    return Path(spec.origin).with_name(name).read_text(encoding="utf-8")
