"""A request as JSON and back: what a draft remembers and what a button stands for, in one versioned form."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from messages.requests import BY_KEY, Request

VERSION = 1


class Unreadable(Exception):
    """It was written by another version, or by nobody: it cannot be carried out any more."""


@cache
def _form(key: str) -> TypeAdapter[Request]:
    return TypeAdapter(BY_KEY[key])


def encode(request: Request, words: str | None = None) -> dict[str, Any]:
    """A request as JSON: its version and the slots of which something was said; its key is kept beside it.

    `words` are those that named an organisation and left open which one.
    """
    slots: dict[str, Any] = _form(request.key).dump_python(request, mode="json", exclude_defaults=True)
    return {"v": VERSION, "slots": slots} | ({"words": words} if words else {})


def decode(key: str, kept: Mapping[str, Any]) -> tuple[Request, str | None]:
    """The request of this key that was kept, and its words; raises Unreadable for another version, key or slot."""
    if key not in BY_KEY or kept.get("v") != VERSION:
        raise Unreadable(f"{key} v{kept.get('v')}")
    try:
        return _form(key).validate_python(kept["slots"]), kept.get("words")
    except (ValidationError, KeyError) as wrong:
        raise Unreadable(f"{key}: {type(wrong).__name__}") from None
