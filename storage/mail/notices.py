"""Notices on their way: which have come due, and how each one is settled, moved or vetoed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, distinct, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import BATCH, table_of
from storage.derived.reach import reachable
from storage.tables import Notice, OutboundMessage
from storage.tables.columns import UTC_TIME

notice, outbound = table_of(Notice), table_of(OutboundMessage)


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned notice. Times are aware UTC; without an organisation it is for the committee."""

    id: int
    kind: str
    organization_id: int | None
    subject: str
    subject_id: int
    rung: int
    due_on: date | None
    due_at: datetime
    state: str


MISSED = "停机期间错过"
"""How the reason begins why a notice that came due during an outage is not said."""
COLUMNS = tuple(notice.c[name] for name in Planned.__slots__)


async def _read(session: AsyncSession, rows: Select[Any]) -> list[Planned]:
    return [Planned(*row) for row in await session.execute(rows)]


async def due_for_committee(session: AsyncSession, now: datetime) -> list[Planned]:
    """What has come due without an organisation of its own, in the order in which it came due. One statement."""
    rows = select(*COLUMNS).where(notice.c.state == "planned", notice.c.due_at <= now, notice.c.organization_id.is_(None))
    return await _read(session, rows.order_by(notice.c.due_at, notice.c.id))


async def organizations_due(session: AsyncSession, now: datetime) -> list[int]:
    """The organisations for which something has come due. One statement."""
    rows = select(notice.c.organization_id).distinct().order_by(notice.c.organization_id)
    due = rows.where(notice.c.state == "planned", notice.c.due_at <= now, notice.c.organization_id.is_not(None))
    return list((await session.execute(due)).scalars())


async def due_for_organizations(session: AsyncSession, organizations: Collection[int], now: datetime) -> list[Planned]:
    """What has come due for these organisations, by organisation and time. One statement."""
    rows = select(*COLUMNS).where(
        notice.c.state == "planned", notice.c.due_at <= now, notice.c.organization_id.in_(organizations)
    )
    return await _read(session, rows.order_by(notice.c.organization_id, notice.c.due_at, notice.c.id))


async def coming(
    session: AsyncSession, organizations: Collection[int], kinds: Collection[str], now: datetime, until: datetime
) -> list[Planned]:
    """What of these kinds is planned for these organisations after `now` up to an instant, by time. One statement."""
    rows = select(*COLUMNS).where(
        notice.c.state == "planned",
        notice.c.kind.in_(kinds),
        notice.c.due_at > now,
        notice.c.due_at <= until,
        notice.c.organization_id.in_(organizations),
    )
    return await _read(session, rows.order_by(notice.c.organization_id, notice.c.due_at, notice.c.id))


async def between(session: AsyncSession, start: datetime, end: datetime) -> list[Planned]:
    """All that is planned (or vetoed) from `start` to before `end`, in time. One statement."""
    rows = select(*COLUMNS).where(notice.c.state.in_(("planned", "vetoed")), notice.c.due_at >= start, notice.c.due_at < end)
    return await _read(session, rows.order_by(notice.c.due_at, notice.c.kind, notice.c.organization_id, notice.c.id))


async def organizations_between(session: AsyncSession, kinds: Collection[str], start: datetime, end: datetime) -> int:
    """How many organisations would hear a planned notice of these kinds, from `start` to before `end`. One statement."""
    rows = select(func.count(distinct(notice.c.organization_id))).where(
        notice.c.state == "planned",
        notice.c.due_at >= start,
        notice.c.due_at < end,
        notice.c.kind.in_(kinds),
        notice.c.organization_id.in_(reachable()),
    )
    number: int = (await session.execute(rows)).scalar_one()
    return number


async def next_at(session: AsyncSession) -> datetime | None:
    """When the next planned notice comes due. One statement."""
    soonest = select(func.min(notice.c.due_at, type_=UTC_TIME)).where(notice.c.state == "planned")
    found: datetime | None = (await session.execute(soonest)).scalar_one()
    return found


