"""Every route, for every role and relation, in every kind of chat, is as docs/rights.md says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import COMMANDS
from handlers.contract import Command, Context, Refusal, Sender, command
from handlers.routing import carry
from messages.reading.scene import Member
from messages.requests import Request, key
from messages.requests.people import BindGroup, Unbind
from messages.requests.work import Report
from messages.writing.reply import Reply
from storage.tables import Organization
from tests.people import matters
from tests.people.matters import THE_ONE, Tree

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
RELATIONS = {"own": "11", "parent": "1", "child": "111", "sibling": "12", "foreign": "2"}
SENDERS: dict[str, tuple[Member, ...]] = {
    "admin": (Member("admin"),),
    "staff": (Member("staff"),),
    **{f"secretary {relation}": (Member("secretary", code),) for relation, code in RELATIONS.items()},
    **{f"member {relation}": (Member("member", code),) for relation, code in RELATIONS.items()},
    "nobody": (),
}
CHATS: dict[str, tuple[str, str | None]] = {
    "private": ("private", None),
    "committee": ("committee", None),
    "all": ("all", None),
    **{f"unit {relation}": ("unit", code) for relation, code in RELATIONS.items()},
}


async def _answer(ctx: Context[Any], asked: Request) -> Reply:
    """In the place of the handler: whose it was found to be."""
    thing = ctx.about
    found = thing if isinstance(thing, Organization) else getattr(thing, "organization", None)
    return Reply("answered", {"of": found.code if found else None})


async def said(ctx: Context[Any], route: Command, asked: Request) -> Reply:
    """The answer of a route with its own resolver."""
    try:
        return await carry({route.request: replace(route, handler=_answer)}, ctx, asked)
    except Refusal as refusal:
        return refusal.reply


async def outcome(ctx: Context[Any], route: Command, asked: Request) -> str:
    """· here; p in private, with a neutral line here; – not at all."""
    reply = await said(ctx, route, asked)
    sign = "·"
    if reply.template == "rights/in_private":
        (reply,), sign = reply.others, "p"
    if reply.template != "answered":
        return "–"
    here = asked in (Unbind(bare=True), BindGroup())
    assert reply.values["of"] in (None, ctx.chat.org if here else THE_ONE), f"{asked} was found to be of {reply.values}"
    return sign


def in_chats(tree: Tree, members: tuple[Member, ...]) -> list[Context[Any]]:
    """A sender in each chat, in the order of CHATS."""
    sender = Sender(tree.base.sender.account_id, members)
    return [replace(tree.base, sender=sender, chat=tree.chats[chat]) for chat in CHATS.values()]


async def table(tree: Tree) -> str:
    """The table as the page has it: a row for each route and sort of matter, a cell for each sender."""
    lines = ["| " + " | ".join(("request", "audience", "about", *SENDERS)) + " |", "|---" * (len(SENDERS) + 3) + "|"]
    for route in COMMANDS:
        for sort, asked in matters.requests(route.request, tree).items():
            cells = [await cell(tree, route, asked, members) for members in SENDERS.values()]
            name = key(route.request) + (f": {sort}" if sort else "")
            lines.append(" | ".join((f"| {name}", route.audience.name, route.about.name, *cells)) + " |")
    return "\n".join(lines)


async def cell(tree: Tree, route: Command, asked: Request, members: tuple[Member, ...]) -> str:
    """What a sender hears in each chat."""
    signs = [await outcome(ctx, route, asked) for ctx in in_chats(tree, members)]
    return signs[0] if len(set(signs)) == 1 else "".join(signs)


async def test_every_route_is_as_the_page_says(session: AsyncSession) -> None:
    """Rows are compared one by one: what fails is the row to write, or the one that is no more."""
    made = (await table(await matters.build(session))).splitlines()
    page = [line for line in PAGE.read_text("utf-8").splitlines() if line.count("|") == len(SENDERS) + 4]
    assert [row for row in made if row not in page] == []
    assert [row for row in page if row not in made] == []


async def test_what_one_may_not_see_is_answered_as_what_does_not_exist(session: AsyncSession) -> None:
    """Nobody learns from a refusal that a number, a role or a group exists, or whose it is."""
    tree = await matters.build(session)
    tried = 0
    for route in COMMANDS:
        for asked in matters.requests(route.request, tree).values():
            if (none := matters.missing(asked)) is None:
                continue
            for ctx in (one for members in SENDERS.values() for one in in_chats(tree, members)):
                real, fake = await said(ctx, route, asked), await said(ctx, route, none)
                if "answered" in {reply.template for reply in (real, *real.others)}:
                    continue
                told = {**real.values, "number": getattr(none, "number", None)} if "number" in real.values else real.values
                assert (real.template, told) == (fake.template, fake.values), f"{asked} by {ctx.sender.members} in {ctx.chat}"
                tried += 1
    assert tried > 100


def test_the_page_names_the_chats_in_the_order_of_the_signs() -> None:
    assert f"`{', '.join(CHATS)}`" in PAGE.read_text("utf-8")


def test_a_command_without_its_rights_cannot_be_made() -> None:
    with pytest.raises(TypeError, match=r"who.*about.*audience"):
        command(Report)  # type: ignore[call-arg]  # this is the mistake
