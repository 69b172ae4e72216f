"""What the commands that record work share: the organisation meant, deadlines as values, the audit, who else is told."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from handlers import rights
from handlers.contract import Context, Refusal
from messages.reading.result import Reading
from messages.writing.reply import Button, Chat, Reply
from storage import audit, chats
from storage.tables import Organization


async def organization(ctx: Context, said: Reading) -> Organization:
    """The organisation that the sender acts for; asks which one where the text leaves several, or none."""
    if said.org is None:
        raise which(ctx, said)
    return await rights.for_acting(ctx, said.org)


def which(ctx: Context, said: Reading) -> Refusal:
    """The question which organisation is meant, with a button for each that it may be."""
    own = tuple(member.org for member in ctx.sender.members if member.org is not None)
    codes = [code for code in said.candidates or own if code in ctx.directory.names][:5]
    buttons = tuple(
        Button("organization", said.intent, {**fields_of(said), "org": code}, text=ctx.directory.names[code].short)
        for code in codes
    )
    missing = ("org", *(name for name in said.missing if name != "org"))
    return Refusal("report/which_organization", missing=missing, buttons=buttons, named=said.problem_text)


def fields_of(said: Reading) -> dict[str, Any]:
    """What was said, as the JSON that a button can bring back."""
    kept: dict[str, Any] = {}
    for name in (*Reading.FIXED, "action", "content", "next_step", "on_paper"):
        value = getattr(said, name)
        if name == "missing" or not value:
            continue
        if isinstance(value, dt.date):
            value = value.isoformat()
        elif name == "events":
            value = [{"date": event.date and event.date.isoformat(), "note": event.note} for event in said.events]
        kept[name] = value
    return kept


def deadline(ctx: Context, day: dt.date) -> dict[str, Any]:
    """A deadline as templates need it: the day, the last workday before it where it is none, whether to write the year."""
    workday = ctx.calendar.on_or_before(day)
    return {
        "on": day.isoformat(),
        "advice": workday.isoformat() if workday != day else None,
        "same_month": workday.month == day.month,
        "same_year": day.year == ctx.today.year,
    }


async def record(ctx: Context, scope: Organization, act: str, subject: str, content: Mapping[str, Any]) -> None:
    """Write the sender's act into the organisation's chain."""
    await audit.record(
        ctx.session,
        scope=scope.id or 0,
        actor=ctx.sender.account_id,
        act=act,
        subject=subject,
        content=content,
        now=ctx.now,
    )


async def tell(ctx: Context, reply: Reply, organization: Organization, template: str, **more: Any) -> tuple[Reply, bool]:
    """The reply, and a message to where the organisation is reached (not the chat that is spoken in); whether it is."""
    places = (await chats.reach(ctx.session, [organization.id or 0])).get(organization.id or 0, [])
    for place in places:
        if place != ctx.chat.id:
            reply = reply.also(Chat(place), template, **more)
    return reply, bool(places)


async def committee(ctx: Context) -> Chat | None:
    """The committee's own group, where there is one."""
    found = await chats.committee(ctx.session)
    return Chat(found) if found is not None else None
