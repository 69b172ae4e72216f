"""The forms in which people write an organisation's name, and what keeps two names apart: level and ordinal."""

import json
import re
from functools import lru_cache

from messages.reading import library_data
from messages.reading.characters import simplify

KIND = re.compile(r"(?:机关|直属|联合)?(?:党委|党总支|总支部|总支|党支部|支部|党组织|党组|党工委)(?:委员会)?$|(?<=.{3})机关$")
"""What stands at the end of a formal name and is left out in talk."""
TAIL = re.compile(r"(?:机关|直属)?(?:党委|党总支|总支部|总支|党支部|支部|党组织|党组|机关)(?:委员会)?")
LEVEL = re.compile(r"^(?:中共)?(省|市|县|区|旗)(?:直属|直)?(委(?=.*[部办委室会校]))?(?=.{2})")
ORDINAL = re.compile(r"第?([零一二三四五六七八九十]+)(?=中|小|院|医院|人民医院|幼|分|支|总支|党|大队|中队|科|处|所|实验|高中)")
NUMBERED = re.compile(r"第?([一二三四五六七八九十]+)(实验)?(中学|小学|人民医院|医院|中医院|幼儿园|党支部|支部)$")
SHORTER = {"中学": "中", "小学": "小", "人民医院": "院", "医院": "院", "党支部": "支部", "幼儿园": "幼"}
NUMBERED_ENDS = frozenset("学院园部")
TOO_GENERAL = frozenset(
    {
        "办公室",
        "机关",
        "支部",
        "党支部",
        "中学",
        "小学",
        "医院",
        "学校",
        "中心",
        "委员会",
        "党委",
        "党总支",
        "本级",
        "离退休",
        "老干部",
    }
)
DIGITS = {ord(digit): chinese for digit, chinese in zip("0123456789", "零一二三四五六七八九", strict=True)}
SPLIT = re.compile(r"[、,/;|\s]+")


def key(name: str) -> str:
    """A name as the index spells it: normalised, digits as Chinese numerals; same length."""
    return simplify(name).translate(DIGITS)


def level(name: str) -> str | None:
    """省, 市, 县 or 区, when the (keyed) name begins with it."""
    match = LEVEL.match(name)
    return match[1] if match and not name.startswith("市场") else None


def ordinals(name: str) -> tuple[str, ...]:
    """The ordinals in a (keyed) name: 第二中学 → 二."""
    return tuple(ORDINAL.findall(name))


def strip_level(name: str) -> str:
    """Without 市, 市委 …, unless nothing telling would be left."""
    if name.startswith("市场") or not (match := LEVEL.match(name)):
        return name
    rest = name[match.end() :]
    return name if rest in TOO_GENERAL or len(rest) < 2 else rest


def core(name: str) -> str:
    """A (keyed) formal name without level and kind: 市…局机关党委 → …局."""
    bare = KIND.sub("", name)
    return strip_level(bare) if len(bare) >= 2 else name


def shorter(name: str, bare: str) -> set[str]:
    """The shorter forms of a (keyed) formal name that people can be expected to use; `bare` is its core."""
    forms = {bare, name.removesuffix("委员会")}
    whole = KIND.sub("", name)
    if len(whole) > len(bare):
        forms.add(whole)
    forms.update(joined(bare))
    if name[-1] in NUMBERED_ENDS or bare[-1] in NUMBERED_ENDS:
        forms |= {form for long in (strip_level(name), bare) for form in _numbered(long)}
    return {form for form in forms if len(form) >= 2 and form not in TOO_GENERAL}


def joined(bare: str) -> list[str]:
    """The parts of a joint organisation's core, each without its level: 甲馆、乙中心."""
    return [strip_level(part) for part in bare.split("、")] if "、" in bare else []


def _numbered(form: str) -> set[str]:
    """第二中学, 二中 …; 第一支部."""
    match = NUMBERED.search(form)
    if match is None:
        return set()
    before, middle, kind = form[: match.start()], match[2] or "", match[3]
    forms = {form, f"{before}第{match[1]}{middle}{kind}"}
    if kind.endswith("支部"):
        forms |= {f"第{match[1]}党支部", f"第{match[1]}支部"}
    if kind in SHORTER:
        forms.add(f"{before}{match[1]}{middle}{SHORTER[kind]}")
    return forms


@lru_cache(maxsize=1)
def _syllables() -> dict[str, str]:
    return {}


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    """Readings by a character's code, the usual one first. Importing the library would load its phrases too, 45 MiB."""
    return {int(code): said for code, said in json.loads(library_data.text_of("pypinyin", "pinyin_dict.json")).items()}


@lru_cache(maxsize=30_000)
def sound(sign: str) -> str:
    """One character for the syllable of a Chinese character: without tone; z/zh, in/ing and the like are one."""
    import unicodedata

    reading = _readings().get(ord(sign))
    if not reading:
        return sign
    plain = "".join(c for c in unicodedata.normalize("NFD", reading.split(",")[0]) if c.isascii())
    plain = re.sub(r"^([zcs])h", r"\1", plain)
    plain = re.sub(r"(?<=[ie])ng$", "n", plain)
    known = _syllables()
    return known.setdefault(plain, chr(0xE000 + len(known)))


def sounds(name: str) -> str:
    """A name as a string of syllable signs, of the same length."""
    return "".join(map(sound, name))
