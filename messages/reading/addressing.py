"""Whom a message speaks to: the bot's name, other mentions, a slash command."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from messages.reading.characters import simplify
from messages.reading.text import Text
from messages.requests import SLASH as STANDS_FOR

EVERYBODY = re.compile(r"@(?:所有人|全体成员|全体人员|全体|all|everyone)")
MENTION = re.compile(r"@[^\s@,。;:、!?()]{1,24}")
SLASH = re.compile(r"^\s*/([a-z_]{1,32})(?:@[a-z0-9_]{1,64})?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Addressed:
    """What is left to read, and whom else the message names."""

    text: Text
    named: bool  # the bot's name stands in it
    everybody: bool  # a notice to all
    others: bool  # somebody else is mentioned


@lru_cache(maxsize=64)
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    wanted = sorted((simplify(name).strip() for name in names), key=len, reverse=True)
    spelled = "|".join(r"\s*".join(re.escape(part) for part in name.split()) for name in wanted if name)
    return re.compile(rf"@\s?(?:{spelled})(?:\s*\((?:机器人|bot)\))?[\s:,]*" if spelled else r"(?!)")


def address(text: Text, names: Iterable[str]) -> Addressed:
    """Take the address off: `@name` anywhere (the name may hold spaces), other mentions, `/command@bot`."""
    own = [match.span() for match in _names(tuple(names)).finditer(text.norm)]
    rest = text.without(own)
    everybody = EVERYBODY.search(rest.norm) is not None
    rest = rest.without([match.span() for match in EVERYBODY.finditer(rest.norm)])
    spans = [match.span() for match in MENTION.finditer(rest.norm)]
    rest = rest.without(spans)
    if slash := SLASH.match(rest.norm):
        word = STANDS_FOR[slash[1]].words if slash[1] in STANDS_FOR else slash[1]
        rest = Text([*word, *rest.cells[slash.end() :]], word + rest.norm[slash.end() :])
    return Addressed(rest.trim(" \n,:"), bool(own), everybody, bool(spans))
