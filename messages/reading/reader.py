"""`read(text, scene) -> Reading`: the steps of reading in their order."""

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any

from messages.reading import sketch as sketching
from messages.reading.addressing import address
from messages.reading.choosing import Choice, choose, default_org
from messages.reading.date_forms import find
from messages.reading.drafts import answered
from messages.reading.fields import FIELDS
from messages.reading.intents import BY_ID
from messages.reading.organizations import Mention, mentions
from messages.reading.result import Reading
from messages.reading.rules import Rank
from messages.reading.said import Said
from messages.reading.scene import Scene
from messages.reading.spans import Today
from messages.reading.text import Text
from messages.reading.trust import looks_secret

MISSING_ORDER = ("org", "brand", "type", "owner", "connotation", "content", "due", "reason")
KNOWN = frozenset(field.name for field in dataclass_fields(Reading))
NEVER_ORG = frozenset({"none", "help", "unknown", "plan", "alias", "explain", "preview", "delivery", "burden", "missing"})
"""Intents about all organisations: an organisation stands in them only when the text names it."""

ABOUT_WORDS = frozenset({"alias", "explain"})
"""Intents about words: the bot asks nothing back of the names in them."""


def read(text: str, scene: Scene) -> Reading:
    """What a message wants; a pure function of the words and the scene that never raises."""
    said = Text.of(text)
    secret = looks_secret(said.norm)
    addressed = address(said, scene.bot_names)
    if not (scene.addressed or scene.chat_kind == "private"):
        return Reading("none", secret=secret is not None, why=("群内未@本助手",))
    if addressed.everybody and scene.chat_kind != "private":
        return Reading("none", secret=secret is not None, why=("@所有人的通知",))
    reading, rank = _read(addressed.text, scene)
    reading = answered(reading, rank, addressed.text, scene)
    if secret:
        return replace(reading, secret=True, why=(*reading.why, f"疑似涉密字样“{secret}”"))
    return reading


def _read(text: Text, scene: Scene) -> tuple[Reading, Rank | None]:
    norm = text.norm
    today = Today(scene.now.date(), scene.workdays)
    named = mentions(norm, scene.directory)
    found = find(norm, today)
    drawn = sketching.sketch(norm, named, found)
    decision = sketching.decide(drawn)
    intent = decision.intent
    if decision.slip:
        text = Text(text.raw, norm := norm.replace(*decision.slip, 1))
    why = [
        f"句式：{drawn}",
        f"意图：{intent}（“{decision.matched}”符合规则“{decision.rule.example}”）" if decision.rule else "意图：没有符合的规则",
    ]
    if intent == "none":
        return Reading("none", why=tuple(why)), Rank.WHOLE
    choice = choose(norm, named, scene, intent)
    org_end = _name_end(norm, named, choice) if choice.named else 0
    fields: dict[str, Any] = {"action": decision.action}
    if intent in FIELDS:
        fields |= FIELDS[intent](Said(text, norm, found, today, org_end))
    if choice.org and (choice.named or intent not in NEVER_ORG):
        fields["org"] = choice.org
    if choice.unknown and intent not in ABOUT_WORDS:
        fields |= {"problem": "unknown_org", "problem_text": choice.unknown}
    if intent not in ABOUT_WORDS:
        fields |= {"candidates": choice.candidates, "org_words": choice.words or choice.unknown}
    if fields["action"] == "on_paper":
        fields |= {"action": None, "on_paper": True, "content": fields.get("content") or text.raw}
    fields["missing"] = _missing(intent, fields, choice.named, scene)
    why.append(f"组织：{choice.org or '未定'}（{choice.why}）" if choice.why else "组织：文中没有")
    why += [f"日期：“{m.words}”（{m.form}）" for m in found]
    clean = {name: value for name, value in fields.items() if name in KNOWN and value is not None}
    return Reading(intent, **clean, why=tuple(why)), decision.rule.rank if decision.rule else None


def _name_end(norm: str, named: list[Mention], choice: Choice) -> int:
    """Where the organisation's name ends, whether it is known, open or unknown."""
    if choice.unknown:
        return norm.find(choice.unknown) + len(choice.unknown)
    codes = {choice.org, *choice.candidates}
    return next((m.end for m in named if codes & set(m.codes)), 0)


def _missing(intent: str, fields: dict[str, Any], named: bool, scene: Scene) -> tuple[str, ...]:
    needs = set(BY_ID[intent].needs) if intent in BY_ID else set()
    if fields.get("action") in ("cancel", "confirm", "resume"):
        needs = set()
    if fields.get("action") in ("agree", "refuse", "received", "not_received"):
        needs = {"org"} if not (scene.replied and scene.replied.about) else set()
    if (named or fields.get("candidates")) and intent not in ("none", "help", "unknown", *ABOUT_WORDS):
        needs.add("org")
    if intent in ("status", "todo", "history") and default_org(scene) is None and not _committee(scene):
        needs.add("org")
    return tuple(name for name in MISSING_ORDER if name in needs and not fields.get(name))


def _committee(scene: Scene) -> bool:
    return any(member.role in ("admin", "staff") for member in scene.members)
