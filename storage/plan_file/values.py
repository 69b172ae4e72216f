"""The kinds of value in a plan file: each function returns the value, or raises ValueError or TypeError."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TARGETS = ("declared", "matured")
LONGEST = 200  # characters of a name; a title stands in every notice


def text(value: Any) -> str:
    """A line of text that is not empty."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or any(ord(c) < 32 for c in value):
        raise ValueError
    return value.strip()


def maybe_text(value: Any) -> str:
    """A line of text, or nothing."""
    return "" if value == "" else text(value)


def day(value: Any) -> date:
    """A date, also in quotes."""
    if type(value) is date:
        return value
    if not isinstance(value, str):
        raise TypeError
    return date.fromisoformat(value)


def whole(low: int, high: int) -> Callable[[Any], int]:
    """A whole number between two others, themselves included."""

    def good(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError
        return value

    return good


def yes_no(value: Any) -> bool:
    """true or false."""
    if type(value) is not bool:
        raise TypeError
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list of different lines."""
    if not isinstance(value, list) or len(set(value)) != len(value):
        raise TypeError
    return tuple(text(item) for item in value)


def slug(value: Any) -> str:
    """An English key."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", value):
        raise ValueError
    return value


def target(value: Any) -> str:
    """What a phase should bring."""
    if value not in TARGETS:
        raise ValueError
    return str(value)


def zone(value: Any) -> ZoneInfo:
    """A time zone by its IANA name."""
    if not isinstance(value, str):
        raise TypeError
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError from None


def clock(value: Any) -> time:
    """A time of day."""
    if type(value) is time:
        return value.replace(second=0, microsecond=0)
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,2}[:：]\d{2}", value):
        raise ValueError
    hour, minute = re.split("[:：]", value)
    return time(int(hour), int(minute))


def windows(value: Any) -> tuple[tuple[time, time], ...]:
    """Spans of the day, in order and apart."""
    if not isinstance(value, list) or not value:
        raise TypeError
    found: list[tuple[time, time]] = []
    for item in value:
        start, end = (clock(part.strip()) for part in re.split("[-–~至]", item))
        if start >= end or (found and start < found[-1][1]):
            raise ValueError
        found.append((start, end))
    return tuple(found)


def ladder(value: Any) -> tuple[int, ...]:
    """Days before a deadline, the most first."""
    if not isinstance(value, list) or len(set(value)) != len(value):
        raise TypeError
    return tuple(sorted((whole(1, 365)(item) for item in value), reverse=True))


RULES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "ladder": ("提前天数的列表，如 [30, 7, 3, 1]，每个数1到365、不重复", ladder),
    "overdue_every": ("1到60的整数（每隔几个工作日）", whole(1, 60)),
    "stop_after": ("1到20的整数（几次未回应后停止）", whole(1, 20)),
    "promise_before": ("1到30的整数（承诺事项提前几天）", whole(1, 30)),
    "weekly_cap": ("1到20的整数（每个组织每周至多几条）", whole(1, 20)),
    "windows": ('发送时段的列表，如 ["09:00-11:30", "14:30-17:00"]，先后有序、互不重叠', windows),
    "summary_committee": ("时刻，如 16:00", clock),
    "summary_units": ("时刻，如 16:10", clock),
    "return_workdays": ("1到60的整数（退回后几个工作日内重报）", whole(1, 60)),
    "ahead_days": ("1到60的整数（几天内到期算临近）", whole(1, 60)),
    "owner_posts": ('岗位名称的列表，如 ["首席联络员"]，不重复', texts),
}


def shown(value: Any) -> str:
    """A value as the author of the file wrote it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat()
    words = f"“{value}”" if isinstance(value, str) else str(value)
    return words if len(words) <= 42 else words[:40] + "…"
