"""Whether a brand's name is much like another's, by its characters or by its sound: advice, never a refusal."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from storage.brands import OtherBrand

GENERAL = ("党建", "先锋", "红色", "引领", "支部", "品牌", "机关", "党员", "初心", "服务", "·", "—", "-", " ")
DOTS = re.compile("[·•—－ -]+")
ALIKE = 75
PAIRS_ALIKE = 0.5


def alike(name: str, others: Iterable[OtherBrand], limit: int = 3) -> list[OtherBrand]:
    """The brands whose names are much like this one, most alike first."""
    scored = [(likeness(name, other.name), place, other) for place, other in enumerate(others) if other.name]
    return [other for score, _, other in sorted(scored, key=lambda one: (-one[0], one[1])) if score >= ALIKE][:limit]


def likeness(one: str, other: str) -> float:
    """0 … 100, of the whole names or of their halves before and after the dot, whichever are most alike."""
    return max(_likeness(_core(first), _core(second)) for first in _halves(one) for second in _halves(other))


def _halves(name: str) -> list[str]:
    return [name, *(half for half in DOTS.split(name) if len(half) >= 3)]


def _likeness(first: str, second: str) -> float:
    """Characters or syllables in common; 100 for equal words, at least 75 for half of the character pairs in common."""
    if first == second:
        return 100.0
    score = max(fuzz.ratio(first, second), fuzz.ratio(_syllables(first), _syllables(second)))
    pairs, more = _pairs(first), _pairs(second)
    if pairs and more and len(pairs & more) / len(pairs | more) >= PAIRS_ALIKE:
        score = max(score, float(ALIKE))
    return score


def _core(name: str) -> str:
    """The name without the words that half of all names have; the whole name if nothing else is left."""
    rest = name
    for word in GENERAL:
        rest = rest.replace(word, "")
    return rest or name


def _syllables(name: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(name)


def _pairs(name: str) -> set[str]:
    return {name[place : place + 2] for place in range(len(name) - 1)}
