"""What every message needs to know and that rarely changes: directory, plan and calendar, kept per version."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from messages.reading.directory import Directory, OrgName
from storage import calendar, organizations, plans
from storage.database.inserting import table_of
from storage.plans import PlanFacts
from storage.tables import Plan, RosterVersion


@dataclass(frozen=True, slots=True)
class Facts:
    """The directory of a roster version, the plan of a revision, and today's calendar."""

    directory: Directory
    plan: PlanFacts | None
    calendar: calendar.Calendar
    timezone: ZoneInfo

    def local(self, instant: datetime) -> datetime:
        """An instant in the plan's time zone."""
        return instant.astimezone(self.timezone)


class Cache:
    """Reads the versions for each message, and the rest only when they have changed."""

    def __init__(self, timezone: ZoneInfo) -> None:
        self._timezone = timezone
        self._roster: int | None = None
        self._revision: tuple[int, int] | None = None
        self._directory = Directory(())
        self._plan: PlanFacts | None = None

    async def facts(self, session: AsyncSession) -> Facts:
        """Directory, plan and calendar as they stand in this transaction. Two statements where nothing has changed."""
        version = select(table_of(RosterVersion).c.number).scalar_subquery()
        plan = table_of(Plan).c
        revision = select(plan.revision).scalar_subquery()
        row = (await session.execute(select(version, revision, select(plan.id).scalar_subquery()))).one()
        if self._roster != row[0] or not self._directory.names:
            self._directory = Directory([
                OrgName(name.code, name.short, name.full, tuple(name.aliases), name.parent)
                for name in await organizations.names(session)
            ])  # fmt: skip
            self._roster = row[0]
        key = (row[2], row[1]) if row[1] is not None else None
        if self._revision != key:
            self._plan = await plans.in_force(session)
            self._revision = key
        zone = self._plan.timezone if self._plan is not None else self._timezone
        return Facts(self._directory, self._plan, await calendar.load(session), zone)
