"""Readings as JSON and back: what a draft remembers and what a button stands for."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from messages.reading.result import Event, Reading

DATES = {"date", "due", "week"}
TUPLES = {"missing", "candidates", "why"}
KNOWN = {field.name for field in fields(Reading)} - {"intent"}
UNKEPT = {"missing", "candidates", "problem", "problem_text", "why", "secret"}  # they belong to one message only


def to_fields(said: Reading) -> dict[str, Any]:
    """What a reading found, as JSON."""
    kept: dict[str, Any] = {}
    for name in sorted(KNOWN - UNKEPT):
        value = getattr(said, name)
        if value in (None, "", (), {}, False):
            continue
        if isinstance(value, dt.date):
            value = value.isoformat()
        elif name == "events":
            value = [{"date": event.date.isoformat() if event.date else None, "note": event.note} for event in said.events]
        elif isinstance(value, tuple):
            value = list(value)
        kept[name] = value
    return kept


def from_fields(intent: str, kept: Mapping[str, Any]) -> Reading:
    """The reading that was kept; keys that are no fields of a reading are the handler's own and left out."""
    values: dict[str, Any] = {}
    for name, value in kept.items():
        if name not in KNOWN:
            continue
        if name in DATES and isinstance(value, str):
            value = dt.date.fromisoformat(value)
        elif name == "events":
            value = tuple(Event(dt.date.fromisoformat(one["date"]) if one["date"] else None, one["note"]) for one in value)
        elif name in TUPLES:
            value = tuple(value)
        values[name] = value
    return Reading(intent, **values)
