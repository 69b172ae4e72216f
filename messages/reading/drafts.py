"""The bot's open question: a message that answers it becomes the whole command, with what was said before."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any

from messages.reading import forms
from messages.reading.choosing import choose
from messages.reading.date_forms import find
from messages.reading.fields import FIELDS
from messages.reading.organizations import mentions
from messages.reading.result import Event, Reading
from messages.reading.rules import Rank
from messages.reading.said import Said
from messages.reading.scene import Question, Scene
from messages.reading.spans import Today
from messages.reading.text import Text

KNOWN = frozenset(field.name for field in dataclass_fields(Reading)) - {"intent"}
DATES = frozenset({"date", "due", "week"})
FILLER = re.compile(
    r"^(?:就?是|那就|那|改?为|叫做?|嗯+|哦|品牌|名称|类型|内涵|责任人|理由|原因|口号|因为|由于|补充|单位)+[\s:,是为]*"
)

BEGINS_ANEW = frozenset({"bind"})
"""Intents whose command word always starts a new command: an invitation for somebody else is no answer to the last one."""


def answered(own: Reading, rank: Rank | None, text: Text, scene: Scene) -> Reading:
    """What the message means while the question is open; `own` is its meaning without the question."""
    question = scene.question
    if question is None:
        return own
    known = remembered(question)
    if own.intent == "unknown" and own.action in ("cancel", "confirm"):
        return replace(known, action=own.action, why=("针对未完成的一项",))
    afresh = own.intent not in ("unknown", question.intent) or own.intent in BEGINS_ANEW
    if afresh and rank is not None and rank is not Rank.HINT:
        return own
    begins = rank in (Rank.WHOLE, Rank.HEAD) or "org" in question.missing
    if own.intent == question.intent and begins and _anew(own, question):
        return own
    filled = _filled(question, own, text, scene)
    if not filled:
        return (
            own
            if own.intent not in ("unknown", question.intent)
            else replace(known, missing=question.missing, problem=own.problem, problem_text=own.problem_text)
        )
    missing = tuple(name for name in question.missing if name not in filled)
    told = own.problem if own.problem in ("impossible_date", "survey_sum") else None
    whole = replace(known, **filled, missing=missing, why=(*own.why, f"补充：{'、'.join(sorted(filled))}"))
    return replace(whole, problem=told, problem_text=own.problem_text if told else None)


def _anew(own: Reading, question: Question) -> bool:
    """A command of the same kind that tells again what is known and was not asked for: it begins anew."""
    known = (name for name in ("content", "brand") if question.fields.get(name) and name not in question.missing)
    return any(getattr(own, name) and getattr(own, name) != question.fields[name] for name in known)


def remembered(question: Question) -> Reading:
    """What was understood so far, from its JSON."""
    values: dict[str, Any] = {}
    for name, value in question.fields.items():
        if name not in KNOWN or value is None:
            continue
        if name in DATES and isinstance(value, str):
            value = dt.date.fromisoformat(value)
        elif name == "events":
            value = tuple(Event(dt.date.fromisoformat(one["date"]) if one.get("date") else None, one["note"]) for one in value)
        elif isinstance(value, list):
            value = tuple(value)
        values[name] = value
    return Reading(question.intent, **values)


def _filled(question: Question, own: Reading, text: Text, scene: Scene) -> dict[str, Any]:
    """The fields that the message adds: what the intent's own rules find, then the one that was asked for."""
    norm = text.norm
    now = Today(scene.now.date(), scene.workdays)
    found = find(norm, now)
    said = Said(text, norm, found, now)
    read_anew = FIELDS[question.intent](said) if question.intent in FIELDS else {}
    filled = {name: value for name, value in read_anew.items() if name in KNOWN and value and not name.startswith("problem")}
    if "org" in question.missing or own.intent == question.intent:
        choice = choose(norm, mentions(norm, scene.directory), replace(scene, question=None), question.intent)
        if choice.org and choice.named:
            filled["org"] = choice.org
    asked = (
        next((name for name in question.missing if name != "org"), None)
        if filled.get("org")
        else next(iter(question.missing), None)
    )
    if own.intent != question.intent and "org" in filled and len(norm) < 20 and asked in ("content", "reason", "connotation"):
        filled.pop(asked, None)
        return {name: value for name, value in filled.items() if name not in ("content", "reason", "note", "brand")}
    if asked == "date" and (day := _past_day(said)) is not None:
        return {"date": day}
    if asked in ASKED and asked not in filled and (value := ASKED[asked](said)):
        filled[asked] = value
    return {name: value for name, value in filled.items() if name in question.missing or name not in question.fields}


def _words(said: Said) -> str | None:
    match = FILLER.match(said.norm)
    part = said.text[match.end() if match and match.end() < len(said.text) else 0 :].trim()
    return forms.unquoted(part) if part.norm else None


def _short(said: Said) -> str | None:
    words = _words(said)
    return words if words and len(words) <= 24 and "\n" not in words else None


def _post(said: Said) -> str | None:
    words = _words(said)
    return forms.post(words, Text.of(words).norm) if words else None


def _past_day(said: Said) -> dt.date | None:
    return next((moment.past.last for moment in said.found if moment.past), None)


def _day(said: Said) -> dt.date | None:
    return next((moment.future.last for moment in said.found if moment.future), None)


ASKED: dict[str, Callable[[Said], Any]] = {
    "brand": _short,
    "type": _short,
    "owner": _post,
    "connotation": _words,
    "content": _words,
    "due": _day,
    "reason": _words,
}
"""How the bare answer to each question is read."""
