"""Phone and identity numbers masked, however they are written: looked for in the one form, cut out of what was typed."""

import re
import unicodedata

from messages.reading.characters import CIRCLED
from messages.reading.one_form import Edit, edited
from messages.reading.text import Text

FIGURES = 11
"""A text with fewer figures holds no such number."""
GAP = r"[ \-./_·•‧∙・]"
BORN = r"(?:1S[89]|2S0)S\dS\dS(?:0S[1-9]|1S[0-2])S(?:0S[1-9]|[12]S\d|3S[01])"
IDENTITY = rf"(?<!\d)(?:\d{{17}}|[1-9]S(?:\dS){{5}}{BORN}S(?:\dS){{3}})[\dx×хХⅩⅹ](?!\d)".replace("S", rf"{GAP}{{0,3}}")
"""18 figures in a row, or in groups with a day of birth in its place; the last one may be an X."""
COUNTRY = r"(?:(?:\+?\(\+?(?:00)?86\)|\+?(?:00)?[ \-]?86)[ \-.]{0,3})?(?:\(0\)|0)?"
PHONE = (
    rf"(?<![\d¥$])(?<!(?<!\d)0\.)(?<!0\d\d[ )\-])(?<!0\d\d\d[ )\-]){COUNTRY}(?:"
    r"(?:\(1[3-9]\d\)|1[3-9]\d)[ \-()]{0,3}\d{4}[ \-()]{0,3}\d{4}"
    rf"|1[3-9]\d(?P<a>{GAP}{{1,3}})(?:\d{{4}}(?P=a)\d{{4}}|\d{{3}}(?P=a)\d{{5}}|\d\d(?:(?P=a)\d\d){{3}})"
    rf"|1[3-9]\d\d(?P<b>{GAP}{{1,3}})(?:\d{{4}}(?P=b)\d{{3}}|\d{{3}}(?P=b)\d{{4}})"
    rf"|1(?P<c>{GAP}{{1,3}})[3-9](?:(?P=c)\d){{9}}"
    r")(?!\d|\.\d\d?(?!\d)| ?(?:元(?!旦)|[万亿]))"
    r"|(?<![零一二三四五六七八九])[一幺][三四五六七八九][零一二三四五六七八九幺]{9}(?![零一二三四五六七八九十])"
)
"""11 figures in a row or in groups, also behind the country's number; an area code begins no mobile number."""
NUMBER = re.compile(rf"(?P<identity>{IDENTITY})|{PHONE}")


def mask(text: str) -> str:
    """The text without 18-digit identity numbers and 11-digit phone numbers; all else as it was typed."""
    if sum(map(str.isnumeric, text)) < FIGURES:
        return text
    said = Text.whole(text)
    masked = _masked(said, circled=False)
    if not any(sign in CIRCLED for sign in said.norm):
        return masked
    return _masked(Text.whole(masked), circled=True)  # ① is the number of an item, or a figure of the number: both are tried


def _masked(said: Text, *, circled: bool) -> str:
    figures = [edit for place, sign in enumerate(said.norm) if (edit := _figure(place, sign, circled))]
    said = Text(*edited(said.cells, said.norm, figures)) if figures else said
    kept: list[str] = []
    end = 0
    for match in NUMBER.finditer(said.norm):
        kept += [said[end : match.start()].raw, "［身份证号］" if match["identity"] else "［手机号］"]
        end = match.end()
    return "".join((*kept, said[end:].raw))


def _figure(place: int, sign: str, circled: bool) -> Edit | None:
    """A figure of any script as a plain one."""
    if sign <= "\x7f" or not sign.isnumeric():
        return None
    if sign in CIRCLED:
        return (place, place + 1, str(CIRCLED.index(sign))) if circled else None
    value = unicodedata.digit(sign, None)
    return None if value is None else (place, place + 1, str(value))
