"""Names of organisations: learn what an account calls one, count what nobody understood."""

import re
from itertools import combinations
from typing import Any

from handlers import rights
from handlers.contract import Context
from messages import own_words
from messages.reading import names
from messages.reading.addressing import address
from messages.reading.directory import Directory
from messages.reading.result import Question
from messages.reading.teaching import learnable
from messages.reading.text import Text
from messages.reading.trust import looks_secret
from messages.requests import Request
from messages.requests.words import Unclear
from messages.writing.reply import Reply
from storage import aliases, organizations, unknown_words
from storage.tables import Organization

Ctx = Context[Any]
FIRST = re.compile(r"(?P<name>[一-鿿]{2,8}?)的?(?:进度|待办|记录|进展|情况)|(?P<phrase>[一-鿿]{2,6})(?=$|[\s:,])")
OFFICE = re.compile("[一-鿿]{3,}局|[一-鿿]{2,}(?:院|馆|站|口|中心|学校|医院|中学|小学|公司|集团)")
"""A word that ends like an organisation, and not as people speak of somebody (王建国支部, 张伟办的, 欧阳局)."""


async def learn(ctx: Ctx, words: str | None, code: str | None) -> Reply | None:
    """Keep words that may mean the organisation as the account's own name for it, and say so; None beyond its rights."""
    if not words or not code or code not in ctx.directory.names or not rights.may_read(ctx, code):
        return None
    organization = await organizations.by_code(ctx.session, code)
    if organization is None:
        return None
    return await keep(ctx, words, organization)


async def keep(ctx: Ctx, words: str, organization: Organization) -> Reply:
    """Make words the account's own name for an organisation, and say so."""
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
