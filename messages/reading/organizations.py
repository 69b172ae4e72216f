"""Which organisation a message is about: names found in the text, kept apart by level, ordinal and neighbours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from messages.reading import names as spelling
from messages.reading.directory import Directory, Hit

HIGHER = frozenset(("省", "县", "区", "旗", "镇", "乡", "州"))
"""Levels that no organisation of a city's own has: …局 behind one of them is another one's."""
OTHER_BEFORE = re.compile(
    r"(?:儿童|铁路|海事|高级|军事|最高|妇幼|森林|海关|开发区|高新|国家|全国|外省|外市|兄弟|"
    r"[东西南北](?=分|局|院|站)|第[一二三四五六七八九十]+|分)$"
)
OTHER_WORD = re.compile(r"代表|委员(?!会)|卡|干警|民警|干部职工|系统")
"""Behind a name they make another word of it, and no organisation."""
OTHER_AFTER = re.compile(
    r"厅|[一-鿿]{1,4}?(?:支队|大队|中队|总队|分局|派出所|分院|分中心)|"
    r"(?:第[一二三四五六七八九十]+|[一二三四五六七八九十])(?:支部|党支部|党小组|小组|科|处|大队)"
)
"""Behind a name they make it the name of a part, which is not in the directory."""
ENDING = re.compile(
    r"(?:委员会|局|委|办|院|部|中心|支队|大队|总队|站|馆|所|处|中学|小学|学校|中|小|公司|集团|协会|党委|总支|支部|机关)"
)
HEARD_ENDING = re.compile(r"[局居句剧具菊委位伟伪院苑园原源办半伴部步布站战占展队对馆管官所锁校效心新]|支部|支队")
RUN = re.compile(r"[一-鿿]{2,}")
ABOVE = re.compile(r"(?:省|国家|中央|全国)[一-鿿]{2,6}?(?:厅|局|委|办|院)")
GENERAL = {"中院": "中法院", "高院": "高法院", "市监局": "市场监局", "检院": "检察院"}
"""Abbreviations whose meaning is fixed, spelled out enough to fit only what they stand for."""
FUNCTION = re.compile(
    r"(?:我们|我|咱们|咱|本|该|各|哪个|哪些|什么|其他|兄弟|有关|相关|直属|所属|下属|上级|每个)(?:局|委|办|院|部|单位|支部|机关|党委|总支|党支部|中心|站)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text that names an organisation; several codes when the name is not one organisation's alone."""

    start: int
    end: int
    codes: tuple[str, ...]
    way: str  # exact, child, abbreviation, sound, typo, unsure; part: of a part of it; unknown (without codes)


def mentions(norm: str, directory: Directory) -> list[Mention]:
    """All organisations named in a normalised text, in order."""
    keyed = spelling.key(norm)
    found = list(_exact(keyed, directory))
    found += [
        Mention(m.start(), m.end(), (), "unknown")
        for m in ABOVE.finditer(keyed)
        if not any(known.start < m.end() and m.start() < known.end for known in found)
    ]
    found.sort(key=lambda mention: mention.start)
    if not any(mention.codes for mention in found):
        left = keyed
        for mention in found:
            left = left[: mention.start] + " " * (mention.end - mention.start) + left[mention.end :]
        found += list(_inexact(left, directory))
    return _refined(found, keyed, directory)


def _exact(keyed: str, directory: Directory) -> Iterator[Mention]:
    start = 0
    while start < len(keyed) - 1:
        hit = directory.at(keyed, start)
        if hit is None:
            start += 1
            continue
        if OTHER_WORD.match(keyed, hit.end):
            start = hit.end
            continue
        if other := _longer(hit, keyed, directory):
            yield other
            start = other.end
            continue
        end = hit.end
        if tail := spelling.TAIL.match(keyed, end):
            end = tail.end()
        yield Mention(start - (keyed[start - 1 : start] == "市"), end, hit.codes, "exact")
        start = end


def _longer(hit: Hit, keyed: str, directory: Directory) -> Mention | None:
    """The longer name of another organisation that the hit is only a part of."""
    before = keyed[max(0, hit.start - 5) : hit.start]
    if before[-1:] in HIGHER and not before.endswith(("社区", "市区")):
        return Mention(hit.start - 1, hit.end + (keyed[hit.end : hit.end + 1] in ("厅", "局", "委", "办", "院")), (), "unknown")
    if before.endswith("市") and all(_level(directory, code) not in (None, "市") for code in hit.codes):
        return Mention(hit.start - 1, hit.end, (), "unknown")
    if longer := _with_place(hit, keyed, directory):
        return longer
    if other := OTHER_BEFORE.search(before):
        return Mention(hit.start - len(other[0]), hit.end, (), "unknown")
    if part := OTHER_AFTER.match(keyed, hit.end):
        return Mention(hit.start, part.end(), hit.codes, "part")
    return None


def _with_place(hit: Hit, keyed: str, directory: Directory) -> Mention | None:
    """A name with a place before it that is one other organisation's: 某县 left out of 某县…局."""
    for start in range(max(0, hit.start - 4), hit.start - 1):
        word = keyed[start : hit.end]
        if not RUN.fullmatch(word):
            continue
        found = _subsequence(word, None, directory)
        if (
            found
            and found[1] == "abbreviation"
            and found[0][0] not in hit.codes
            and directory.core(found[0][0])[:2] == word[:2]
        ):
            return Mention(start, hit.end, found[0], "abbreviation")
    return None


def _level(directory: Directory, code: str) -> str | None:
    return spelling.level(spelling.key(directory.names[code].short))


