"""Rights: who may act for and read which organisation, what each audience may see, who may decide."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import ROUTES, asking_back, contract, rights
from handlers.contract import Audience, Context, Refusal, WhichOrganization, command
from handlers.matters import NOTHING
from handlers.routing import carry
from messages.requests import Request
from messages.requests.asking import Burden, Todo
from messages.requests.committee import Veto
from messages.requests.work import HandIn
from messages.writing.reply import HERE, Reply, ToChat
from storage import organizations
from tests.asked import answer
from tests.duties import town as plans
from tests.people import town

ADMIN, STAFF = ("admin", None), ("staff", None)
PARENT, CHILD, OTHER, MEMBER = ("secretary", "01"), ("secretary", "0101"), ("secretary", "02"), ("member", "01")


@pytest.mark.parametrize(
    ("role", "acts", "reads"),
    [
        (ADMIN, "01 0101 0102 02", "01 0101 0102 02"),
        (STAFF, "01 0101 0102 02", "01 0101 0102 02"),
        (PARENT, "01 0101 0102", "01 0101 0102"),
        (CHILD, "0101", "0101"),
        (OTHER, "02", "02"),
        (MEMBER, "", "01"),
        (None, "", ""),
    ],
    ids=["admin", "staff", "parent", "child", "other", "member", "stranger"],
)
async def test_each_role_acts_and_reads_where_it_may(
    session: AsyncSession, role: tuple[str, str | None] | None, acts: str, reads: str
) -> None:
    await town.build(session)
    ctx = replace(await town.context(session, *([role] if role else [])), plan=await plans.plan(session))
    for code in ("01", "0101", "0102", "02"):
        assert rights.may_act(ctx, code) == await allowed(HandIn(org=code), ctx) == (code in acts.split())
        assert rights.may_read(ctx, code) == await allowed(Todo(org=code), ctx) == (code in reads.split())


async def test_two_memberships_add_up(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, CHILD, OTHER)
    assert [code for code in ("01", "0101", "0102", "02") if rights.may_act(ctx, code)] == ["0101", "02"]


@pytest.mark.parametrize(
    ("kind", "org", "role", "shown"),
    [
        ("committee", None, ADMIN, "01 0101 0102 02"),
        ("private", None, PARENT, "01 0101 0102 02"),
        ("unit", "01", ADMIN, "01 0101 0102"),
        ("unit", "0101", PARENT, "0101"),
        ("unit", "02", PARENT, "02"),
        ("all", None, PARENT, "01 0101 0102"),
        ("all", None, CHILD, "0101"),
        ("all", None, ADMIN, ""),
        ("unbound", None, ADMIN, ""),
    ],
)
async def test_each_audience_sees_what_it_may(
    session: AsyncSession, kind: str, org: str | None, role: tuple[str, str | None], shown: str
) -> None:
    await town.build(session)
    ctx = await town.context(session, role, kind=kind, org=org)
    assert [code for code in ("01", "0101", "0102", "02") if rights.visible(ctx, Audience.OWN, (code,))] == shown.split()


async def test_what_a_group_may_not_see_is_answered_in_private(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, PARENT, kind="unit", org="02")
    told = await rights.placed(ctx, Audience.OWN, ("01",), Reply("x", {"secret": 1}))
    assert (told.template, told.to, dict(told.values)) == ("rights/in_private", HERE, {})
    assert [(other.template, other.to == HERE) for other in told.others] == [("x", False)]


async def test_without_a_private_chat_the_group_hears_one_neutral_line(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, PARENT, kind="unit", org="02", talks=False)
    told = await rights.placed(ctx, Audience.OWN, ("01",), Reply("x", {"secret": 1}))
    assert (told.template, dict(told.values), told.others) == ("rights/open_private", {}, ())


async def test_what_the_audience_may_see_is_said_at_once(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, PARENT, kind="unit", org="01")
    assert (await rights.placed(ctx, Audience.OWN, ("01", "0102"), Reply("x"))).template == "x"


async def test_nobody_decides_their_own_request(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, ADMIN, OTHER)
    rights.not_own(ctx, None, "01")
    for requested_by, code in ((ctx.sender.account_id, "01"), (None, "02")):
        with pytest.raises(Refusal) as refused:
            rights.not_own(ctx, requested_by, code)
        assert refused.value.reply.template == "rights/own_request"


@pytest.mark.parametrize("kind", ["unit", "all", "unbound"])
async def test_an_answer_that_does_not_tell_whose_it_is_is_shown_to_no_group(session: AsyncSession, kind: str) -> None:
    """README's command with a matter of nobody's: the city's total stays out of a unit's group."""
    await town.build(session)
    ctx = await town.context(session, MEMBER, kind=kind, org="01" if kind == "unit" else None)

    @command(Burden, who=contract.MEMBER, about=NOTHING, audience=Audience.OWN, needs_plan=False)
    async def burden(ctx: Context[None], asked: Burden) -> Reply:
        return Reply("x", {"sent": 5})

    told = await carry({Burden: burden}, ctx, Burden())
    assert (told.template, dict(told.values)) == ("rights/in_private", {})
    assert not rights.visible(ctx, Audience.OWN, ())
    assert rights.visible(ctx, Audience.OWN, "nothing")


async def test_an_answer_that_shows_others_than_its_matter_says_so_and_is_placed_by_them(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, PARENT, kind="unit", org="01")
    for shows, seen in ((("0101",), "x"), (("02",), "rights/in_private"), ("all", "rights/in_private"), ("nothing", "x")):
        told = await rights.placed(ctx, Audience.OWN, ("01",), Reply("x", shows=shows))  # type: ignore[arg-type]  # each is one
        assert told.template == seen, shows


@pytest.mark.parametrize(
    ("kind", "org", "whose", "told"),
    [
        ("committee", None, "all", True),
        ("committee", None, (), True),
        ("unit", "01", ("0101",), True),
        ("unit", "0101", ("01",), False),
        ("unit", "02", ("01",), False),
        ("unit", "01", "all", False),
        ("unit", "01", (), False),
        ("unit", "02", "nothing", True),
        ("all", None, ("01",), False),
        ("private", None, ("0101",), True),
        ("private", None, ("02",), False),
        ("private", None, "all", False),
    ],
)
async def test_what_is_told_elsewhere_is_held_to_what_those_there_may_see(
    session: AsyncSession, kind: str, org: str | None, whose: Any, told: bool
) -> None:
    """The private chat is that of the secretary of 01; whoever asks may see everything."""
    await town.build(session)
    there = await town.context(session, PARENT, kind=kind, org=org, who="them")
    ctx = await town.context(session, ADMIN, kind="committee", who="asks")
    reply = Reply("x").also(ToChat(there.chat.id), "y")
    if told:
        assert (await rights.placed(ctx, Audience.OWN, whose, reply)).others == reply.others
    else:
        with pytest.raises(PermissionError, match="y would show"):
            await rights.placed(ctx, Audience.OWN, whose, reply)


async def test_a_command_in_the_wrong_chat_is_told_where_it_belongs(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, ADMIN, kind="all")
    refused = await answer(replace(ctx, plan=await plans.plan(session)), Veto(numbers=(1,)))
    assert refused.values["where"] == "工委工作群或私聊"


async def test_without_an_organisation_the_sender_is_asked_which_of_theirs(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, CHILD, OTHER)
    with pytest.raises(WhichOrganization):
        await carry(ROUTES, replace(ctx, plan=await plans.plan(session)), HandIn())
    asked = asking_back.which(ctx, HandIn())
    assert asked.missing == ("org",)
    assert asked.reply.values["candidates"] == ["甲局一支部", "乙局党总支"]


async def test_the_tree_is_the_same_from_the_tables_as_from_the_directory(session: AsyncSession) -> None:
    ids = await town.build(session)
    assert await organizations.subtree_ids(session, ids["01"]) == [ids["01"], ids["0101"], ids["0102"]]
    assert await organizations.subtree_ids(session, ids["0101"]) == [ids["0101"]]


async def allowed(asked: Request, ctx: Context[Any]) -> bool:
    return (await answer(ctx, asked)).template not in ("rights/not_yours", "common/not_allowed", "common/stranger")
