"""Requests as tests write them, carried out on the way that they take from a chat."""

from typing import Any

from handlers import ROUTES
from handlers.contract import Context, Refusal
from handlers.routing import carry
from messages.reading.result import Question
from messages.requests import BY_KEY, FIRST, Request
from messages.writing.reply import Button, Reply


def request(intent: str, act: str = "", **slots: Any) -> Request:
    """A request by its intent, its act unless it is the first, and its slots."""
    return (BY_KEY[f"{intent}.{act}"] if act else FIRST[intent])(**slots)


async def answer(ctx: Context[Any], said: Request | Question) -> Reply:
    """What is answered; a refusal's answer, too."""
    try:
        return await carry(ROUTES, ctx, said)
    except Refusal as refusal:
        return refusal.reply


async def press(ctx: Context[Any], button: Button) -> Reply:
    """What is answered to a press, and nothing is left of a refused one."""
    ctx.pressed, ctx.version, ctx.words = True, button.version, button.words
    return await answer(ctx, button.request)
