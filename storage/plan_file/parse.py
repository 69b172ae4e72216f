"""Reads a plan file: every mistake at once, with its line and reason."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from storage.plan_file import values
from storage.plan_file.order import in_order
from storage.plan_file.values import LONGEST, RULES, shown
from storage.plans import MilestoneFacts, PhaseFacts, PlanFacts, Rules

TOP = ("title", "notice", "timezone", "starts_on", "ends_on", "declaration_due", "phase", "milestone", "rules", "day")
KEY = re.compile(r"^\s*\"?([\w-]+)\"?\s*=")
HEADER = re.compile(r"^\s*(\[\[?)\s*\"?([\w-]+)\"?\s*\]\]?")
AT_LINE = re.compile(r"\(at line (\d+)")
POSTS = "应以委员、科长、联络员等岗位用词结尾，前面只写部门或岗位用词，不写姓名"
LONGEST_SPAN = 31  # days of one [[day]] with `until`
REQUIRED: Any = object()
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake; `line` counts from 1, 0 is the file as a whole."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.reason}" if self.line else self.reason


class PlanFileError(Exception):
    """The file cannot be used; `problems` are all of them, in the order of the lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A checked plan file; the rows of `facts` have no keys yet. `days` maps a day to (is a workday, name)."""

    facts: PlanFacts
    days: dict[date, tuple[bool, str]] = field(default_factory=dict)


class Checker:
    """Takes values out of the parsed file by kind, and collects what is wrong with them."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.lines = _lines(text)
        try:
            self.raw: dict[str, Any] = tomllib.loads(text)
        except RecursionError:
            raise PlanFileError([Problem(0, "括号套得太深，不是规划或日历文件")]) from None
        except tomllib.TOMLDecodeError as error:
            line = AT_LINE.search(str(error))
            number = int(line[1]) if line else len(text.splitlines())
            raise PlanFileError([Problem(number, f"不是合法的TOML写法（{error}）")]) from None

    def wrong(self, path: Path, reason: str) -> None:
        """Note a mistake at the line of the path, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        self.problems.append(Problem(self.lines.get(path, 0), reason))

    def take(self, table: dict[str, Any], at: Path, key: str, default: Any, kind: str, good: Callable[[Any], Any]) -> Any:
        """The value of a key, turned by `good`; the default (None, if required) where it is absent or wrong."""
        missing = None if default is REQUIRED else default
        if key not in table:
            if default is REQUIRED:
                self.wrong(at, f"缺少 {key}（{kind}）")
            return missing
        try:
            return good(table[key])
        except (ValueError, TypeError, AttributeError):
            self.wrong((*at, key), f"{key} 应为{kind}，现为{shown(table[key])}")
            return missing

    def known(self, table: dict[str, Any], at: Path, keys: tuple[str, ...]) -> None:
        """A key that nobody knows is a mistake: a typing error must not silently mean the default."""
        for key in table:
            if key not in keys:
                self.wrong((*at, key), f"不认识 {key}，此处可用：{'、'.join(keys)}")

    def tables(self, name: str) -> list[dict[str, Any]]:
        """The [[name]] tables of the file."""
        found = self.raw.get(name, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.wrong((name,), f"{name} 应写作 [[{name}]] 的若干段")
            return []
        return found


def _lines(text: str) -> dict[Path, int]:
    """The line of every table and key: ("title",), ("phase", 0), ("phase", 0, "name")."""
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            name = header[2]
            table = (name,)
            found.setdefault(table, number)
            if header[1] == "[[":
                table = (name, counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
            found.setdefault(table, number)
        elif key := KEY.match(line):
            found.setdefault((*table, key[1]), number)
    return found


def _phase(check: Checker, raw: dict[str, Any], index: int) -> PhaseFacts:
    at = ("phase", index)
    check.known(raw, at, ("name", "starts_on", "ends_on", "target", "percent", "exemplars", "focus"))
    return PhaseFacts(
        ordinal=index + 1,
        name=check.take(raw, at, "name", REQUIRED, "阶段名称", values.text),
        starts_on=check.take(raw, at, "starts_on", REQUIRED, "日期，如 2030-01-01", values.day),
        ends_on=check.take(raw, at, "ends_on", REQUIRED, "日期，如 2030-12-31", values.day),
        target_kind=check.take(raw, at, "target", REQUIRED, "declared（已申报）或 matured（已成型）", values.target),
        target_percent=check.take(raw, at, "percent", REQUIRED, "0到100的整数", values.whole(0, 100)),
        exemplars=check.take(raw, at, "exemplars", 0, "0到1000的整数", values.whole(0, 1000)),
        focus=check.take(raw, at, "focus", "", f"不超过{LONGEST}字的一行文字", values.maybe_text),
    )


def _milestone(check: Checker, raw: dict[str, Any], index: int) -> MilestoneFacts:
    at = ("milestone", index)
    check.known(raw, at, ("slug", "name", "due_on", "deliverables"))
    return MilestoneFacts(
        id=0,
        ordinal=index + 1,
        slug=check.take(raw, at, "slug", REQUIRED, "小写英文标识，如 positioning", values.slug),
        name=check.take(raw, at, "name", REQUIRED, "节点名称", values.text),
        due_on=check.take(raw, at, "due_on", REQUIRED, "日期，如 2030-06-30", values.day),
        deliverables=check.take(raw, at, "deliverables", (), "材料名称的列表，不重复", values.texts),
    )


def _rules(check: Checker, is_post: Callable[[str], bool]) -> Rules:
    raw = check.raw.get("rules", {})
    if not isinstance(raw, dict):
        check.wrong(("rules",), "rules 应写作 [rules] 一段")
        return Rules()
    check.known(raw, ("rules",), tuple(RULES))
    defaults = Rules()
    rules = Rules(
        **{
            rule.name: check.take(raw, ("rules",), rule.name, getattr(defaults, rule.name), *RULES[rule.name])
            for rule in fields(Rules)
            if rule.name in RULES
        }
    )
    for post in rules.owner_posts:
        if not is_post(post):
            check.wrong(("rules", "owner_posts"), f"owner_posts 中的“{post}”不是岗位名称，{POSTS}")
    return rules


def _days(check: Checker) -> dict[date, tuple[bool, str]]:
    days: dict[date, tuple[bool, str]] = {}
    for index, entry in enumerate(check.tables("day")):
        at = ("day", index)
        check.known(entry, at, ("date", "until", "workday", "name"))
        day = check.take(entry, at, "date", REQUIRED, "日期，如 2030-01-01", values.day)
        until = check.take(entry, at, "until", day, "日期，如 2030-01-03", values.day)
        works = check.take(entry, at, "workday", REQUIRED, "true（上班）或 false（放假）", values.yes_no)
        name = check.take(entry, at, "name", "", "名称", values.maybe_text)
        if day is None or works is None:
            continue
        if not day <= until < day + timedelta(days=LONGEST_SPAN):
            check.wrong((*at, "until"), f"until 应在 date 当日或之后{LONGEST_SPAN}天以内，现为{until.isoformat()}")
            continue
        for offset in range((until - day).days + 1):
            one = day + timedelta(days=offset)
            if one in days:
                check.wrong((*at, "date"), f"{one.isoformat()} 重复")
            days[one] = (works, name)
    return days


def parse(text: str, is_post: Callable[[str], bool]) -> PlanFile:
    """The checked plan file. Raises PlanFileError with every problem. `is_post` tells a post from a person's name."""
    check = Checker(text.removeprefix("\ufeff"))
    raw = check.raw
    check.known(raw, (), TOP)
    facts = PlanFacts(
        id=0,
        title=check.take(raw, (), "title", REQUIRED, "规划名称", values.text),
        notice=check.take(raw, (), "notice", REQUIRED, "依据文件名称", values.text),
        timezone=check.take(raw, (), "timezone", REQUIRED, "时区，如 Asia/Shanghai", values.zone),
        starts_on=check.take(raw, (), "starts_on", REQUIRED, "日期，如 2030-01-01", values.day),
        ends_on=check.take(raw, (), "ends_on", REQUIRED, "日期，如 2032-12-31", values.day),
        declaration_due=check.take(raw, (), "declaration_due", REQUIRED, "日期，如 2030-12-31", values.day),
        revision=0,
        phases=tuple(_phase(check, phase, index) for index, phase in enumerate(check.tables("phase"))),
        milestones=tuple(_milestone(check, milestone, index) for index, milestone in enumerate(check.tables("milestone"))),
        rules=_rules(check, is_post),
    )
    days = _days(check)
    for name in ("phase", "milestone"):
        if not raw.get(name):
            check.wrong((), f"至少要有一段 [[{name}]]")
    for path, reason in in_order(facts):
        check.wrong(path, reason)
    if check.problems:
        raise PlanFileError(check.problems)
    return PlanFile(facts, days)


def parse_days(text: str) -> dict[date, tuple[bool, str]]:
    """A calendar file: [[day]] tables only. Raises PlanFileError with every problem."""
    check = Checker(text.removeprefix("\ufeff"))
    check.known(check.raw, (), ("day",))
    days = _days(check)
    if not days and not check.problems:
        check.wrong((), "至少要有一段 [[day]]")
    if check.problems:
        raise PlanFileError(check.problems)
    return days
