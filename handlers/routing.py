"""The short way of a request: its route, the sender's right, what it is about, the handler, and who may read the answer."""

from collections.abc import Mapping
from typing import Any

from handlers import rights
from handlers.contract import Command, Context, Refusal, WhichOrganization
from messages.reading.result import Question
from messages.requests import Request
from messages.writing.reply import Reply

Routes = Mapping[type[Request], Command]
PROBLEMS = {"impossible_date": "common/impossible_date", "survey_sum": "common/survey_sum"}
"""What is said of a value that cannot be, by the reader's word for it."""


async def carry(routes: Routes, ctx: Context[Any], said: Request | Question) -> Reply:
    """Carry a request out and return its answer, placed where it may be read; raises Refusal, placed likewise."""
    asked = said.request if isinstance(said, Question) else said
    route = routes.get(type(asked))
    if route is None:
        raise Refusal("common/not_open_yet")
    rights.may_use(ctx, route, asked)
    if isinstance(said, Question) and said.whose_is_open:
        raise WhichOrganization
    concerned: list[str] = []

    def allow(code: str | None) -> None:
        rights.require(ctx, route, asked, code)
        concerned.extend((code,) if code else ())

    try:
        matter = await route.about.find(ctx, asked, allow)
        rights.check(ctx, route, asked, matter)
        if isinstance(said, Question):
            _complete(said)
        ctx.about, ctx.answered_here = matter.thing, rights.visible(ctx, route.audience, matter.whose)
        reply = await route.handler(ctx, asked)
    except Refusal as refusal:
        if concerned:
            refusal.reply = await rights.placed(ctx, route.audience, tuple(concerned), refusal.reply)
        raise
    return await rights.placed(ctx, route.audience, matter.whose, reply)


def _complete(question: Question) -> None:
    """Raise what is asked back of a request whose organisation is known: an impossible value, or a day that is missing."""
    if question.problem is None:
        for asked in ("date", "due"):
            if question.request.edits and asked in question.missing:
                raise Refusal("report/which_day", missing=(asked,))
        return
    words, slot = question.problem_text or "", (question.slot,) if question.slot else ()
    if question.day is not None:
        raise Refusal("common/weekday", missing=slot, day=question.day.isoformat(), words=words, kept=bool(slot))
    if question.problem == "impossible_date" and question.request.edits and slot:
        raise Refusal("report/impossible_date", missing=slot, words=words)
    raise Refusal(PROBLEMS[question.problem], problem_text=words)
