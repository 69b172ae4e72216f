"""What people did, chained per organisation: a changed or missing entry shows, and the content itself stays erasable."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.inserting import table_of
from storage.tables import AuditEntry

START = "0" * 64


def digest_of(content: Mapping[str, Any]) -> str:
    """The fingerprint of an act's content; the content is not kept here."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def chained(previous: str, entry: Mapping[str, Any]) -> str:
    """The hash of an entry over the one before it. `entry`: scope, sequence, at, actor, act, subject, digest."""
    told = [entry[name] for name in ("scope", "sequence", "actor", "act", "subject", "digest")]
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps([previous, at, *told], ensure_ascii=False).encode()).hexdigest()


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
    """Add a person's act to the chain of an organisation (0: the committee's own). Two statements.

    Two acts at once on one chain: the unique (scope, sequence) lets one of them fail and be tried again.
    """
    newest = (
        select(col(AuditEntry.sequence), col(AuditEntry.hash))
        .where(col(AuditEntry.scope) == scope)
        .order_by(col(AuditEntry.sequence).desc())
        .limit(1)
    )
    last = (await session.execute(newest)).one_or_none()
    previous = last.hash if last else START
    entry = {
        "scope": scope,
        "sequence": (last.sequence if last else 0) + 1,
        "at": now,
        "actor": actor,
        "act": act,
        "subject": subject,
        "digest": digest_of(content),
    }
    await session.execute(insert(table_of(AuditEntry)).values(**entry, previous=previous, hash=chained(previous, entry)))


async def verify(session: AsyncSession) -> list[tuple[int, int]]:
    """The entries (scope, sequence) at which a chain is broken; empty when all of them hold."""
    broken: list[tuple[int, int]] = []
    previous, scope, sequence = START, None, 0
    rows = select(AuditEntry).order_by(col(AuditEntry.scope), col(AuditEntry.sequence))
    for row in (await session.execute(rows)).scalars():
        if row.scope != scope:
            previous, scope, sequence = START, row.scope, 0
        entry = {name: getattr(row, name) for name in ("scope", "sequence", "at", "actor", "act", "subject", "digest")}
        if row.sequence != sequence + 1 or row.previous != previous or row.hash != chained(previous, entry):
            broken.append((row.scope, row.sequence))
        previous, sequence = row.hash, row.sequence
    return broken
