"""The bot's open question: a message or a button that answers it becomes the whole request, with what was said before."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages.reading import forms, teaching
from messages.reading.choosing import choose, named_in
from messages.reading.date_forms import find
from messages.reading.fields import fields_of
from messages.reading.moments import agrees
from messages.reading.organizations import mentions
from messages.reading.posts import recognised
from messages.reading.result import Question, Reading
from messages.reading.rules import Rank
from messages.reading.said import Fields, Said
from messages.reading.scene import Scene
from messages.reading.spans import Today
from messages.reading.text import Text
from messages.requests import Request, slots
from messages.requests import filled as with_slots
from messages.requests.words import Cancel, Confirm, Unclear

TOLD_WRONG = ("impossible_date", "weekday", "survey_sum")
"""What may be wrong with an answer, too."""
SHORT = 24  # characters of an answer that is a name or a post
BARE = re.compile(r"(?:由|请)?[一-鿿·]{2,5}(?:同志|负责|担任|牵头)?[,。]?")
"""What may be no more than a name."""
FILLER = re.compile(
    r"^(?:就?是|那就|那|改?为|叫做?|嗯+|哦|品牌|名称|类型|内涵|责任人|理由|原因|口号|因为|由于|补充|单位)+[\s:,是为]*"
)


def answered(own: Reading, rank: Rank | None, text: Text, scene: Scene) -> Reading:
    """What the message means while the question is open; `own` is its meaning without the question."""
    question = scene.question
    if question is None:
        return own
    reading = _completed(own, rank, text, scene, question)
    said = reading.request
    if type(said) is not type(question.request):
        return reading
    told = "org" in question.missing and teaching.only_names(text, said.organization, scene.directory)
    taught = told and teaching.may_mean(scene.directory, question.words, said.organization)
    return replace(reading, words=question.words, taught=taught)


def chosen(request: Request, words: str | None, scene: Scene) -> Reading:
    """What a button means, made for these words: one for an organisation completes what was said since it was asked for."""
    asked = scene.question.request if scene.question else None
    if type(asked) is type(request) and request.organization is not None:
        request = with_slots(asked, org=request.organization)
    return Reading(request, words=words, taught=teaching.may_mean(scene.directory, words, request.organization))


def _completed(own: Reading, rank: Rank | None, text: Text, scene: Scene, question: Question) -> Reading:
    asked, said = question.request, own.request
    if isinstance(said, Cancel | Confirm):
        return replace(own, why=(*own.why, "针对未完成的一项"))
    afresh = said.intent not in ("unknown", asked.intent) or said.begins_anew
    if afresh and rank not in (None, Rank.HINT) and not (_asks_post(question) and _a_post_or_a_name(rank, text, scene)):
        return own
    begins = rank in (Rank.WHOLE, Rank.HEAD) or "org" in question.missing
    if said.intent == asked.intent and begins and _anew(said, question):
        return own
    filled = _filled(question, said, text, scene)
    if not filled:
        again = said.intent in ("unknown", asked.intent)
        return replace(own, said=_still(question, own.question)) if again else own
    missing = tuple(name for name in question.missing if name not in filled)
    told = own.question if own.question and own.question.problem in TOLD_WRONG else None
    whole = with_slots(asked, **filled)
    why = (*own.why, f"补充：{'、'.join(sorted(filled))}")
    if not missing and told is None:
        return Reading(whole, why=why)
    if told is not None:
        return Reading(replace(told, request=whole, missing=missing, candidates=(), words=question.words), why=why)
    return Reading(Question(whole, missing, (), question.words), why=why)


def _asks_post(question: Question) -> bool:
    return question.missing[:1] == ("owner",)


def _a_post_or_a_name(rank: Rank | None, text: Text, scene: Scene) -> bool:
    """A short answer with a post in it is no new command, nor is what may be a name and is no command's word."""
    told = recognised(text.raw, scene.posts) if len(text) <= SHORT else None
    return told is not None or (rank not in (Rank.WHOLE, Rank.HEAD) and BARE.fullmatch(text.norm) is not None)


def _still(question: Question, own: Question | None) -> Question:
    """The question stays as it was, with what was wrong with the answer."""
    if own is None:
        return question
    return replace(own, request=question.request, missing=question.missing, words=question.words)


def _anew(said: Request, question: Question) -> bool:
    """A command of the same kind that tells again what is known and was not asked for: it begins anew."""
    known = ((name, getattr(question.request, name, None)) for name in ("content", "brand") if name not in question.missing)
    return any(value and getattr(said, name, None) not in (None, value) for name, value in known)


def _filled(question: Question, own: Request, text: Text, scene: Scene) -> Fields:
    """The slots that the message adds: what the request's own rules find, then the one that was asked for."""
    norm = text.norm
    now = Today(scene.now.date(), scene.workdays)
    found = find(norm, now)
    request = question.request
    whose = choose(norm, named := mentions(norm, scene.directory), replace(scene, question=None), type(request))
    said = Said(text, norm, found, now, posts=scene.posts, names=named_in(norm, named, whose))
    read_anew = fields_of(request.intent, request.act, said)
    filled: Fields = {name: value for name, value in read_anew.items() if name in slots(type(request)) and value}
    if "org" in question.missing or own.intent == request.intent:
        if whose.org and whose.named and "org" in slots(type(request)):
            filled["org"] = whose.org
    else:
        filled.pop("other", None)  # a bare answer is what was asked for, and names nothing else
    asked = (
        next((name for name in question.missing if name != "org"), None)
        if filled.get("org")
        else next(iter(question.missing), None)
    )
    if own.intent != request.intent and "org" in filled and len(norm) < 20 and asked in ("content", "reason", "connotation"):
        filled.pop(asked, None)
        return {name: value for name, value in filled.items() if name not in ("content", "reason", "note", "brand")}
    if asked == "date" and found:
        return {"date": day} if (day := _past_day(said)) else {}
    if asked in ASKED and asked not in filled and (value := ASKED[asked](said)):
        filled[asked] = value
    if asked == "owner" and asked not in filled and _no_post(request, own, norm):
        filled = {"no_post": True}
    return {name: value for name, value in filled.items() if name in question.missing or not getattr(request, name)}


def _no_post(request: Request, own: Request, norm: str) -> bool:
    """Something short that is no post was given in its place."""
    given = BARE.fullmatch(norm) is not None or (isinstance(own, Unclear) and 0 < len(norm) <= SHORT)
    return given and "no_post" in slots(type(request))


def _words(said: Said) -> str | None:
    match = FILLER.match(said.norm)
    part = said.text[match.end() if match and match.end() < len(said.text) else 0 :].trim()
    return forms.unquoted(part) if part.norm else None


def _short(said: Said) -> str | None:
    words = _words(said)
    return words if words and len(words) <= SHORT and "\n" not in words else None


def _post(said: Said) -> str | None:
    words = _words(said)
    return recognised(words, said.posts) if words else None


def _past_day(said: Said) -> dt.date | None:
    return next((moment.past.last for moment in said.found if moment.past and agrees(moment, moment.past)), None)


def _day(said: Said) -> dt.date | None:
    return next((moment.future.last for moment in said.found if moment.future and agrees(moment, moment.future)), None)


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
