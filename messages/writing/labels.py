"""What a button shows: label keys to Chinese."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def label(key: str) -> str:
    """The words of a label key; KeyError for a key that labels.toml does not have."""
    return labels()[key]


@cache
def labels() -> Mapping[str, str]:
    """All labels by key."""
    source = files("messages").joinpath("templates", "labels.toml").read_text(encoding="utf-8")
    return {key: str(words) for key, words in tomllib.loads(source).items()}
