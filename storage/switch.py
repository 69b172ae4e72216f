"""启用提醒 and 暂停全部提醒: since when the bot may speak unasked, as it was said."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import table_of
from storage.tables import NudgeSwitch

switch = table_of(NudgeSwitch)


async def on_since(session: AsyncSession) -> datetime | None:
    """Since when the nudges are switched on (aware UTC), None while they are off. One statement."""
    newest = select(switch.c.on, switch.c.at).order_by(switch.c.id.desc()).limit(1)
    row = (await session.execute(newest)).one_or_none()
    return row.at if row is not None and row.on else None


async def turn(session: AsyncSession, *, on: bool, account_id: int | None, now: datetime) -> bool:
    """Switch on or off; False when it already was so, and then nothing is written."""
    if (await on_since(session) is not None) == on:
        return False
    await session.execute(insert(switch).values(at=now, on=on, account_id=account_id))
    return True
