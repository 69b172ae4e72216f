"""Numbers as people write them: 36, 三十六, 两百, 一百零八, 40余, 3场."""

import re

DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "廿": 20, "卅": 30}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
CHINESE = r"[零一二两三四五六七八九十百千万廿卅]"
NUMBER = rf"(?:\d{{1,12}}(?:\.\d{{1,6}})?[万千]?|{CHINESE}{{1,24}})"
"""A cardinal number in normalised text; no longer than people write it, for a search tries each place of a long row of figures."""
_PLAIN = re.compile(r"(\d+(?:\.\d+)?)([万千]?)")


def number(words: str) -> int | None:
    """The value of a number in normalised text; None if it is none.

    >>> number("三十六"), number("两百"), number("1.2万"), number("二零二六")
    (36, 200, 12000, 2026)
    """
    words = words.strip()
    if match := _PLAIN.fullmatch(words):
        return round(float(match[1]) * UNITS.get(match[2], 1))
    if not words or any(sign not in DIGITS and sign not in UNITS for sign in words):
        return None
    if len(words) > 1 and not any(sign in UNITS or sign in "廿卅" for sign in words):
        return int("".join(str(DIGITS[sign]) for sign in words))
    return _spelled(words)


def _spelled(words: str) -> int:
    """一千二百零三, 两百五 (= 250), 廿三."""
    total = part = digit = 0
    last_unit = 1
    for sign in words:
        if sign in "廿卅":
            part += DIGITS[sign]
            last_unit = 10
        elif sign in DIGITS:
            digit = DIGITS[sign]
            if sign == "零":
                last_unit = 1
        elif sign == "万":
            total += (part + digit) * 10000
            part = digit = 0
            last_unit = 10000
        else:
            last_unit = UNITS[sign]
            part += (digit or (1 if last_unit == 10 or not part else 0)) * last_unit
            digit = 0
    return total + part + digit * (last_unit // 10 if last_unit >= 100 and digit and words[-1] in DIGITS else 1)
