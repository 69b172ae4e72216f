"""Invitation codes: 130 bits, stored as a hash, used once by a conditional update, expiring; wrong ones are counted."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import AuditEntry, Invitation, OutboundMessage

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: what is read aloud or copied by hand stays unambiguous
LENGTH = 26
VALID = timedelta(days=30)
VALID_ADMIN = timedelta(hours=24)
WRONG = "code_refused"
"""The audit act of a code that was not accepted: what the limit counts."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a code made of the account that sent it."""

    role: str
    organization_id: int | None


Refused = Literal["unknown", "used", "expired"]


def new_code() -> str:
    """A random code that holds a digit, as a word would not, but no long run of them, as a telephone number would."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if re.search(r"\d", code) and not re.search(r"\d{7}", code):
            return code


def normal(typed: str) -> str:
    """A code as it was made: case, blanks, hyphens and look-alike letters do not matter."""
    plain = re.sub(r"[^0-9A-Za-z]", "", typed).upper()
    return plain.translate(str.maketrans("OIL", "011"))


def digest(typed: str) -> str:
    """What is stored of a code."""
    return sha256(normal(typed).encode()).hexdigest()


async def create(
    session: AsyncSession, role: str, organization_id: int | None, now: datetime, *, by: int | None = None
) -> tuple[str, datetime]:
    """A new code, which is told this once, and when it expires: an admin's after 24 hours, others after 30 days."""
    code = new_code()
    expires_at = now + (VALID_ADMIN if role == "admin" else VALID)
    session.add(
        Invitation(
            code_hash=digest(code),
            role=role,
            organization_id=organization_id,
            created_at=now,
            created_by=by,
            expires_at=expires_at,
        )
    )
    await session.flush()
    return code, expires_at


async def redeem(session: AsyncSession, typed: str, account_id: int, now: datetime) -> Redeemed | Refused:
    """Use a code up for an account; the first of two at the same moment wins."""
    hashed = digest(typed)
    taken = await session.execute(
        update(Invitation)
        .where(col(Invitation.code_hash) == hashed, col(Invitation.used_at).is_(None), col(Invitation.expires_at) > now)
        .values(used_at=now, used_by=account_id)
        .returning(col(Invitation.role), col(Invitation.organization_id))
    )
    row = taken.first()
    if row is not None:
        return Redeemed(row[0], row[1])
    used = select(col(Invitation.used_at)).where(col(Invitation.code_hash) == hashed)
    found = (await session.execute(used)).first()
    if found is None:
        return "unknown"
    return "expired" if found[0] is None else "used"


async def wrong_since(session: AsyncSession, account_id: int, since: datetime) -> int:
    """How many codes of this account were refused since then."""
    query = (
        select(func.count())
        .select_from(AuditEntry)
        .where(col(AuditEntry.scope) == 0, col(AuditEntry.at) >= since, col(AuditEntry.actor) == account_id)
        .where(col(AuditEntry.act) == WRONG)
    )
    return (await session.execute(query)).scalar_one()


async def forget_sent(session: AsyncSession, template: str) -> None:
    """Empty the sent messages that carried a code: after it has left, only its hash is kept."""
    await session.execute(
        update(OutboundMessage)
        .where(col(OutboundMessage.template) == template, col(OutboundMessage.state) == "sent", col(OutboundMessage.text) != "")
        .values(text="", plain="")
    )
