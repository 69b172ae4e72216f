"""Which organisation is meant: asked back, with at most three to choose from."""

import re
from collections import Counter
from difflib import get_close_matches
from itertools import combinations
from typing import Any

from handlers import rights
from handlers.contract import Context, Refusal
from messages.reading import names
from messages.reading.result import Question
from messages.requests import Request, filled
from messages.writing.reply import Button

Ctx = Context[Any]
MOST_CHOICES = 3
NUMBER = re.compile(r"[0-9._-]+")
NEAR = 0.5
"""How alike a number is to one of the roster's, from 0 to 1, to be offered in its place."""
GENERAL = frozenset("市县区省党机关委局办厅部的")
"""Characters that so many names share that they tell nothing."""
SUBTREE = 200
"""Organisations below the sender's own that are looked at for something similar."""


def which(ctx: Ctx, said: Request | Question) -> Refusal:
    """The question back, with a button for each organisation that the words may mean within the sender's rights.

    Where nobody was named, the sender's own are offered.
    """
    question = said if isinstance(said, Question) and said.whose_is_open else _nobody(said)
    asked, words, unknown = question.request, question.name, question.problem == "unknown_org"
    if "org" not in question.missing:
        return Refusal("common/unknown_org", problem_text=words or "")
    possible = tuple(code for code in dict.fromkeys(question.candidates) if _possible(ctx, asked, code))
    if question.candidates and not possible:
        return Refusal("rights/not_yours", org=None, reading=asked.asks)
    known = ctx.directory.names
    choices = {code: known[code].short for code in possible or _guessed(ctx, words) if code in known}
    buttons = tuple(
        Button(filled(asked, org=code), text=short, only=ctx.sender.account_id, words=words) for code, short in choices.items()
    )
    template, values = ("common/unknown_org", {"problem_text": words}) if unknown else ("common/which_org", {})
    candidates = list(choices.values())
    if unknown and NUMBER.fullmatch(words or ""):
        template, candidates = "common/unknown_number", [f"{code}（{short}）" for code, short in choices.items()]
    open_slots = (*question.missing, question.slot) if question.slot else question.missing
    return Refusal(template, missing=open_slots, buttons=buttons, candidates=candidates, **values)


def _nobody(said: Request | Question) -> Question:
    """A request that names no organisation."""
    return Question(said.request if isinstance(said, Question) else said, ("org",))


def _guessed(ctx: Ctx, words: str | None) -> tuple[str, ...]:
    """What is similar to the words; where nobody was named, the sender's own."""
    if words is not None:
        return similar(ctx, words)
    return tuple(dict.fromkeys(rights.own(ctx, "secretary", "member")))[:MOST_CHOICES]


def _possible(ctx: Ctx, asked: Request, code: str) -> bool:
    """The sender may have meant it: it stands within their rights. Who binds a group has none yet."""
    if asked.intent == "bind" or not ctx.sender.members:
        return True
    return (rights.may_read if asked.asks else rights.may_act)(ctx, code)


def similar(ctx: Ctx, words: str) -> tuple[str, ...]:
    """At most three organisations within the sender's rights whose numbers, or names, share something with the words."""
    if NUMBER.fullmatch(words):
        seen = [code for code in ctx.directory.names if rights.serves_committee(ctx) or rights.may_read(ctx, code)]
        return tuple(get_close_matches(words, seen, MOST_CHOICES, NEAR))
    signs = [sign for sign in dict.fromkeys(names.key(words)[:12]) if sign not in GENERAL]
    shared: Counter[str] = Counter()
    if rights.serves_committee(ctx):
        for pair in combinations(signs, 2):
            shared.update({code for _, code in ctx.directory.containing("".join(pair))})
    else:
        for code in _below(ctx):
            shared[code] = len(set(signs) & set(ctx.directory.core(code)))
    return tuple(code for code, count in shared.most_common(MOST_CHOICES) if count)


def _below(ctx: Ctx) -> list[str]:
    """The sender's own organisations and what a secretary has below, nearest first."""
    found = [code for code in rights.own(ctx, "secretary", "member") if code in ctx.directory.names]
    for code in found:
        if len(found) > SUBTREE:
            break
        if rights.may_act(ctx, code):
            found += [child for child in ctx.directory.below(code) if child not in found]
    return found
