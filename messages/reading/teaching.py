"""What an answer teaches: whether it only tells whose name some words are, and whether they may become one."""

import re

from messages.reading import names
from messages.reading.directory import Directory
from messages.reading.organizations import FUNCTION, mentions
from messages.reading.text import Text
from messages.reading.trust import looks_secret

WORD = re.compile(r"[一-鿿a-z0-9·]{2,16}")
ANSWER = re.compile(r"^(?:就是|是|应该是|指的?是|指|我说的是|选)|(?:吧|呢|啊|的|那个|这个)$")


def only_names(text: Text, code: str | None, directory: Directory) -> bool:
    """The text is nothing but this organisation's name: an answer to the question, not a new command."""
    norm = text.trim(" \n,。;:、.!?~“”'\"-").norm
    norm = ANSWER.sub("", ANSWER.sub("", norm)).strip("“”\"' ")
    found = mentions(norm, directory)
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


def may_mean(directory: Directory, words: str | None, code: str | None) -> bool:
    """The words may become a name of the organisation, if both were told."""
    return bool(words and code and code in directory.names and objection(directory, words, code) is None)
