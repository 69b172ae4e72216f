"""What has come due for an organisation becomes one message: checked again, within the weekly cap, merged."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.contract import Due, Release, Skip, Tick
from handlers.duties import days
from handlers.views.deadline import estimated
from handlers.views.item import deliverables, item
from handlers.views.reasons import KINDS, OVER, unreached, why_not
from handlers.views.week import begins
from messages.writing.reply import Reply, ToChat
from storage.derived import due, reach
from storage.derived.due import Item
from storage.derived.reach import Place
from storage.mail import notices
from storage.mail.notices import Planned

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is known of the organisations at hand, read once for all of them."""

    tick: Tick
    items: dict[tuple[int, str, int], Item]
    places: dict[int, Place]
    sent: dict[int, int]
    later: dict[int, list[Planned]]
    answer: dict[str, Any]


async def say(tick: Tick, dues: list[Due]) -> list[Release | Skip]:
    """One message an organisation for all that has come due there, or the reasons why not. Five statements."""
    desk = await _desk(tick, {one.organization_id for one in dues if one.organization_id})
    said: list[Release | Skip] = []
    waits: dict[datetime, list[int]] = {}
    grouped: dict[int, list[Due]] = {}
    for one in dues:
        grouped.setdefault(one.organization_id or 0, []).append(one)
    for organization_id, found in grouped.items():
        good, skips = _sift(desk, found)
        said += skips
        until = _wait(desk, organization_id, good) if good else None
        if until is not None:
            waits.setdefault(until, []).extend(one.id for one in good)
        elif good:
            said.append(_release(desk, organization_id, good))
    for until, ids in waits.items():
        await notices.postponed(tick.session, ids, until)
    return said


async def _desk(tick: Tick, units: Collection[int]) -> Desk:
    start = begins(tick.plan, tick.today)
    later: dict[int, list[Planned]] = {}
    for one in await notices.coming(tick.session, units, KINDS, tick.now, start + WEEK):
        later.setdefault(one.organization_id or 0, []).append(one)
    return Desk(
        tick,
        {item.key: item for item in await due.items(tick.session, organization_ids=units)},
        await reach.places(tick.session, units),
        await notices.spoken_to(tick.session, units, start),
        later,
        _answer(tick),
    )


def _sift(desk: Desk, found: list[Due]) -> tuple[list[Due], list[Release | Skip]]:
    """What still holds: of each item only the most urgent rung."""
    good: dict[tuple[str, int], Due] = {}
    skips: list[Release | Skip] = []
    for one in sorted(found, key=lambda notice: notice.rung):
        late = one.due_at.astimezone(desk.tick.plan.timezone).date() < desk.tick.today
        reason = unreached(desk.places.get(one.organization_id or 0), one)
        if reason is None:
            reason = why_not(desk.tick.today, one, desk.items.get((one.organization_id or 0, one.subject, one.subject_id)))
        if reason == OVER and late:
            reason = f"{notices.MISSED}，{OVER}，不补发"
        if reason is None and (one.subject, one.subject_id) in good:
            reason = f"{notices.MISSED}，已有更近的一次，不补发" if late else "已有更近的一次提醒"
        if reason is None:
            good[one.subject, one.subject_id] = one
        else:
            skips.append(Skip(one.id, reason))
    return list(good.values()), skips


def urgency(one: Due | Planned) -> int:
    """The smaller, the more urgent: overdue, then by the days that are left; a promise after a deadline."""
    if one.kind == "overdue":
        return 0
    if one.kind == "promise":
        return 2 if one.rung < 0 else 2 * one.rung + 1
    return 2 * one.rung


def _wait(desk: Desk, organization_id: int, good: list[Due]) -> datetime | None:
    """Until when the cap makes this message wait: for a more urgent one of this week to go with, or for next week."""
    tick = desk.tick
    remaining = tick.plan.rules.weekly_cap - desk.sent.get(organization_id, 0)
    if remaining <= 0:
        return days.next_week(tick.plan, tick.calendar, tick.today)
    mine = min(urgency(one) for one in good)
    ahead: dict[datetime, int] = {}
    for one in desk.later.get(organization_id, []):
        if why_not(tick.today, one, desk.items.get((organization_id, one.subject, one.subject_id))) is None:
            ahead[one.due_at] = min(urgency(one), ahead.get(one.due_at, 999))
    more_urgent = sorted(at for at, rank in ahead.items() if rank < mine)
    return more_urgent[0] if len(more_urgent) >= remaining else None


def _release(desk: Desk, organization_id: int, good: list[Due]) -> Release:
    tick = desk.tick
    good.sort(key=lambda notice: (urgency(notice), notice.due_on or tick.today, notice.id))
    owed = [desk.items[organization_id, one.subject, one.subject_id] for one in good]
    items = [
        item(owes, tick.today, tick.calendar) | {"rung": one.rung, "deliverables": deliverables(owes, tick.plan)}
        for owes, one in zip(owed, good, strict=True)
    ]
    template = "nudge/one" if len(items) == 1 else "nudge/several"
    values = {"org": owed[0].org, "items": items, "answer": desk.answer}
    first, *more = desk.places[organization_id].chats
    reply = Reply(template, values, to=ToChat(first), about=_about(owed[0].code, good), policy="reminder")
    if more:
        reply = replace(reply, others=tuple(replace(reply, to=ToChat(chat)) for chat in more))
    ids = tuple(sorted(one.id for one in good))
    return Release(ids, reply, f"nudge:{ids[0]}", organization_id)


def _about(code: str, good: list[Due]) -> dict[str, Any]:
    """What a reply to the message is about: the one item, and the one thing that it may answer."""
    about: dict[str, Any] = {"org": code}
    if len(good) == 1:
        about |= {"subject": good[0].subject, "subject_id": good[0].subject_id}
    owed = [[one.subject, one.subject_id] for one in good if one.subject != "commitment"]
    if len(owed) == 1:
        about["answers"] = owed[0]
    return about


def _answer(tick: Tick) -> dict[str, Any]:
    """By when an overdue item is to be answered: the last workday before the next nudge, and whether that is a guess."""
    again = tick.calendar.add_workdays(tick.today, tick.plan.rules.overdue_every)
    return {
        "on": tick.calendar.add_workdays(again, -1).isoformat(),
        "estimated": estimated(tick.calendar, tick.today, again),
    }
