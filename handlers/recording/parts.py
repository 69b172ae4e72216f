"""What was said → the parts of a report, or the polite reason why not."""

import re
from dataclasses import replace
from typing import Any

from handlers.contract import Context, Refusal
from handlers.recording import content
from handlers.recording.milestones import done
from messages.requests.work import Correct, Report
from storage.plans import MilestoneFacts
from storage.reports import Part

Ctx = Context[Any]
Told = Report | Correct
HAPPENED = re.compile(r"(?:召开|开展|完成|举办|举行|组织|参加|进行|修订|通过|印发|开)了|^已经?")
"""Told as done, though its day is yet to come."""
DONE_ALONE = re.compile(
    r"^(?:报(?:告)?)?[\s:：，,]*((?:都|均|全部)?(?:已经?|早已)?(?:都|全部)?(?:完成|做完|做好|办结|办好|办完|落实|弄好|搞定)了?)[。.\s]*$"
)
"""Nothing but that it is done: a whole answer to a word about one thing."""


def of(ctx: Ctx, said: Told, about: str = "") -> list[Part]:
    """The parts of a new report, in the order they were told; a Refusal keeps the draft where something is wrong.

    `about` is the one thing that the bot's message replied to spoke of.
    """
    check_dates(ctx, said)
    events = [(event.date, note) for event in said.events if (note := _without_promise(said, event.note))]
    if len(events) < 2:
        events = [(said.date, _answer(ctx, about) or content_of(ctx, said))]
    if not any(note for _, note in events):
        raise Refusal("report/needs_content", missing=("content",), percent=said.percent, said=said.percent is not None)
    parts = [Part(note, occurred_on=on, milestone_id=milestone_in(ctx, note)) for on, note in events]
    counted = replace(parts[-1], activities=dict(said.activities), participants=said.participants, percent=said.percent)
    return [*parts[:-1], counted]


def _answer(ctx: Ctx, about: str) -> str:
    """已完成 in reply to a word about one thing says that this thing is done."""
    alone = DONE_ALONE.match(ctx.text.replace("＠", "@").replace(f"@{ctx.bot_name}", "").strip()) if about else None
    return f"{about}{alone.group(1)}" if alone else ""


def _without_promise(said: Told, note: str) -> str:
    """An event's words without the next step, which is read back by itself; a note that is nothing else stays."""
    told = content.without_next(note, said.next_step) if said.next_step and said.due is not None else note
    return told.strip() or note.strip()


def check_dates(ctx: Ctx, said: Told) -> None:
    """A day yet to come for something done, a promise for a day gone by: each is asked again."""
    for day in (said.date, *(event.date for event in said.events)):
        if day is not None and day > ctx.said_on:
            raise Refusal("report/not_yet", missing=("date",), on=day.isoformat())
    if said.due is not None and said.due > ctx.said_on and said.date is None and HAPPENED.search(said.next_step or ""):
        raise Refusal("report/not_yet", missing=("date",), on=said.due.isoformat())
    if said.due is not None and said.due < ctx.said_on:
        raise Refusal("report/past_due", missing=("due",), on=said.due.isoformat())


def content_of(ctx: Ctx, said: Told) -> str:
    """What was done in the reporter's words; a next step without a day stays with it, one alone is the content."""
    if not said.content:
        return ""
    step = (said.next_step or "").strip()
    return done_words(ctx, said) or step or said.content.strip()


def done_words(ctx: Ctx, said: Told) -> str:
    """The words of what was done; "" where only a plan was told."""
    text = (said.content or "").strip()
    known = ctx.directory.names.get(said.org or "")
    own = (name for name, code in ctx.directory.own.items() if code == said.org)
    names = (known.short, known.full or "", *known.aliases, ctx.words or "", *own) if known else ()
    step = said.next_step if said.due is not None else None
    told = content.done(text, next_step=step, names=names, dated=said.date is not None)
    if not told and said.date is not None:  # one clause tells both what was done and what is promised
        told = content.done(text, next_step=None, names=names, dated=True)
    return told


def milestone_in(ctx: Ctx, text: str) -> int | None:
    """The milestone that the text names as done, the last one if several."""
    named: list[MilestoneFacts] = done(ctx.plan, text) if ctx.plan else []
    return named[-1].id if named else None


def plan_only(ctx: Ctx, said: Told) -> bool:
    """Nothing was done yet: the message tells only what comes next."""
    return not said.events and said.due is not None and bool(said.next_step) and not done_words(ctx, said)
