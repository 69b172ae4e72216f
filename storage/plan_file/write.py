"""Writes a plan as TOML, so that it can be changed and loaded again."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any

from storage.plan_file.parse import PlanFile
from storage.plans import MilestoneFacts, PhaseFacts, Rules

TITLE = """# 规划文件。改动后先运行 brandbot plan check 文件，再运行 brandbot plan load 文件。
# 日期写作 2030-01-31；时刻写作 "16:00"；# 之后是说明。
"""
REMARKS = {
    "ladder": "时限前几天提示（自然日；逢休息日提前到上一个工作日）",
    "overdue_every": "逾期后每隔几个工作日提示一次",
    "stop_after": "逾期提示连续几次没有回应后停止，改由工委联系",
    "promise_before": "承诺事项到期前几天提示",
    "weekly_cap": "每个组织每周至多收到几条主动消息",
    "windows": "只在工作日的这些时段发送",
    "summary_committee": "每周最后一个工作日发工委周报的时刻",
    "summary_units": "发单位周报的时刻",
    "return_workdays": "退回时没有写明日期的，几个工作日内重新报送",
    "ahead_days": "几天内到期的事项写进单位周报",
    "owner_posts": '责任人的岗位除通用的以外还可用哪些，如 ["首席联络员"]；空着表示只用通用的。不写姓名',
}


def toml(value: Any) -> str:
    """One value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value)


def _keys(pairs: Iterable[tuple[str, Any]]) -> Iterator[str]:
    return (f"{name} = {toml(value)}" for name, value in pairs)


def _phase(phase: PhaseFacts) -> Iterator[str]:
    yield "\n[[phase]]"
    yield from _keys([("name", phase.name), ("starts_on", phase.starts_on), ("ends_on", phase.ends_on)])
    yield f"target = {toml(phase.target_kind)}  # declared：已申报；matured：已成型"
    yield from _keys([("percent", phase.target_percent), ("exemplars", phase.exemplars), ("focus", phase.focus)])


def _milestone(milestone: MilestoneFacts) -> Iterator[str]:
    yield "\n[[milestone]]"
    yield from _keys([("slug", milestone.slug), ("name", milestone.name), ("due_on", milestone.due_on)])
    yield from _keys([("deliverables", milestone.deliverables)])


def _rules(rules: Rules) -> Iterator[str]:
    yield "\n[rules]"
    for rule in fields(Rules):
        value = getattr(rules, rule.name)
        if rule.name == "windows":
            value = [f"{start:%H:%M}-{end:%H:%M}" for start, end in value]
        if rule.name in REMARKS:
            yield f"{rule.name} = {toml(value)}  # {REMARKS[rule.name]}"


def days_text(days: dict[date, tuple[bool, str]]) -> Iterator[str]:
    """[[day]] tables, days in a row as one span."""
    in_order = sorted((day.toordinal() - place, day, meaning) for place, (day, meaning) in enumerate(sorted(days.items())))
    for (_, (works, name)), run in groupby(in_order, key=lambda entry: (entry[0], entry[2])):
        span = [day for _, day, _ in run]
        while span:
            part, span = span[:31], span[31:]
            yield "\n[[day]]"
            yield f"date = {toml(part[0])}"
            if part[-1] - part[0] >= timedelta(days=1):
                yield f"until = {toml(part[-1])}"
            yield from _keys([("workday", works), ("name", name)])


def write(plan: PlanFile) -> str:
    """The whole file; reading it gives the same plan."""
    facts = plan.facts
    lines = [TITLE]
    lines += _keys([("title", facts.title), ("notice", facts.notice), ("timezone", facts.timezone.key)])
    lines += _keys([("starts_on", facts.starts_on), ("ends_on", facts.ends_on)])
    lines.append(f"declaration_due = {toml(facts.declaration_due)}  # 申报时限")
    for phase in facts.phases:
        lines += _phase(phase)
    for milestone in facts.milestones:
        lines += _milestone(milestone)
    lines += _rules(facts.rules)
    lines += days_text(plan.days)
    return "\n".join(lines) + "\n"
