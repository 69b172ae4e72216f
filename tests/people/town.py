"""Three organisations with a child, and who asks from where: what the tests of rights and binding start from."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.contract import Context, Here, Sender
from messages.reading.directory import Directory, OrgName
from messages.reading.scene import Member, Role
from storage import chats, organizations, people
from storage.calendar import Calendar
from storage.tables import Organization

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
ROWS = (("01", "甲局机关党委", None), ("02", "乙局党总支", None), ("0101", "甲局一支部", "01"), ("0102", "甲局二支部", "01"))


async def build(session: AsyncSession) -> dict[str, int]:
    """The organisations; their row ids by code."""
    ids: dict[str, int] = {}
    for position, (code, short, parent) in enumerate(ROWS, 1):
        row = Organization(
            code=code,
            short_name=short,
            kind="branch",
            parent_id=ids[parent] if parent else None,
            direct=parent is None,
            position=position,
        )
        session.add(row)
        await session.flush()
        ids[code] = row.id
    return ids


async def context(
    session: AsyncSession,
    *roles: tuple[str, str | None],
    kind: str = "private",
    org: str | None = None,
    who: str = "a",
    talks: bool = True,
) -> Context[Any]:
    """A sender with these roles (given in the tables too) in a chat of a kind; `talks`: a private chat is open."""
    account = await people.account(session, "console", who)
    account_id = account.id
    for role, code in roles:
        found = await organizations.by_code(session, code) if code else None
        await people.give(session, account_id, role, found.id if found else None, NOW)
    private = await chats.seen(session, "console", f"private {who}", account_id=account_id) if talks else None
    here = private
    if kind != "private" or here is None:
        here = await chats.seen(session, "console", f"{kind} {org}")
        if kind != "unbound":
            unit = await organizations.by_code(session, org) if org else None
            await chats.bind(session, here, kind, unit.id if unit else None, NOW)
    members = tuple(Member(cast("Role", role), code) for role, code in roles)
    return Context(
        session=session,
        now=NOW,
        said_at=NOW,
        sender=Sender(account_id, members),
        chat=Here(here.id, kind, org),
        plan=None,
        directory=Directory(
            OrgName(name.code, name.short, name.full, name.aliases, name.parent) for name in await organizations.names(session)
        ),
        calendar=Calendar(),
        bot_name="品牌助手",
        about=None,
    )
