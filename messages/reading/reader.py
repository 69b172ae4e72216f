"""`read(text, scene) -> Reading`: the steps of reading in their order."""

import re
from dataclasses import replace

from messages.reading import sketch as sketching
from messages.reading.addressing import address
from messages.reading.choosing import Choice, choose, default_org, named_in
from messages.reading.date_forms import find
from messages.reading.drafts import answered
from messages.reading.fields import fields_of
from messages.reading.moments import Doubt
from messages.reading.organizations import mentions
from messages.reading.result import Question, Reading
from messages.reading.rules import Rank
from messages.reading.said import Fields, Said
from messages.reading.scene import Scene
from messages.reading.sketch import Decision
from messages.reading.spans import Today
from messages.reading.text import Text
from messages.reading.trust import looks_secret
from messages.reading.wording import kind_of, request_of
from messages.requests import FIRST, Request, filled, slots
from messages.requests.brand import Agree, PaperNotReceived, PaperReceived, Refuse
from messages.requests.people import KeepWebhook, Redeem
from messages.requests.words import Nothing

MISSING_ORDER = ("org", "brand", "type", "owner", "connotation", "content", "due", "reason")
BY_REPLY = (Agree, Refuse, PaperReceived, PaperNotReceived)
"""Decisions that the message replied to may complete."""
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
NUMBER = re.compile(r"(?<![0-9a-z._\-])\d{1,6}(?:[._-]\d{1,6}){0,3}(?=$|[\s,。])")
INVITATION = re.compile(r"(?<![0-9a-z])(?:[0-9a-z]-?){26}(?![0-9a-z])")


def read(text: str, scene: Scene) -> Reading:
    """What a message wants; a pure function of the words and the scene that never raises."""
    said = Text.of(text)
    secret = looks_secret(said.norm)
    addressed = address(said, scene.bot_names)
    if not (scene.addressed or scene.chat_kind == "private"):
        return Reading(Nothing(), secret is not None, ("群内未@本助手",))
    if addressed.everybody and scene.chat_kind != "private":
        return Reading(Nothing(), secret is not None, ("@所有人的通知",))
    reading, rank = _read(addressed.text, scene)
    reading = answered(reading, rank, addressed.text, scene)
    if secret:
        return replace(reading, secret=True, why=(*reading.why, f"疑似涉密字样“{secret}”"))
    return reading


def _read(text: Text, scene: Scene) -> tuple[Reading, Rank | None]:
    norm = text.norm
    today = Today(scene.now.date(), scene.workdays)
    unnamed = INVITATION.sub(lambda code: "_" * len(code[0]), norm)  # letters in a code are nobody's name
    named = mentions(unnamed, scene.directory)
    found = find(norm, today)
    drawn = sketching.sketch(norm, named, found)
    decision = sketching.decide(drawn)
    if decision.slip:
        text = Text(text.cells, norm := norm.replace(*decision.slip, 1))
        unnamed = unnamed.replace(*decision.slip, 1)
    why = [f"句式：{drawn}", _why(decision)]
    if decision.intent == "none":
        return Reading(Nothing(), why=tuple(why)), Rank.WHOLE
    choice = choose(unnamed, named, scene, kind_of(decision.intent, decision.act))
    names = named_in(norm, named, choice)
    org_end = names[0][1] if names else 0
    fields = fields_of(decision.intent, decision.act, Said(text, norm, found, today, org_end, scene.posts, names))
    why.append(f"组织：{choice.org or '未定'}（{choice.why}）" if choice.why else "组织：文中没有")
    why += [f"日期：“{m.words}”（{m.form}）" for m in found]
    said = _said(decision, choice, fields, text, scene)
    return Reading(said, why=tuple(why)), decision.rule.rank if decision.rule else None


def _why(decision: Decision) -> str:
    if decision.rule is None:
        return "意图：没有符合的规则"
    return f"意图：{decision.intent}（“{decision.matched}”符合规则“{decision.rule.example}”）"


def _said(decision: Decision, choice: Choice, fields: Fields, text: Text, scene: Scene) -> Request | Question:
    """The request, or what has to be asked before it can be carried out."""
    first = FIRST[decision.intent]
    problem, problem_text = fields.pop("problem", None), fields.pop("problem_text", None)
    doubt: Doubt | None = fields.pop("doubt", None)
    if choice.org and not first.about_words and (choice.named or not (first.general or fields.get("code"))):
        fields["org"] = choice.org
    if decision.intent == "bind" and (code := _code(text, scene)) is not None:
        fields["org"] = code
    unknown = choice.unknown if not first.about_words else None
    if doubt:
        fields[doubt.slot] = None
    request = request_of(decision.intent, decision.act, fields, scene)
    number = None if choice.named else _no_such(text.norm, request, scene)
    if number is not None:
        unknown, request = number, filled(request, org=None)
    if unknown:
        problem, problem_text = "unknown_org", unknown
    slot = day = None
    if doubt and problem is None and (doubt.day is None or doubt.slot in slots(type(request))):
        problem, problem_text, day = doubt.problem, doubt.words, doubt.day
        slot = None if getattr(request, "events", ()) else doubt.slot  # which of several days it is, no answer could tell
    candidates = choice.candidates if not first.about_words else ()
    missing = _missing(request, named=choice.named or bool(candidates or number), scene=scene)
    if not missing and problem is None:
        return request
    return Question(request, missing, candidates, choice.words or unknown, problem, problem_text, slot, day)


def _code(text: Text, scene: Scene) -> str | None:
    """An organisation named by its code in the roster, as the shell's commands do it."""
    return next((word for word in CODE.findall(text.raw) if word in scene.directory.names), None)


def _no_such(norm: str, request: Request, scene: Scene) -> str | None:
    """A number in an organisation's place that the roster does not have: 绑定 单位 14, 进度 99."""
    found = NUMBER.search(norm) if request.by_code and not isinstance(request, Redeem | KeepWebhook) else None
    if found is None or found[0] in scene.directory.names or getattr(request, "number", None):
        return None
    alone = request.intent == "bind" or (norm[: found.start()] + norm[found.end() :]).strip(" ,。") == request.words
    return found[0] if alone else None


def _missing(request: Request, *, named: bool, scene: Scene) -> tuple[str, ...]:
    """The slots that the request needs and does not have."""
    needs = set(request.needs)
    if isinstance(request, BY_REPLY) and scene.replied and scene.replied.about:
        needs = set()
    if named and not request.about_words and request.intent not in ("none", "help", "unknown"):
        needs.add("org")
    if request.asked_of and default_org(scene) is None and not _committee(scene):
        needs.add("org")
    return tuple(name for name in MISSING_ORDER if name in needs and not getattr(request, name, None))


def _committee(scene: Scene) -> bool:
    return any(member.role in ("admin", "staff") for member in scene.members)
