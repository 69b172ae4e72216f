"""A tree of five organisations, each with all that a request can be about, and a request of every route for one of them."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.contract import Context, Here
from messages.reading.directory import Directory, OrgName
from messages.requests import Request, slots
from messages.requests.asking import History, Missing, ShowPlan, Status, Todo, Weekly
from messages.requests.committee import Enable, Preview, StopAll
from messages.requests.people import (
    BindGroup,
    EndMembership,
    EndPredecessor,
    Invite,
    KeepWebhook,
    Redeem,
    ReleaseGroup,
    Unbind,
)
from messages.requests.work import Withdraw
from storage import people
from storage.tables import Account, Chat, Membership, Organization, PaperClaim, ProgressReport
from tests.duties.town import at, brand, plan, put
from tests.people import town

NAMES = (("1", "甲", None), ("11", "甲一", "1"), ("111", "甲一一", "11"), ("12", "甲二", "1"), ("2", "乙", None))
THE_ONE = "11"
"""The organisation that everything is about."""
NONE = 999_999
"""The row of nothing."""
WHEN = at("2026-11-20 10:00")


@dataclass(frozen=True, slots=True)
class Things:
    """The rows of one organisation that a request can name."""

    number: str
    claim: int
    chat: int
    roles: dict[str, int]  # memberships


@dataclass(frozen=True, slots=True)
class Tree:
    """The organisations' things by code, the groups that are spoken in, and the committee's own roles."""

    base: Context[Any]
    things: dict[str, Things]
    chats: dict[tuple[str, str | None], Here]
    staff: int
    own: int  # a membership of the sender


async def build(session: AsyncSession) -> Tree:
    """Everything for every organisation, so that what finds the wrong one is seen."""
    base = await town.context(session)
    facts = await plan(session)
    ids: dict[str, int] = {}
    things: dict[str, Things] = {}
    for position, (code, short, parent) in enumerate(NAMES, 1):
        row = {"code": code, "short_name": short, "kind": "branch", "parent_id": ids.get(parent or ""), "position": position}
        ids[code] = await put(session, Organization, **row, direct=parent is None)
        things[code] = await _things(session, ids[code], code)
    chats: dict[tuple[str, str | None], Here] = {("private", None): base.chat}
    for kind in ("committee", "all"):
        group = await put(session, Chat, platform="wecom", external=kind, kind=kind, bound_at=WHEN)
        chats[kind, None] = Here(group, kind)
    chats |= {("unit", code): Here(one.chat, "unit", code) for code, one in things.items()}
    directory = Directory(OrgName(code, short, parent=parent) for code, short, parent in NAMES)
    staff = await _role(session, "staff", "staff", None)
    await people.give(session, base.sender.account_id, "member", ids[THE_ONE], WHEN)
    (own,) = await people.memberships(session, base.sender.account_id)
    ready = replace(base, plan=facts, directory=directory, seal=lambda secret, of: "sealed")
    return Tree(ready, things, chats, staff, own.id)


async def _things(session: AsyncSession, unit: int, code: str) -> Things:
    roles = {role: await _role(session, f"{role} {code}", role, unit) for role in ("secretary", "member")}
    await brand(session, unit, "submitted")
    number = f"2026-{unit:04d}"
    report = {"number": number, "content": "召开推进会", "reported_at": WHEN}
    await put(session, ProgressReport, organization_id=unit, **report)
    claim = await put(session, PaperClaim, organization_id=unit, subject="declaration", claimed_at=WHEN)
    group = {"platform": "wecom", "external": f"unit {code}", "kind": "unit", "is_primary": True, "bound_at": WHEN}
    return Things(number, claim, await put(session, Chat, organization_id=unit, **group), roles)


async def _role(session: AsyncSession, who: str, role: str, unit: int | None) -> int:
    account = await put(session, Account, platform="console", external=who)
    return await put(session, Membership, account_id=account, role=role, organization_id=unit, since=WHEN)


def named(kind: type[Request], one: Things) -> Request:
    """A request that names THE_ONE and all that it has of this."""
    known: dict[str, Any] = {
        "org": THE_ONE,
        "number": one.number,
        "claim": one.claim,
        "chat": one.chat,
        "membership": one.roles["member"],
        "account": 1,
        "promise": 1,
        "word": "养老院",
        "webhook": "k" * 36,
    }
    taken = {"number"} if issubclass(kind, History) else set()
    return kind(**{slot: known[slot] for slot in slots(kind) & known.keys() - taken})


def requests(kind: type[Request], tree: Tree) -> dict[str, Request]:
    """What is tried of a route: "" for what names THE_ONE, and more where it can be about something of another sort."""
    one = tree.things[THE_ONE]
    more: dict[type[Request], dict[str, Request]] = {
        **{asks: {"nobody named": asks()} for asks in (Status, Todo, Weekly)},
        **{asks: {"": asks()} for asks in (ShowPlan, Missing, Preview)},
        **{act: {"": act()} for act in (Enable, StopAll)},
        History: {"a number": History(number=one.number)},
        Withdraw: {"": Withdraw(number=one.number), "a declaration": Withdraw(org=THE_ONE, declaration=1)},
        Redeem: {"": Redeem()},
        BindGroup: {"": BindGroup(org=THE_ONE, role="unit"), "committee, all": BindGroup(role="all"), "join": BindGroup()},
        Invite: {"": Invite(org=THE_ONE, role="secretary"), "committee": Invite(role="staff")},
        KeepWebhook: {"committee, all": KeepWebhook(webhook="k" * 36, role="all")},
        Unbind: {"here": Unbind(bare=True), "committee, all": Unbind(role="all")},
        ReleaseGroup: {"all": ReleaseGroup(chat=tree.chats["all", None].id)},
    }
    ended = {"secretary": one.roles["secretary"], "committee": tree.staff, "one's own": tree.own}
    more[EndMembership] = {what: EndMembership(membership=row) for what, row in ended.items()}
    more[EndPredecessor] = {"": EndPredecessor(membership=one.roles["secretary"])}
    return {"": named(kind, one), **more.get(kind, {})}


def missing(asked: Request) -> Request | None:
    """The same request for a row that does not exist; None where it names none."""
    rows = {slot: NONE for slot in ("membership", "chat", "claim", "declaration") if getattr(asked, slot, None)}
    if getattr(asked, "number", None):
        rows["number"] = "2026-9999"  # type: ignore[assignment]  # the one row that is named by words
    return replace(asked, **rows) if rows else None  # type: ignore[type-var]  # every request is a dataclass
