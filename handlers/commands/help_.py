"""帮助: what this person can say here, with examples from the command table."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from handlers.binding.common import who
from handlers.contract import ANYONE, COMMITTEE, Audience, Command, Context, Shown, command
from handlers.matters import NOTHING
from messages.requests import Request
from messages.requests.asking import History, Missing, Status, Todo, Weekly
from messages.requests.words import Help
from messages.writing.reply import Button, Reply
from storage import organizations

Ctx = Context[None]
QUICK: dict[str, tuple[Request, ...]] = {
    "committee": (Missing(), Weekly(), Todo()),
    "unit": (Todo(), Status(), History()),
}
"""Questions without arguments that a private help offers as buttons."""

HEAD = re.compile(r"[ ：:，,]")


@command(
    Help,
    who=ANYONE,
    about=NOTHING,
    audience=Audience.ANY,
    summary="帮助：能办的事和说法；“帮助 报进展”看一件事的细节",
    examples={"帮助": "可以直接这样说", "帮助 未报": Shown("help.chat")},
    needs_plan=False,
)
async def help_(ctx: Ctx, asked: Help) -> Reply:
    """A stranger hears how to begin, a new group how to be bound, everybody else what they can say."""
    if ctx.chat.kind == "unbound":
        return Reply("help/unbound_group", {"stranger": not ctx.sender.members})
    if not ctx.sender.members:
        return Reply("help/first")
    able = [one for one in _table() if one.summary and one.who & ctx.sender.roles and one.request is not Help]
    topic = _meant(asked.topic, able)
    if topic is not None:
        return Reply("help/one", {"summary": topic.summary, "examples": list(topic.examples)})
    items = [{"name": _name(one), "example": next(iter(one.examples))} for one in able]
    values = {"roles": await _roles(ctx), "items": items, "private": ctx.chat.kind == "private"}
    return Reply("help/list", values, buttons=_quick(ctx, able))


def _table() -> Sequence[Command]:
    """The table imports this file, so it is looked up when it is needed."""
    from handlers import COMMANDS

    return COMMANDS


def _name(one: Command) -> str:
    return one.summary.partition("：")[0]


def _meant(words: str | None, able: Sequence[Command]) -> Command | None:
    """The command named after 帮助 or in 怎么…, by its short name or the first word of an example."""
    if not words:
        return None
    tests: tuple[Callable[[Command], bool], ...] = (
        lambda one: words in {_name(one), *_heads(one)},
        lambda one: any(head.startswith(words) for head in _heads(one)),
        lambda one: words in _name(one),
    )
    return next((one for test in tests for one in able if test(one)), None)


def _heads(one: Command) -> list[str]:
    """The first word of each example."""
    return [HEAD.split(example, maxsplit=1)[0] for example in one.examples]


async def _roles(ctx: Ctx) -> list[dict[str, Any]]:
    """At most three of the sender's roles, by name."""
    members = ctx.sender.members[:3]
    found = {row.code: row for row in await organizations.by_codes(ctx.session, [one.org for one in members if one.org])}
    return [who(one.role, found.get(one.org or "")) for one in members]


def _quick(ctx: Ctx, able: Sequence[Command]) -> tuple[Button, ...]:
    if ctx.chat.kind != "private":
        return ()
    open_to = {one.request for one in able}
    wanted = QUICK["committee" if ctx.sender.roles & COMMITTEE else "unit"]
    return tuple(Button(question) for question in wanted if type(question) in open_to)
