"""What is due, and how many have declared, on both databases."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from storage import switch
from storage.derived import due
from storage.derived.counts import counts
from tests.duties import town
from tests.duties.town import at


async def test_a_direct_organisation_owes_its_declaration_until_it_has_submitted(session: AsyncSession) -> None:
    await town.plan(session)
    silent, drafted, submitted = [await town.unit(session, code) for code in ("1", "2", "3")]
    await town.brand(session, drafted, "draft", submitted_on=None)
    await town.brand(session, submitted, "submitted")
    owed = await due.items(session)
    assert [(item.organization_id, item.subject, item.due_on) for item in owed] == [
        (silent, "declaration", date(2026, 12, 31)),
        (drafted, "declaration", date(2026, 12, 31)),
    ]


async def test_a_subordinate_owes_a_declaration_only_while_the_newest_decision_permits_it(session: AsyncSession) -> None:
    await town.plan(session)
    parent = await town.unit(session, "1")
    await town.brand(session, parent, "submitted")
    never, allowed, revoked = [await town.unit(session, code, parent=parent) for code in ("2", "3", "4")]
    await town.brand(session, allowed, "approved", standing="branch")
    for child in (allowed, revoked):
        await town.separate(session, child, granted=True, decided=at("2026-03-02 10:00"))
    await town.separate(session, revoked, granted=False, decided=at("2026-04-02 10:00"))
    assert [item.organization_id for item in await due.items(session)] == [allowed]
    assert not await due.of(session, never)
    assert await due.separate_permitted(session, allowed)
    assert not await due.separate_permitted(session, revoked)


async def test_milestones_are_due_for_approved_brands_alone_and_not_once_reached(session: AsyncSession) -> None:
    facts = await town.plan(session)
    approved, waiting = [await town.unit(session, code) for code in ("1", "2")]
    branch = await town.unit(session, "3", parent=approved)
    done = [milestone.id for milestone in facts.milestones[:3]]
    await town.brand(session, approved, "approved", done=done)
    await town.brand(session, waiting, "submitted")
    await town.brand(session, branch, "approved", standing="branch")
    owed = await due.items(session, until=date(2027, 12, 31))
    assert [(item.organization_id, item.name) for item in owed] == [(approved, "优化培育"), (approved, "推广深化")]


async def test_the_newest_granted_extension_moves_the_day(session: AsyncSession) -> None:
    await town.plan(session)
    unit = await town.unit(session, "1")
    await town.extended(session, unit, "declaration", 0, date(2027, 2, 26), at("2026-12-01 10:00"))
    await town.extended(session, unit, "declaration", 0, date(2027, 1, 15), at("2026-12-02 10:00"))
    assert [item.due_on for item in await due.of(session, unit)] == [date(2027, 1, 15)]


async def test_an_extension_from_before_the_newest_return_moves_nothing(session: AsyncSession) -> None:
    await town.plan(session)
    unit = await town.unit(session, "1")
    brand = await town.brand(session, unit, "returned")
    await town.extended(session, unit, "return", brand, date(2027, 1, 15), at("2026-07-01 10:00"))
    assert (await due.of(session, unit))[0].due_on == date(2026, 12, 11)
    await town.extended(session, unit, "return", brand, date(2026, 12, 18), at("2026-12-01 10:00"))
    assert (await due.of(session, unit))[0].due_on == date(2026, 12, 18)


async def test_a_paper_claim_pauses_its_own_subject(session: AsyncSession) -> None:
    await town.plan(session)
    unit = await town.unit(session, "1")
    promised = await town.promise(session, unit, "标识设计", date(2026, 12, 10), date(2026, 11, 23))
    await town.paper(session, unit, "declaration", 0, at("2026-12-02 10:00"))
    owed = {item.subject: item for item in await due.of(session, unit)}
    assert owed["declaration"].paused
    assert (owed["commitment"].paused, owed["commitment"].subject_id) == (False, promised)
    assert [claim.organization_id for claim in await due.open_claims(session)] == [unit]


async def test_counts_take_direct_organisations_only_and_the_rest_stands_apart(session: AsyncSession) -> None:
    await town.plan(session)
    states = ["approved"] * 11 + ["exemplar"] * 2 + ["submitted"] * 2 + ["returned"] * 2
    units = [await town.unit(session, str(code)) for code in range(1, 23)]
    for unit, state in zip(units, states, strict=False):
        await town.brand(session, unit, state)
    for code, (state, standing) in enumerate(
        [("approved", "separate"), ("submitted", "separate"), *[("approved", "branch")] * 3]
    ):
        child = await town.unit(session, str(30 + code), parent=units[0])
        await town.brand(session, child, state, standing=standing)
    told = await counts(session, date(2026, 11, 20))
    assert (told.direct, told.declared, told.approved, told.exemplars, told.waiting, told.returned) == (22, 17, 13, 2, 2, 2)
    assert (told.missing, told.separate, told.branch, told.rate) == (5, 2, 3, 77.3)
    before = await counts(session, date(2026, 6, 30), at=at("2026-06-30 16:00"))
    assert (before.direct, before.declared, before.approved, before.waiting) == (22, 17, 0, 17)


async def test_the_switch_is_what_was_said_last(session: AsyncSession) -> None:
    assert await switch.on_since(session) is None
    assert await switch.turn(session, on=True, account_id=None, now=at("2026-11-23 10:00"))
    assert not await switch.turn(session, on=True, account_id=None, now=at("2026-11-23 11:00"))
    assert await switch.on_since(session) == at("2026-11-23 10:00")
    assert await switch.turn(session, on=False, account_id=None, now=at("2026-11-23 12:00"))
    assert await switch.on_since(session) is None