async def spoken_to(session: AsyncSession, organizations: Collection[int], since: datetime) -> dict[int, int]:
    """How many messages that count against the cap each organisation was sent since an instant. One statement.

    One message to several chats of an organisation is made at one time and counts once.
    """
    rows = (
        select(outbound.c.organization_id, func.count(distinct(outbound.c.made_at)))
        .where(outbound.c.counts, outbound.c.made_at >= since, outbound.c.organization_id.in_(organizations))
        .group_by(outbound.c.organization_id)
    )
    return {row[0]: row[1] for row in await session.execute(rows)}


async def _settle(session: AsyncSession, ids: Sequence[int], now: datetime, **values: Any) -> None:
    for start in range(0, len(ids), BATCH):
        some = update(notice).where(notice.c.id.in_(ids[start : start + BATCH]), notice.c.state == "planned")
        await session.execute(some.values(settled_at=now, **values))


async def released_all(session: AsyncSession, said: Iterable[tuple[Sequence[int], int | None]], now: datetime) -> None:
    """The same for many messages, each with its notices. One batch, however many there are."""
    rows = [{"notice_id": one, "message": outbound_id} for ids, outbound_id in said for one in ids]
    if rows:
        some = update(notice).where(notice.c.id == bindparam("notice_id"), notice.c.state == "planned")
        values = {"state": "released", "settled_at": now, "outbound_id": bindparam("message")}
        await (await session.connection()).execute(some.values(values), rows)


async def skipped(session: AsyncSession, reasons: Iterable[tuple[int, str]], now: datetime) -> None:
    """These notices are not said, each with its reason. One statement a reason and 1,000 notices."""
    by_reason: dict[str, list[int]] = {}
    for notice_id, reason in reasons:
        by_reason.setdefault(reason, []).append(notice_id)
    for reason, ids in by_reason.items():
        await _settle(session, ids, now, state="skipped", reason=reason)


async def vetoed(session: AsyncSession, ids: Sequence[int], reason: str, now: datetime) -> None:
    """A person said that these are not to be sent."""
    await _settle(session, ids, now, state="vetoed", reason=reason)


async def postponed(session: AsyncSession, ids: Sequence[int], until: datetime) -> None:
    """These notices wait until another time."""
    for start in range(0, len(ids), BATCH):
        some = update(notice).where(notice.c.id.in_(ids[start : start + BATCH]), notice.c.state == "planned")
        await session.execute(some.values(due_at=until))


async def after_outage(session: AsyncSession, since: datetime, until: datetime) -> tuple[int, int]:
    """Of what came due in an outage: how many messages went out later, how many notices were too late. One statement."""
    late = notice.c.state.in_(("released", "skipped")) & (notice.c.due_at > since) & (notice.c.due_at < until)
    said = func.count(distinct(notice.c.outbound_id)).filter(notice.c.state == "released")
    lost = func.count().filter(notice.c.state == "skipped", notice.c.reason.startswith(MISSED))
    row = (await session.execute(select(said, lost).where(late, notice.c.settled_at >= until))).one()
    return int(row[0]), int(row[1])


async def stop_unprompted(session: AsyncSession, now: datetime) -> int:
    """暂停全部提醒: what nobody asked for and has not left yet does not leave. How many messages."""
    mine = update(outbound).where(outbound.c.unprompted, outbound.c.state.in_(("ready", "claimed", "held")))
    stopped = mine.values(state="skipped", reason="暂停全部提醒", settled_at=now, worker=None, lease_until=None)
    return len((await session.execute(stopped.returning(outbound.c.id))).all())


async def plan_anew(session: AsyncSession) -> None:
    """The plan or the calendar changed: what is only planned is planned again by the next tick, under the same keys."""
    await session.execute(delete(notice).where(notice.c.state == "planned"))


async def hold_past(session: AsyncSession, now: datetime) -> None:
    """After a backup was put back: what came due meanwhile waits for a person, instead of going out at once."""
    past = update(notice).where(notice.c.state == "planned", notice.c.due_at <= now)
    await session.execute(past.values(state="held", reason="由备份恢复，待确认"))
