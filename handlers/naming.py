"""Which organisation is meant: ask with at most three to choose from, learn from the answer, count what nobody understood."""

import re
from collections import Counter
from itertools import combinations
from typing import Any

from handlers import rights
from handlers.contract import Context, Refusal
from messages import own_words
from messages.reading import names
from messages.reading.addressing import address
from messages.reading.directory import Directory
from messages.reading.organizations import FUNCTION, mentions
from messages.reading.result import Question
from messages.reading.text import Text
from messages.reading.trust import looks_secret
from messages.requests import Request
from messages.requests.words import Unclear
from messages.writing.reply import Reply
from storage import aliases, organizations, unknown_words

Ctx = Context[Any]
MOST_CHOICES = 3
GENERAL = frozenset("市县区省党机关委局办厅部的")
"""Characters that so many names share that they tell nothing."""
SUBTREE = 200
"""Organisations below the sender's own that are looked at for something similar."""
WORD = re.compile(r"[一-鿿a-z0-9·]{2,16}")
ANSWER = re.compile(r"^(?:就是|是|应该是|指的?是|指|我说的是|选)|(?:吧|呢|啊|的|那个|这个)$")
FIRST = re.compile(r"(?P<name>[一-鿿]{2,8}?)的?(?:进度|待办|记录|进展|情况)|(?P<phrase>[一-鿿]{2,6})(?=$|[\s:,])")
OFFICE = re.compile("[一-鿿]{3,}局|[一-鿿]{2,}(?:院|馆|站|口|中心|学校|医院|中学|小学|公司|集团)")
"""A word that ends like an organisation, and not as people speak of somebody (王建国支部, 张伟办的, 欧阳局)."""


def ask(ctx: Ctx, question: Question) -> Refusal:
    """The question back, with a button for each organisation that the words may mean within the sender's rights."""
    asked = question.request
    possible = tuple(code for code in dict.fromkeys(question.candidates) if _possible(ctx, asked, code))
    if question.candidates and not possible:
        return Refusal("rights/not_yours", org=None, reading=asked.asks)
    unknown = question.problem == "unknown_org"
    words = question.problem_text if unknown else question.words
    codes = possible or (similar(ctx, words) if words else ())
    refusal = rights.which(ctx, codes, asked, words, guess=words is None)
    if unknown:
        refusal.reply = Reply(
            "common/unknown_org", {**refusal.reply.values, "problem_text": words}, buttons=refusal.reply.buttons
        )
    refusal.missing = question.missing
    return refusal


def _possible(ctx: Ctx, asked: Request, code: str) -> bool:
    """The sender may have meant it: it stands within their rights. Who binds a group has none yet."""
    if asked.intent == "bind" or not ctx.sender.members:
        return True
    return (rights.may_read if asked.asks else rights.may_act)(ctx, code)


def similar(ctx: Ctx, words: str) -> tuple[str, ...]:
    """At most three organisations within the sender's rights whose names share something with the words."""
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


def is_answer(ctx: Ctx, code: str | None) -> bool:
    """The message is nothing but this organisation's name: an answer to the question, not a new command."""
    text = address(Text.of(ctx.text), (ctx.bot_name,)).text.trim(" \n,。;:、.!?~“”'\"-")
    norm = ANSWER.sub("", ANSWER.sub("", text.norm)).strip("“”\"' ")
    found = mentions(norm, ctx.directory)
    whole = len(found) == 1 and found[0].start == 0 and found[0].end == len(norm)
    return whole and code in found[0].codes


def learnable(words: str) -> bool:
    """Fit to be a name: neither too general nor another word for oneself, nothing that looks secret."""
    keyed = names.key(words)
    general = names.strip_level(keyed) in names.TOO_GENERAL or FUNCTION.fullmatch(keyed)
    return WORD.fullmatch(keyed) is not None and not general and looks_secret(words) is None


def bearers(directory: Directory, words: str) -> tuple[str, ...]:
    """The organisations whose name this is exactly, one's own aliases aside."""
    shared = directory.with_aliases({})
    keyed = names.key(words)
    return shared.exact(keyed) or shared.exact(keyed.removeprefix("市"))


def objection(directory: Directory, words: str, code: str) -> tuple[str, str] | None:
    """Why the words cannot become the organisation's name, and whose name they are; None where they can.

    `known`: it is its name already · `taken`: another's name exactly · `unfit`: too general, too long, or of another level
    (县…局) or ordinal (第二…).
    """
    exactly = bearers(directory, words)
    if exactly:
        owner = code if code in exactly else exactly[0]
        return None if code in exactly and len(exactly) > 1 else ("known" if owner == code else "taken", owner)
    keyed, formal = names.key(words), names.key(directory.names[code].short)
    other_level = names.level(keyed) not in (None, "市", names.level(formal))
    other_ordinal = bool(names.ordinals(keyed)) and names.ordinals(keyed) != names.ordinals(formal)
    return ("unfit", code) if other_level or other_ordinal or not learnable(words) else None


async def learn(ctx: Ctx, words: str | None, code: str | None) -> Reply | None:
    """Keep the words as the account's own name for the organisation, and say so; None where they are no name for it."""
    if not words or not code or code not in ctx.directory.names or not rights.may_read(ctx, code):
        return None
    organization = await organizations.by_code(ctx.session, code)
    if organization is None or objection(ctx.directory, words, code):
        return None
    await aliases.learn(ctx.session, ctx.sender.account_id, organization.id, words)
    return Reply("alias/learned", {"word": words, "org": organization.short_name})


def nobodys(word: str, kind: str, directory: Directory) -> bool:
    """No person's name: made of nothing but the bot's own words and, where a name is looked for, parts of organisations' names.

    What is looked for as a name may also be new altogether, as long as it ends like an organisation.
    """
    keyed = names.key(word)
    known: set[int] = set()
    for start, end in combinations(range(len(keyed) + 1), 2):
        part = keyed[start:end]
        if part in own_words.words() or (kind == "name" and len(part) == 2 and directory.has(part)):
            known.update(range(start, end))
    return len(known) == len(keyed) or (kind == "name" and OFFICE.fullmatch(keyed) is not None)


async def count(ctx: Ctx, said: Request | Question, asked: tuple[str, ...] = ()) -> None:
    """Count the name or the first word that was not understood; never the rest of the message, and never a person's name.

    `asked`: what the open question asks for; the answer to a question for a post is not counted at all.
    """
    if "owner" in asked or not ctx.sender.members or looks_secret(Text.of(ctx.text).norm):
        return
    told = said.words if isinstance(said, Question) else None
    word, kind = told, "name"
    if word is None and isinstance(said, Unclear):
        first = FIRST.match(address(Text.of(ctx.text), (ctx.bot_name,)).text.norm)
        if first is not None:
            word, kind = (first["name"], "name") if first["name"] else (first["phrase"], "phrase")
    if word is None or not learnable(word) or not nobodys(word, kind, ctx.directory):
        return
    await unknown_words.count(ctx.session, word, kind, ctx.today)
