"""What people did, chained per organisation: a changed or missing entry shows, and the content itself stays erasable."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import Inserter, inserter, table_of
from storage.tables import AuditEntry, AuditHead

START = "0" * 64
ENTRY, HEAD = table_of(AuditEntry).c, table_of(AuditHead).c


def digest_of(content: Mapping[str, Any]) -> str:
    """The fingerprint of an act's content; the content is not kept here."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def chained(previous: str, entry: Mapping[str, Any]) -> str:
    """The hash of an entry over the one before it. `entry`: scope, sequence, at, actor, act, subject, digest."""
    told = [entry[name] for name in ("scope", "sequence", "actor", "act", "subject", "digest")]
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps([previous, at, *told], ensure_ascii=False).encode()).hexdigest()


ENTER = insert(table_of(AuditEntry))
CLOSE = update(table_of(AuditHead)).where(HEAD.scope == bindparam("chain")).values(hash=bindparam("end"))


@cache
def _next(insert: Inserter) -> Executable:
    head = insert(table_of(AuditHead))
    head = head.on_conflict_do_update(index_elements=["scope"], set_={"sequence": HEAD.sequence + 1})
    return head.returning(HEAD.sequence, HEAD.hash)


async def record(
    session: AsyncSession,
    *,
    scope: int,
    actor: int | None,
    act: str,
    subject: str,
    content: Mapping[str, Any],
    now: datetime,
) -> None:
    """Add a person's act to the chain of an organisation (0: the committee's own). Three statements.

    Two acts at once on one chain queue for its head until the first is committed.
    """
    last = (await session.execute(_next(inserter(session)), {"scope": scope, "sequence": 1, "hash": START})).one()
    entry = {
        "scope": scope,
        "sequence": last.sequence,
        "at": now,
        "actor": actor,
        "act": act,
        "subject": subject,
        "digest": digest_of(content),
    }
    made = chained(last.hash, entry)
    await session.execute(ENTER, entry | {"previous": last.hash, "hash": made})
    await session.execute(CLOSE, {"chain": scope, "end": made})


async def verify(session: AsyncSession) -> list[tuple[int, int]]:
    """The entries (scope, sequence) at which a chain is broken, the first bad one of each chain first; empty when all hold.

    A chain that was cut off is broken at the first entry that is missing.
    """
    broken: list[tuple[int, int]] = []
    heads = {row.scope: row for row in (await session.execute(select(table_of(AuditHead)))).all()}
    previous, scope, sequence = START, None, 0
    ends: dict[int, tuple[int, str]] = dict.fromkeys(heads, (0, START))
    rows = await session.stream(select(table_of(AuditEntry)).order_by(ENTRY.scope, ENTRY.sequence))
    async for row in rows:
        if row.scope != scope:
            previous, scope, sequence = START, row.scope, 0
        entry = {name: getattr(row, name) for name in ("scope", "sequence", "at", "actor", "act", "subject", "digest")}
        if row.sequence != sequence + 1 or row.previous != previous or row.hash != chained(previous, entry):
            broken.append((row.scope, row.sequence))
        previous, sequence = row.hash, row.sequence
        ends[row.scope] = (sequence, previous)
    for where, (reached, end) in ends.items():
        head = heads.get(where)
        if head is None or head.sequence > reached:
            broken.append((where, reached + 1))
        elif (head.sequence, head.hash) != (reached, end):
            broken.append((where, reached))
    return sorted(set(broken))
