"""The call list: after three unanswered nudges the committee hears whom to call, with the organisation's last words."""

from datetime import datetime
from typing import Any

from handlers.contract import Due, Release, Skip, Tick
from handlers.views.item import item
from handlers.views.reasons import why_not
from messages.writing.reply import Reply, ToChat
from storage import chats, organizations
from storage.derived import answers, digest, due


async def say(tick: Tick, dues: list[Due]) -> list[Release | Skip]:
    """One list for all organisations that have not answered. Six statements."""
    committee = await chats.committee(tick.session)
    if committee is None:
        return [Skip(one.id, "尚未绑定工委群") for one in dues]
    waiting = {one.organization_id for one in dues if one.organization_id}
    items = {owed.key: owed for owed in await due.items(tick.session, organization_ids=waiting)}
    units = await organizations.by_ids(tick.session, waiting)
    silent = await answers.unanswered(tick.session, waiting)
    words = await digest.last_words(tick.session, waiting)
    said: list[Release | Skip] = []
    calls: list[tuple[int, Due, dict[str, Any]]] = []
    for one in dues:
        owed = items.get((one.organization_id or 0, one.subject, one.subject_id))
        reason = why_not(tick.today, one, owed)
        if owed is not None and reason is None and silent.get(owed.key, 0) < tick.plan.rules.stop_after:
            reason = "单位已有答复"
        if owed is None or reason is not None:
            said.append(Skip(one.id, reason or "已办结"))
            continue
        unit = units[one.organization_id or 0]
        values = item(owed, tick.today, tick.calendar)
        calls.append((unit.position, one, values | {"org": unit.short_name, "last": _last(tick, words.get(unit.id))}))
    if calls:
        calls.sort(key=lambda call: (call[0], call[1].id))
        values = {"calls": [call[2] for call in calls], "asked": tick.plan.rules.stop_after}
        ids = tuple(sorted(call[1].id for call in calls))
        reply = Reply("nudge/calls", values, to=ToChat(committee), policy="superior")
        said.append(Release(ids, reply, f"calls:{ids[0]}", counts=False))
    return said


def _last(tick: Tick, word: tuple[datetime, str] | None) -> dict[str, str] | None:
    return None if word is None else {"on": word[0].astimezone(tick.plan.timezone).date().isoformat(), "text": word[1]}
