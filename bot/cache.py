"""What every message needs to know and that rarely changes, kept per version: directory, plan, calendar, who speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from messages.reading.directory import Directory, OrgName
from storage import calendar, organizations, plans, senders
from storage.database import versions
from storage.database.versions import Versions
from storage.plans import PlanFacts
from storage.senders import Speaker
from storage.tables import Organization

MOST = 5000  # accounts that are kept in mind; then all are forgotten, and looked up as they speak


@dataclass(frozen=True, slots=True)
class Facts:
    """The directory, the plan in force and the calendar of one version."""

    directory: Directory
    plan: PlanFacts | None
    calendar: calendar.Calendar
    timezone: ZoneInfo
    organizations: dict[str, Organization] = field(default_factory=dict)  # by code, as they are asked for

    def local(self, instant: datetime) -> datetime:
        """An instant in the plan's time zone."""
        return instant.astimezone(self.timezone)

    def with_aliases(self, own: Mapping[str, str]) -> "Facts":
        """The same with what one account calls organisations (name → code)."""
        return replace(self, directory=self.directory.with_aliases(own)) if own else self


class Cache:
    """Reads again only what a version says has changed. Each transaction goes by the versions that it sees itself."""

    def __init__(self, timezone: ZoneInfo) -> None:
        self._timezone = timezone
        self._facts: tuple[int | None, Facts] | None = None
        self._speakers: tuple[Versions, dict[int, Speaker]] = (Versions(None, None), {})

    async def facts(self, session: AsyncSession, seen: Versions | None = None) -> Facts:
        """Directory, plan and calendar as they stand in this transaction, whose versions are `seen` (else one statement)."""
        roster = (seen or await versions.now(session)).roster
        if self._facts is None or self._facts[0] != roster:
            self._facts = (roster, await self._read(session))
        return self._facts[1]

    async def speaker(self, session: AsyncSession, account_id: int, seen: Versions) -> Speaker:
        """What an account is, and its own names for organisations."""
        if self._speakers[0] != seen or len(self._speakers[1]) >= MOST:
            self._speakers = (seen, {})
        mind = self._speakers[1]  # of these versions, whatever another transaction finds meanwhile
        if account_id not in mind:
            mind[account_id] = await senders.of(session, account_id)
        return mind[account_id]

    async def _read(self, session: AsyncSession) -> Facts:
        directory = Directory([
            OrgName(name.code, name.short, name.full, tuple(name.aliases), name.parent)
            for name in await organizations.names(session)
        ])  # fmt: skip
        plan = await plans.in_force(session)
        return Facts(directory, plan, await calendar.load(session), plan.timezone if plan is not None else self._timezone)
