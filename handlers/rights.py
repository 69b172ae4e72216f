"""Who may do what for which organisation, and what may be shown where: the asker's rights ∩ the audience."""

from collections.abc import Iterable
from dataclasses import replace

from handlers.contract import COMMITTEE, Context, Refusal
from messages.reading.directory import Directory
from messages.reading.result import Reading
from messages.writing.reply import Button, Chat, Reply
from storage import chats, organizations
from storage.tables import Organization

PLACES = {"committee": "工委工作群", "all": "联络员大群", "unit": "单位群", "private": "私聊"}


def lineage(directory: Directory, code: str) -> tuple[str, ...]:
    """An organisation and what it stands under, itself first; empty for a code that does not exist."""
    line: list[str] = []
    found = directory.names.get(code)
    while found is not None and found.code not in line:
        line.append(found.code)
        found = directory.names.get(found.parent) if found.parent else None
    return tuple(line)


def within(directory: Directory, code: str, roots: Iterable[str | None]) -> bool:
    """Whether an organisation is one of the roots or stands below one."""
    return not set(roots).isdisjoint(lineage(directory, code))


def serves_committee(ctx: Context) -> bool:
    """Whether the sender is the committee's: admin or staff."""
    return not ctx.sender.roles.isdisjoint(COMMITTEE)


def may_act(ctx: Context, code: str) -> bool:
    """Report, declare, correct and request for an organisation: the committee's people, and secretaries for their subtree."""
    return serves_committee(ctx) or within(ctx.directory, code, own(ctx, "secretary"))


def may_read(ctx: Context, code: str) -> bool:
    """See an organisation's records: who may act for it, and the members of that very organisation."""
    return may_act(ctx, code) or code in own(ctx, "member")


def may_show(ctx: Context, code: str) -> bool:
    """Whether this chat's audience may see an organisation's records, whoever asks."""
    match ctx.chat.kind:
        case "committee" | "private":
            return True
        case "unit":
            return within(ctx.directory, code, (ctx.chat.org,))
        case "all":
            return within(ctx.directory, code, own(ctx, "secretary", "member"))
        case _:
            return False


def own(ctx: Context, *roles: str) -> tuple[str, ...]:
    """The codes of the organisations where the sender has one of these roles."""
    return tuple(member.org for member in ctx.sender.members if member.role in roles and member.org is not None)


async def for_acting(ctx: Context, code: str | None) -> Organization:
    """The organisation to act for; raises Refusal rights/not_yours, or asks which one is meant."""
    return await _checked(ctx, code, acting=True)


async def for_reading(ctx: Context, code: str | None) -> Organization:
    """The organisation to tell of; raises Refusal rights/not_yours, or asks which one is meant."""
    return await _checked(ctx, code, acting=False)


async def _checked(ctx: Context, code: str | None, *, acting: bool) -> Organization:
    if code is None:
        raise which(ctx, ())
    known = ctx.directory.names.get(code)
    if known is None or not (may_act if acting else may_read)(ctx, code):
        raise Refusal("rights/not_yours", org=known.short if known else None, reading=not acting)
    found = await organizations.by_code(ctx.session, code)
    if found is None:
        raise Refusal("rights/not_yours", org=None, reading=not acting)
    return found


def which(ctx: Context, candidates: Iterable[str], said: Reading | None = None, *, guess: bool = True) -> Refusal:
    """Ask which organisation is meant, with a button for each to choose from; without candidates `guess` the sender's own."""
    codes = tuple(candidates)
    if not codes and guess:
        codes = tuple(dict.fromkeys(own(ctx, "secretary", "member")))[:3]
    names = [ctx.directory.names[code].short for code in codes if code in ctx.directory.names]
    buttons = tuple(
        Button("org", said.intent, _meant(code, said), text=ctx.directory.names[code].short, only=ctx.sender.account_id)
        for code in codes
        if said is not None and code in ctx.directory.names
    )
    return Refusal("common/which_org", missing=("org",), buttons=buttons, candidates=names)


def _meant(code: str, said: Reading) -> dict[str, str]:
    """What pressing an organisation's name says: which one is meant, and by which words."""
    return {"org": code, "org_words": said.org_words} if said.org_words else {"org": code}


def not_own(ctx: Context, requested_by: int | None, code: str | None = None) -> None:
    """Nobody decides their own request, nor one of an organisation they are secretary of; raises Refusal."""
    theirs = requested_by is not None and requested_by == ctx.sender.account_id
    if theirs or (code is not None and code in own(ctx, "secretary")):
        raise Refusal("rights/own_request")


def require_chat(ctx: Context, *kinds: str) -> None:
    """The command belongs into chats of these kinds; elsewhere one neutral line says where."""
    if ctx.chat.kind not in kinds:
        raise Refusal("rights/elsewhere", where="或".join(PLACES[kind] for kind in kinds))


async def discreet(ctx: Context, codes: Iterable[str], reply: Reply) -> Reply:
    """The reply where this audience may see these organisations; else a neutral line here, and the reply in private."""
    if all(may_show(ctx, code) for code in codes):
        return reply
    private = await chats.private_of(ctx.session, ctx.sender.account_id)
    if private is None:
        return Reply("rights/open_private", others=reply.others)
    return Reply("rights/in_private", others=(replace(reply, to=Chat(private), others=()), *reply.others))
