"""What is wrong with a plan file as a whole: dates out of order or out of the plan, names twice."""

from collections.abc import Iterator
from datetime import date, time
from itertools import pairwise

from storage.plans import PlanFacts

Found = Iterator[tuple[tuple[str | int, ...], str]]


def _after(one: date | None, other: date | None, *, or_same: bool = False) -> bool:
    """True when both are known and the first is later; a missing date has its own mistake already."""
    return one is not None and other is not None and (one > other or (or_same and one == other))


def _outside(facts: PlanFacts, day: date | None) -> bool:
    return _after(facts.starts_on, day) or _after(day, facts.ends_on)


def _phases(facts: PlanFacts) -> Found:
    for index, phase in enumerate(facts.phases):
        if _after(phase.starts_on, phase.ends_on):
            yield ("phase", index, "ends_on"), f"“{phase.name}”的 ends_on 早于 starts_on"
        for key in ("starts_on", "ends_on"):
            if _outside(facts, getattr(phase, key)):
                yield ("phase", index, key), f"“{phase.name}”的 {key} 不在规划起止日期之内"
    for index, (before, phase) in enumerate(pairwise(facts.phases), 1):
        if _after(before.ends_on, phase.starts_on, or_same=True):
            yield ("phase", index, "starts_on"), f"“{phase.name}”与“{before.name}”的日期重叠或次序颠倒"


def _milestones(facts: PlanFacts) -> Found:
    for index, milestone in enumerate(facts.milestones):
        if _outside(facts, milestone.due_on):
            yield ("milestone", index, "due_on"), f"“{milestone.name}”的 due_on 不在规划起止日期之内"
    for key in ("slug", "name"):
        seen: set[str] = set()
        for index, milestone in enumerate(facts.milestones):
            word = getattr(milestone, key)
            if word is not None and word in seen:
                yield ("milestone", index, key), f"{key} “{word}”重复"
            seen.add(word)


def in_order(facts: PlanFacts) -> Found:
    """Every mistake as (path of the key, reason); values that are missing or wrong by themselves are None here."""
    if _after(facts.starts_on, facts.ends_on):
        yield ("ends_on",), "ends_on 早于 starts_on"
        return
    if _outside(facts, facts.declaration_due):
        yield ("declaration_due",), "declaration_due 不在规划起止日期之内"
    yield from _phases(facts)
    yield from _milestones(facts)
    rules = facts.rules
    for key in ("summary_committee", "summary_units"):
        moment: time = getattr(rules, key)
        if not any(start <= moment <= end for start, end in rules.windows):
            yield ("rules", key), f"{key} {moment:%H:%M} 不在发送时段之内"
    if rules.summary_units < rules.summary_committee:
        yield ("rules", "summary_units"), "summary_units 早于 summary_committee"
