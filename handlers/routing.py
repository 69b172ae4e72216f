"""The short way of a request: its route, the sender's right, what it is about, the handler, and who may read the answer."""

from collections.abc import Mapping
from typing import Any

from handlers import asking_back, rights
from handlers.contract import Command, Context, Refusal
from messages.reading.result import Question
from messages.requests import Request
from messages.writing.reply import Reply

Routes = Mapping[type[Request], Command]


async def carry(routes: Routes, ctx: Context[Any], said: Request | Question) -> Reply:
    """Carry a request out and return its answer, placed where it may be read; raises Refusal, placed likewise."""
    asked = said.request if isinstance(said, Question) else said
    route = routes.get(type(asked))
    if route is None:
        raise Refusal("common/not_open_yet")
    rights.may_use(ctx, route)
    if isinstance(said, Question):
        asking_back.whose(ctx, said)
    concerned: list[str] = []

    def allow(code: str) -> None:
        rights.require(ctx, route, code)
        concerned.append(code)

    try:
        matter = await route.about.find(ctx, asked, allow)
        if matter.whose != "all":
            for code in matter.whose:
                rights.require(ctx, route, code)
        elif rights.roles_for(ctx, "").isdisjoint(route.who):
            raise Refusal("common/not_allowed")
        if isinstance(said, Question):
            asking_back.others(ctx, said)
        ctx.about = matter.thing
        reply = await route.handler(ctx, asked)
    except Refusal as refusal:
        if concerned:
            refusal.reply = await rights.placed(ctx, route.audience, tuple(concerned), refusal.reply)
        raise
    return await rights.placed(ctx, route.audience, matter.whose, reply)
