"""Reports: numbers are never given twice, a correction keeps the trail, a withdrawal takes what it promised."""

import asyncio
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import brands, commitments, papers, reports
from storage.database.engine import sessions
from storage.reports import Origin, Part
from storage.tables import Account, ProgressReport
from tests.duties import town

NOW = town.at("2026-11-23 10:05")
TODAY = NOW.date()


async def told(session: AsyncSession, organization: int, *contents: str, account: int | None = None) -> str:
    number = await reports.next_number(session, 2026)
    parts = [Part(content, occurred_on=TODAY) for content in contents]
    await reports.add(session, number, organization, parts, Origin(NOW, account, None))
    return number


async def test_numbers_count_up_within_their_year(session: AsyncSession) -> None:
    given = [await reports.next_number(session, year) for year in (2026, 2026, 2027, 2026)]
    assert given == ["2026-0001", "2026-0002", "2027-0001", "2026-0003"]


async def test_two_reports_at_once_get_two_numbers(database: AsyncEngine) -> None:
    async def one() -> str:
        async with sessions(database).begin() as session:
            number = await reports.next_number(session, 2026)
            await asyncio.sleep(0.02)
            return number

    numbers = await asyncio.gather(*(one() for _ in range(5)))
    assert sorted(numbers) == [f"2026-000{place}" for place in range(1, 6)]


async def test_several_events_share_one_number_and_keep_their_order(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    number = await told(session, organization, "开会", "走访", "培训")
    found = await reports.by_number(session, number)
    assert found is not None
    assert [part.content for part in found.parts] == ["开会", "走访", "培训"]
    assert found.content == "开会；走访；培训"


async def test_a_correction_replaces_all_parts_and_keeps_every_row(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    number = await told(session, organization, "开会", "走访")
    first = await reports.by_number(session, number)
    assert first is not None
    await reports.correct(session, first, [Part("开了一次会")], Origin(NOW + timedelta(days=9), None, None))
    found = await reports.by_number(session, number)
    assert found is not None
    assert (found.version, [part.content for part in found.parts]) == (2, ["开了一次会"])
    assert found.reported_at == NOW
    assert (await session.execute(select(func.count()).select_from(ProgressReport))).scalar_one() == 3
    listed, total = await reports.recent(session, [organization], 5)
    assert ([one.content for one in listed], total) == (["开了一次会"], 1)


async def test_a_withdrawn_report_is_found_by_its_number_only(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    number = await told(session, organization, "开会")
    first = await reports.by_number(session, number)
    assert first is not None
    assert await reports.withdraw(session, first, NOW, None)
    assert not await reports.withdraw(session, first, NOW, None)
    assert await reports.last(session, [organization]) is None
    assert await reports.recent(session, [organization], 5) == ([], 0)
    found = await reports.by_number(session, number)
    assert found is not None
    assert found.withdrawn_at == NOW


async def test_a_report_that_was_corrected_meanwhile_is_not_withdrawn_in_its_old_version(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    number = await told(session, organization, "开会")
    seen = await reports.by_number(session, number)
    assert seen is not None
    await reports.correct(session, seen, [Part("开了会")], Origin(NOW, None, None))
    assert not await reports.withdraw(session, seen, NOW, None)


async def test_the_last_report_is_the_newest_of_the_account_and_the_organisations(session: AsyncSession) -> None:
    one, other = await town.unit(session, "1"), await town.unit(session, "2")
    mine = await town.put(session, Account, platform="console", external="a")
    first = await told(session, one, "开会", account=mine)
    second = await told(session, other, "走访")
    last = await reports.last(session, [one, other])
    own = await reports.last(session, account_id=mine)
    assert last is not None
    assert own is not None
    assert (last.number, own.number) == (second, first)


async def test_a_promise_is_kept_once_and_opened_again_with_its_report_gone(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    row = await town.report(session, organization, "2026-0001", NOW)
    promise = await commitments.make(session, organization, "设计标识", date(2026, 12, 10), report_id=row, made_on=TODAY)
    done = await town.report(session, organization, "2026-0002", NOW)
    assert await commitments.keep(session, promise, by_report=done, on=TODAY)
    assert not await commitments.keep(session, promise, by_report=done, on=TODAY)
    assert await commitments.open_of(session, organization) == []
    assert await commitments.reopen_of(session, [done]) == ["设计标识"]
    assert [one.object for one in await commitments.open_of(session, organization)] == ["设计标识"]
    assert await commitments.drop_of(session, [row], NOW) == ["设计标识"]
    assert await commitments.open_of(session, organization) == []


async def test_the_same_paper_claimed_twice_is_one_question_decided_once(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    admin = await town.put(session, Account, platform="console", external="a")
    row = await town.report(session, organization, "2026-0001", NOW)
    first = await papers.claim(session, organization, "declaration", 0, at=NOW, report_id=row)
    assert await papers.claim(session, organization, "declaration", 0, at=NOW, report_id=row) == first
    assert await papers.decide(session, first, True, at=NOW, by=admin)
    assert not await papers.decide(session, first, False, at=NOW, by=admin)
    found = await papers.by_id(session, first)
    assert found is not None
    assert found.received is True


FIELDS = {"name": "示例品牌", "brand_type": "服务群众", "owner_post": "组织委员", "connotation": "为民"}


async def test_an_organisation_has_one_brand(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    first = await brands.submit(session, organization, "direct", FIELDS, on=TODAY)
    assert first is not None
    assert (first.state, first.version) == ("submitted", 1)
    assert await brands.submit(session, organization, "direct", FIELDS, on=TODAY) is None


async def test_two_admins_at_once_make_one_decision(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    brand = await brands.submit(session, organization, "direct", FIELDS, on=TODAY)
    assert brand is not None
    assert await brands.approve(session, brand, on=TODAY)
    assert not await brands.send_back(session, brand, due_on=date(2026, 12, 4))
    assert not await brands.approve(session, brand, on=TODAY)


async def test_a_returned_brand_is_declared_anew_with_the_words_it_keeps(session: AsyncSession) -> None:
    organization = await town.unit(session, "1")
    brand = await brands.submit(session, organization, "direct", FIELDS, on=TODAY)
    assert brand is not None
    assert await brands.send_back(session, brand, due_on=date(2026, 12, 4))
    returned = await brands.of(session, organization)
    assert returned is not None
    assert returned.return_due == date(2026, 12, 4)
    again = await brands.submit_again(session, returned, "direct", {"connotation": "为民办实事"}, on=TODAY)
    assert again is not None
    assert (again.version, again.name, again.connotation, again.return_due) == (2, "示例品牌", "为民办实事", None)
    assert await brands.submit_again(session, returned, "direct", {}, on=TODAY) is None


async def test_milestones_keep_their_first_day_and_go_with_their_report(session: AsyncSession) -> None:
    facts = await town.plan(session)
    organization = await town.unit(session, "1")
    brand = await town.brand(session, organization, "approved")
    row = await town.report(session, organization, "2026-0001", NOW)
    first, second = facts.milestones[3].id, facts.milestones[4].id
    assert await brands.reach(session, brand, [first], on=TODAY) == [first]
    assert await brands.reach(session, brand, [first, second], on=date(2026, 12, 1), report_id=row) == [second]
    assert await brands.reached(session, [brand]) == {brand: {first: TODAY, second: date(2026, 12, 1)}}
    assert await brands.unreach(session, [row]) == ["推广深化"]
    assert await brands.reached(session, [brand]) == {brand: {first: TODAY}}
