"""How dates, shares and ordinals are written in Chinese: the filters of all templates."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

WEEKDAYS = "一二三四五六日"
DIGITS = "零一二三四五六七八九"


def as_date(value: str | date) -> date:
    """A business date from an ISO string, a date or an aware time (its own zone's day)."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else datetime.fromisoformat(value).date()


def full(value: str | date) -> str:
    """2026年11月20日（星期五）."""
    return f"{day(value)}（{weekday(value)}）"


def day(value: str | date) -> str:
    """2026年11月20日."""
    on = as_date(value)
    return f"{on.year}年{on.month}月{on.day}日"


def md(value: str | date) -> str:
    """11月20日."""
    on = as_date(value)
    return f"{on.month}月{on.day}日"


def md_weekday(value: str | date) -> str:
    """12月10日（星期四）."""
    return f"{md(value)}（{weekday(value)}）"


def weekday(value: str | date) -> str:
    """星期五."""
    return f"星期{WEEKDAYS[as_date(value).weekday()]}"


def clock(value: str | datetime) -> str:
    """10:05, of a time that is already in the plan's zone."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return f"{at:%H:%M}"


def span(start: str | date, end: str | date) -> str:
    """2026年11月16日至20日: what both days share is said once."""
    first, last = as_date(start), as_date(end)
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)}至{day(last)}"
    return f"{day(first)}至{last.day}日" if first.month == last.month else f"{day(first)}至{md(last)}"


def percent(value: float, whole: float | None = None) -> str:
    """77.3%: a number of percent, or (with `whole`) the share of a part; 100% only where nothing is left."""
    if whole is not None and whole <= 0:
        return "—"
    share = Decimal(str(value)) if whole is None else Decimal(str(value)) * 100 / Decimal(str(whole))
    shown = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if shown == 100 and share < 100:
        shown = Decimal("99.9")
    return f"{int(shown) if shown == int(shown) else shown}%"


def cn(number: int) -> str:
    """一, 十二, 二十: an ordinal up to 99; beyond that plain digits."""
    if not 0 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "full": full,
    "day": day,
    "md": md,
    "md_weekday": md_weekday,
    "weekday": weekday,
    "clock": clock,
    "percent": percent,
    "cn": cn,
}
"""By the name that templates use; `span(start, end)` is a function of theirs."""
