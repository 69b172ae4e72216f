"""Every route, for every role and relation, in every kind of chat, is as docs/rights.md says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import COMMANDS, matters
from handlers.contract import About, Allow, Command, Context, Here, Matter, Refusal, Sender, command
from handlers.routing import carry
from messages.reading.directory import Directory, OrgName
from messages.reading.scene import Member
from messages.requests import Request, key
from messages.requests.work import Report
from messages.writing.reply import Reply
from tests.duties import town as plans
from tests.people import town

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
NAMES = (("1", "甲", None), ("11", "甲一", "1"), ("111", "甲一一", "11"), ("12", "甲二", "1"), ("2", "乙", None))
TREE = Directory(OrgName(code, short, parent=parent) for code, short, parent in NAMES)
THE_ONE = "11"
"""The organisation that everything is about."""
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


async def _nothing(ctx: Context[Any], asked: Request, allow: Allow) -> Matter[None]:
    return Matter(None)


async def _the_one(ctx: Context[Any], asked: Request, allow: Allow) -> Matter[None]:
    allow(THE_ONE)
    return Matter(None, (THE_ONE,))


async def _everybody(ctx: Context[Any], asked: Request, allow: Allow) -> Matter[None]:
    return Matter(None, "all")


async def _answer(ctx: Context[Any], asked: Request) -> Reply:
    return Reply("answered")


def probe(route: Command) -> Command:
    """The route with the organisation of this test in the place of what its resolver would find, and an answer."""
    finds = {matters.NOTHING: _nothing, matters.ALL: _everybody}.get(route.about, _the_one)
    return replace(route, about=About(route.about.name, finds), handler=_answer, needs_plan=False)


async def outcome(ctx: Context[Any], route: Command) -> str:
    """· here; p in private, with a neutral line here; – not at all."""
    try:
        reply = await carry({route.request: route}, ctx, object.__new__(route.request))
    except Refusal:
        return "–"
    if reply.template == "answered":
        return "·"
    return "p" if reply.template == "rights/in_private" and [one.template for one in reply.others] == ["answered"] else "?"


async def table(session: AsyncSession) -> str:
    """The table as the page has it: one row a route, one cell a sender; a cell has one sign, or one for each chat."""
    await town.build(session)
    base = replace(await town.context(session, ("admin", None)), plan=await plans.plan(session), directory=TREE)
    lines = ["| " + " | ".join(("request", "audience", "about", *SENDERS)) + " |", "|---" * (len(SENDERS) + 3) + "|"]
    for route in COMMANDS:
        tried = probe(route)
        cells = [await cell(base, tried, members) for members in SENDERS.values()]
        lines.append(" | ".join((f"| {key(route.request)}", route.audience.name, route.about.name, *cells)) + " |")
    return "\n".join(lines)


async def cell(base: Context[Any], route: Command, members: tuple[Member, ...]) -> str:
    """What a sender hears in each chat."""
    sender = Sender(base.sender.account_id, members)
    signs = [await outcome(replace(base, sender=sender, chat=Here(base.chat.id, *chat)), route) for chat in CHATS.values()]
    return signs[0] if len(set(signs)) == 1 else "".join(signs)


async def test_every_route_is_as_the_page_says(session: AsyncSession) -> None:
    """Rows are compared one by one: what fails is the row to write, or the one that is no more."""
    made = (await table(session)).splitlines()
    page = [line for line in PAGE.read_text("utf-8").splitlines() if line.count("|") == len(SENDERS) + 4]
    assert [row for row in made if row not in page] == []
    assert [row for row in page if row not in made] == []
    assert "?" not in "".join(made)


def test_the_page_names_the_chats_in_the_order_of_the_signs() -> None:
    assert f"`{', '.join(CHATS)}`" in PAGE.read_text("utf-8")


def test_a_command_without_its_rights_cannot_be_made() -> None:
    with pytest.raises(TypeError, match=r"who.*about.*audience"):
        command(Report)  # type: ignore[call-arg]  # this is the mistake
