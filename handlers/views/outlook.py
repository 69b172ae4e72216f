"""What would leave in a period and to whom: planned notices that still hold, as numbered groups."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.contract import Tick
from handlers.views.reasons import KINDS, why_not
from storage.derived import due, reach
from storage.derived.due import Item
from storage.mail import notices
from storage.mail.notices import Planned

SHOWN = 10
"""How many organisations of a group are named; the rest is counted."""
CHECKED = (*KINDS, "calls")
Key = tuple[datetime, str, str, int, int, str]


@dataclass(slots=True)
class Group:
    """Notices of one kind, about one thing, on one day."""

    at: datetime
    kind: str
    subject: str
    name: str
    rung: int
    due_on: date | None
    ids: list[tuple[int, int | None]] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    unreached: int = 0
    vetoed: bool = False

    def members(self) -> list[tuple[int, int | None]]:
        """The notices that may still be vetoed, each with its organisation's row."""
        return [] if self.vetoed else self.ids


@dataclass(slots=True)
class Outlook:
    """The groups in time, numbered from 1, and the organisations' names."""

    groups: list[Group]
    names: dict[int, str]
    codes: dict[str, int]

    def values(self, zone: ZoneInfo) -> list[dict[str, Any]]:
        """JSON-able, for the template."""
        return [
            {
                "number": number,
                "at": group.at.astimezone(zone).isoformat(),
                "kind": group.kind,
                "subject": group.subject,
                "name": group.name,
                "rung": group.rung,
                "due_on": group.due_on.isoformat() if group.due_on else None,
                "units": [self.names[unit] for unit in group.units[:SHOWN]],
                "total": len(group.units),
                "unreached": group.unreached,
                "vetoed": group.vetoed,
            }
            for number, group in enumerate(self.groups, start=1)
        ]

    @property
    def messages(self) -> int:
        """Messages that would leave: an organisation's notices of one moment are one message."""
        moments = {(unit, group.at) for group in self.groups for unit in group.units if not group.vetoed}
        alone = sum(not group.units and not group.vetoed for group in self.groups)
        return len(moments) + alone

    @property
    def reached(self) -> int:
        """Different organisations that would hear something."""
        return len({unit for group in self.groups for unit in group.units if not group.vetoed})


async def outlook(tick: Tick, start: datetime, end: datetime) -> Outlook:
    """What is planned from `start` to before `end` and still holds. Three statements."""
    planned = await notices.between(tick.session, start, end)
    items = {item.key: item for item in await due.items(tick.session)}
    units = {unit.id: unit for unit in await reach.everybody(tick.session)}
    groups: dict[Key, Group] = {}
    for one in planned:
        item = items.get((one.organization_id or 0, one.subject, one.subject_id))
        if one.kind in CHECKED and one.state == "planned" and why_not(tick.today, one, item) is not None:
            continue
        unit = units.get(one.organization_id or 0)
        if unit is None or unit.reached or one.kind == "calls":
            _group(groups, one, item).units += [unit.id] if unit else []
        else:
            _group(groups, one, item).unreached += 1
    place = {unit: nth for nth, unit in enumerate(units)}
    found = sorted(groups.values(), key=lambda group: (group.at, group.kind, group.subject, group.rung, group.name))
    for group in found:
        group.units.sort(key=lambda unit: place[unit])
    return Outlook(
        found, {unit.id: unit.short_name for unit in units.values()}, {unit.code: unit.id for unit in units.values()}
    )


def _group(groups: dict[Key, Group], one: Planned, item: Item | None) -> Group:
    """The group of a notice; promises of different words are one group."""
    about = one.subject_id if one.subject in {"milestone", "phase", "year"} else 0
    key = (one.due_at, one.kind, one.subject, about, one.rung, one.state)
    name = item.name if item is not None and one.subject == "milestone" else ""
    group = groups.setdefault(key, Group(one.due_at, one.kind, one.subject, name, one.rung, one.due_on))
    group.ids.append((one.id, one.organization_id))
    group.vetoed = one.state == "vetoed"
    return group
