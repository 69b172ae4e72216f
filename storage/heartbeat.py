"""When a serving process was last alive, so that an outage can be named."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import new_rows, table_of
from storage.tables import Heartbeat
from storage.tables.columns import UTC_TIME

BEAT = table_of(Heartbeat).c
KEPT = timedelta(days=90)


async def beat(session: AsyncSession, process: str, started_at: datetime, now: datetime) -> None:
    """This process is alive."""
    statement = new_rows(session, Heartbeat).values(process=process, started_at=started_at, at=now)
    await session.execute(statement.on_conflict_do_update(index_elements=["process"], set_={"at": now}))


async def silent_since(session: AsyncSession, process: str, started_at: datetime) -> datetime | None:
    """When any other process was last alive before this one started; None if there was none, or one still is."""
    other = BEAT.process != process
    last: datetime | None = (await session.execute(select(func.max(BEAT.at, type_=UTC_TIME)).where(other))).scalar_one_or_none()
    return last if last is not None and last < started_at else None


async def forget(session: AsyncSession, now: datetime) -> None:
    """Drop the marks of processes that ended long ago."""
    await session.execute(delete(table_of(Heartbeat)).where(BEAT.at < now - KEPT))
