"""The audit: a chain per organisation that shows what was changed or taken out."""

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.tables import AuditEntry
from tests.duties import town

NOW = town.at("2026-11-23 10:05")


async def acted(session: AsyncSession) -> None:
    for scope in (0, 1, 1, 0, 1):
        await audit.record(session, scope=scope, actor=None, act="report", subject="1", content={"text": "会"}, now=NOW)


async def test_an_untouched_chain_holds(session: AsyncSession) -> None:
    await acted(session)
    assert await audit.verify(session) == []


async def test_a_changed_entry_shows(session: AsyncSession) -> None:
    await acted(session)
    await session.execute(
        update(AuditEntry).where(col(AuditEntry.scope) == 1, col(AuditEntry.sequence) == 2).values(act="approve")
    )
    session.expire_all()
    assert await audit.verify(session) == [(1, 2)]


async def test_a_missing_entry_shows(session: AsyncSession) -> None:
    await acted(session)
    await session.execute(delete(AuditEntry).where(col(AuditEntry.scope) == 1, col(AuditEntry.sequence) == 2))
    assert await audit.verify(session) == [(1, 3)]


async def test_entries_that_changed_places_show(session: AsyncSession) -> None:
    await acted(session)
    third = (col(AuditEntry.scope) == 1, col(AuditEntry.sequence) == 3)
    second = (col(AuditEntry.scope) == 1, col(AuditEntry.sequence) == 2)
    for which, number in ((second, 99), (third, 2), ((col(AuditEntry.sequence) == 99,), 3)):
        await session.execute(update(AuditEntry).where(*which).values(sequence=number))
    session.expire_all()
    assert (await audit.verify(session))[0] == (1, 2)


async def test_a_chain_that_was_cut_off_shows_at_the_first_missing_entry(session: AsyncSession) -> None:
    await acted(session)
    await session.execute(delete(AuditEntry).where(col(AuditEntry.scope) == 1, col(AuditEntry.sequence) > 1))
    await session.execute(delete(AuditEntry).where(col(AuditEntry.scope) == 0))
    assert await audit.verify(session) == [(0, 1), (1, 2)]