def _refined(found: list[Mention], keyed: str, directory: Directory) -> list[Mention]:
    """Two neighbours, the second below the first, are one: …局…支队."""
    result: list[Mention] = []
    for mention in found:
        above = result[-1] if result else None
        if above and len(above.codes) == 1:
            gap = keyed[above.end : mention.start]
            children = tuple(
                code for code in mention.codes if directory.within(code, above.codes[:1]) and code != above.codes[0]
            )
            if children and re.fullmatch(r"(?:的|下属|所属|下面|直属|机关|[ ,/·\-])*", gap):
                result[-1] = Mention(above.start, mention.end, children, "child")
                continue
        result.append(mention)
    return result


def _inexact(keyed: str, directory: Directory) -> Iterator[Mention]:
    """Abbreviations, homophones and slips, only where no name is written out."""
    text = FUNCTION.sub(lambda m: " " * len(m[0]), keyed)
    unsure: Mention | None = None
    for way in (_abbreviation, _sound, _slip):
        for run in RUN.finditer(text):
            for part in _parts(run[0], way is _sound):
                if best := way(part, directory):
                    start, end, codes, how = best
                    mention = _with_tail(Mention(run.start() + start, run.start() + end, codes, how), keyed)
                    if how != "unsure":
                        yield mention
                        return
                    unsure = unsure or mention
    if unsure:
        yield unsure


def _with_tail(mention: Mention, keyed: str) -> Mention:
    tail = spelling.TAIL.match(keyed, mention.end)
    return Mention(mention.start, tail.end() if tail else mention.end, mention.codes, mention.way)


def _parts(run: str, heard: bool) -> list[str]:
    """The beginnings of a run that end (or sound as if they ended) like an organisation; all of it when it is short."""
    ends = [match.end() for match in (HEARD_ENDING if heard else ENDING).finditer(run)]
    if len(run) <= 5:
        ends.append(len(run))
    return [run[:end] for end in sorted(set(ends))]


Found = tuple[int, int, tuple[str, ...], str]


def _abbreviation(part: str, directory: Directory) -> Found | None:
    """The longest end of the part that is a subsequence of names: same first and last character, level and ordinals."""
    bare = spelling.KIND.sub("", part) or part
    for start in range(max(0, len(bare) - 12), len(bare) - 1):
        if bare[start - 1 : start] in HIGHER:
            break
        word = bare[start:]
        wanted_level = spelling.level(word)
        short = next((full for abbreviation, full in GENERAL.items() if word.endswith(abbreviation)), None)
        short = short or spelling.strip_level(word)
        if (
            len(short) < 2
            or (len(short) < 3 and short[0] in "市省县区")
            or (len(short) < 3 and start and not wanted_level)
            or short in spelling.TOO_GENERAL
        ):
            continue
        codes = _subsequence(short, wanted_level, directory)
        if codes:
            return start, len(bare), codes[0], codes[1]
    return None


def _subsequence(short: str, wanted_level: str | None, directory: Directory) -> tuple[tuple[str, ...], str] | None:
    near: list[tuple[str, str]] = []
    for core, code in directory.containing(short):
        level = _level(directory, code)
        if wanted_level and level not in (None, wanted_level):
            continue
        if is_subsequence(short, core) and spelling.ordinals(short) == spelling.ordinals(core):
            near.append((core, code))
    if not near:
        return None
    codes = tuple(dict.fromkeys(code for _, code in near))
    firsts = {code for core, code in near if core[-1] == short[-1] and core[0] == short[0]}
    clear = firsts | {code for core, code in near if core.endswith(short)}
    if not clear and len(codes) == 1 and any(core.startswith(short) for core, _ in near):
        clear = set(codes)
    if len(clear) == 1 and (len(codes) == 1 or clear == firsts):
        return tuple(clear), "abbreviation"
    return codes[:3], "unsure"


def is_subsequence(short: str, core: str) -> bool:
    """True when the characters of `short` stand in `core` in their order."""
    signs = iter(core)
    return all(sign in signs for sign in short)


def _sound(part: str, directory: Directory) -> Found | None:
    """A name of three characters or more that only sounds like what was typed."""
    for start in range(len(part) - 2):
        if part[start - 1 : start] in HIGHER:
            break
        word = part[start:]
        short = spelling.strip_level(word)
        sounds = spelling.sounds(short)
        codes = tuple(
            dict.fromkeys(
                code
                for name, code in directory.sounding(short)
                if spelling.sounds(name) == sounds and _same_ordinals(short, name) and len(name) >= 3
                if spelling.level(word) in (None, _level(directory, code))
            )
        )
        if codes:
            return start, len(part), codes, "sound"
    return None


def _same_ordinals(typed: str, name: str) -> bool:
    return spelling.ordinals(typed) == spelling.ordinals(name)


def _slip(part: str, directory: Directory) -> Found | None:
    """A name of four characters or more with one wrong character: only offered, never acted on."""
    for start in range(len(part) - 3):
        if part[start - 1 : start] in HIGHER:
            break
        word = spelling.strip_level(spelling.KIND.sub("", part[start:]) or part[start:])
        if len(word) < 4:
            continue
        codes = []
        for skip in range(len(word)):
            for core, code in directory.containing(word[:skip] + word[skip + 1 :]):
                if len(core) == len(word) and sum(a != b for a, b in zip(core, word, strict=True)) == 1 and code not in codes:
                    codes.append(code)
        if codes:
            return start, len(part), tuple(codes[:3]), "typo" if len(codes) == 1 else "unsure"
    return None
