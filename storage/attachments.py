"""Files that were sent to the bot: their rows; the contents stand in the data folder under generated names."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import ReceivedFile


async def add(
    session: AsyncSession,
    *,
    organization_id: int | None,
    account_id: int | None,
    inbound_id: int,
    name: str,
    stored_as: str,
    size: int,
    mime: str,
    sha256: str,
    now: datetime,
) -> int:
    """Note a file that is stored already. The row's id."""
    row = ReceivedFile(
        organization_id=organization_id,
        account_id=account_id,
        inbound_id=inbound_id,
        received_at=now,
        name=name,
        stored_as=stored_as,
        size=size,
        mime=mime,
        sha256=sha256,
    )
    session.add(row)
    await session.flush()
    return row.id


async def belongs_to(session: AsyncSession, attachment_id: int, organization_id: int) -> None:
    """Say whose file it is."""
    await session.execute(
        update(ReceivedFile).where(col(ReceivedFile.id) == attachment_id).values(organization_id=organization_id)
    )
