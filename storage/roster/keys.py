"""What a spreadsheet program may have made of a code: a date, a number, one without its zeros."""

import re
from collections.abc import Iterable

DATE = re.compile(
    r"\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}[-/]\d{1,2}[-/]\d{4}"
    r"|\d{1,4}年\d{1,2}月|\d{1,2}月\d{1,2}日|\d{1,2}-[A-Za-z]{3}(?:-\d{2,4})?|[A-Za-z]{3}-\d{1,4}|\d{2}:\d{2}:\d{2}"
)
MONTH = re.compile(r"(?i)(?:^|-)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-|$)")
POWER = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
EXACT = 15  # digits: a spreadsheet's numbers have no more
ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def spoilt(code: str, *, number: bool) -> str | None:
    """What a code must have been turned into, in words; None where nothing speaks for it. `number`: stored as a number."""
    if DATE.fullmatch(code) and (not re.search(r"[A-Za-z]{3}", code) or MONTH.search(code)) and not _dotted(code):
        return "像是编号被表格软件变成了日期"
    if POWER.fullmatch(code) and number:
        return "编号被表格软件变成了科学计数"
    if number and "." in code:
        return "编号存成了带小数的数字，末尾的0可能已经丢失"
    if number and len(code) > EXACT:
        return f"编号存成了数字，{EXACT}位以后的已经丢失"
    return None


def _dotted(code: str) -> bool:
    """01.02.03 is a code of three levels; a day has a year of four digits."""
    return re.fullmatch(r"\d{2,3}[-/.]\d{1,2}[-/.]\d{1,2}", code) is not None


def bare(code: str) -> str:
    """The code without what is lost on the way through a spreadsheet program: leading zeros, the letters' size."""
    return ZEROS.sub("", code.casefold())


class Alike:
    """Codes that differ in nothing else than what a spreadsheet program loses."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._by_bare: dict[str, list[str]] = {}
        for code in dict.fromkeys(codes):
            self._by_bare.setdefault(bare(code), []).append(code)

    def others(self, code: str) -> list[str]:
        """The other codes that may be meant by this one."""
        return [other for other in self._by_bare.get(bare(code), []) if other != code]
