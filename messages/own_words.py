"""The bot's own language: the words that its rules know."""

import re
from functools import cache

from messages.reading.intents import INTENTS

WORD = re.compile("(?<![一-鿿])[一-鿿]{2,4}(?![一-鿿])")
"""Characters between the signs of a rule; in a longer run two words meet."""


@cache
def words() -> frozenset[str]:
    """The short words of all rules and their examples."""
    return frozenset(
        word for intent in INTENTS for rule in intent.rules for word in WORD.findall(f"{rule.pattern} {rule.example}")
    )
