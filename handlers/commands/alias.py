"""别名: names beside the formal ones: one's own; for the committee what was learned or not understood, and given to all."""

from typing import Any

from handlers import acting, asking_back, naming, rights
from handlers.contract import MEMBER, About, Allow, Audience, Context, Matter, Refusal, Shown, command
from handlers.matters import unit
from messages.reading.organizations import mentions
from messages.reading.teaching import objection
from messages.requests import Request
from messages.requests.words import AddAlias, DropAlias, ShowAliases
from messages.writing.reply import Button, Reply
from storage import aliases, organizations, unknown_words
from storage.tables import Organization

Ctx = Context[Any]


async def _shown(ctx: Ctx, asked: Request, allow: Allow) -> Matter[bool]:
    """The committee asks for what all have taught."""
    return Matter(True, "all") if rights.serves_committee(ctx) else Matter(False, "nothing")


async def _named(ctx: Ctx, asked: AddAlias, allow: Allow) -> Matter[Organization]:
    """The organisation that the word is to mean; what the committee does with names for all is done among its own."""
    if rights.serves_committee(ctx):
        rights.said_in(ctx, *rights.AMONG_US)
    code = asked.org or await _meant(ctx, asked, committee=rights.serves_committee(ctx))
    organization = await unit(ctx, code, asked, allow)
    return Matter(organization, (code,))


async def _dropped(ctx: Ctx, asked: DropAlias, allow: Allow) -> Matter[bool]:
    """The committee drops a name for all, unless it says that the own one is meant."""
    if asked.mine or not rights.serves_committee(ctx):
        return Matter(False, "nothing")
    rights.said_in(ctx, *rights.AMONG_US)
    return Matter(True, "all")


SHOWN: About[bool] = About("the own names; the committee: those of all", _shown)
NAMED: About[Organization] = About("the organisation that the word is to mean", _named)
DROPPED: About[bool] = About("the own name; the committee: that of all", _dropped)


@command(
    ShowAliases,
    who=MEMBER,
    about=SHOWN,
    audience=Audience.OWN,
    summary="别名：您对党组织的习惯叫法；工委可推广、新增和移除",
    examples={
        "别名": "您还没有",
        "别名 习惯叫法 规范简称": Shown("alias_learning.chat"),
        "忘记别名 习惯叫法": Shown("alias_learning.chat"),
    },
    needs_plan=False,
)
async def show(ctx: Context[bool], asked: ShowAliases) -> Reply:
    """One's own names; for the committee what all were taught."""
    return await (_all(ctx) if ctx.about else _own(ctx))


@command(AddAlias, who=MEMBER, about=NAMED, audience=Audience.ANY, needs_plan=False)
async def add(ctx: Context[Organization], asked: AddAlias) -> Reply:
    """A name of one's own; from the committee a name for all. Never one that is another's."""
    organization = ctx.about
    if found := objection(ctx.directory, asked.word, organization.code):
        why, owner = found
        raise Refusal("alias/refused", why=why, word=asked.word, org=ctx.directory.names[owner].short)
    if not rights.serves_committee(ctx):
        return await naming.keep(ctx, asked.word, organization)
    await aliases.share(ctx.session, organization.id, asked.word)
    await acting.record(ctx, organization.id, "alias shared", organization.code, {"alias": asked.word})
    return Reply("alias/shared", {"word": asked.word, "org": organization.short_name})


@command(DropAlias, who=MEMBER, about=DROPPED, audience=Audience.ANY, needs_plan=False)
async def drop(ctx: Context[bool], asked: DropAlias) -> Reply:
    """One's own name; for the committee first the one that everybody uses, last a word that was only counted."""
    if ctx.about and (ids := await aliases.unshare(ctx.session, {asked.word})):
        found = await organizations.by_ids(ctx.session, ids)
        for one in found.values():
            await acting.record(ctx, one.id, "alias removed", one.code, {"alias": asked.word})
        return Reply("alias/removed", {"word": asked.word, "orgs": [one.short_name for one in found.values()]})
    own = await aliases.forget(ctx.session, ctx.sender.account_id, asked.word)
    committee = rights.serves_committee(ctx)
    ignored = not own and committee and await unknown_words.drop(ctx.session, asked.word)
    if not own and not ignored:
        raise Refusal("alias/none", word=asked.word)
    return Reply("alias/forgotten" if own else "alias/ignored", {"word": asked.word})


async def _all(ctx: Ctx) -> Reply:
    """What accounts have taught (not who), and the words that nobody understood."""
    taught = await aliases.learned(ctx.session)
    unknown = await unknown_words.most(ctx.session)
    known = {one.name for one in taught}
    values = {
        "learned": [{"word": one.name, "org": one.organization, "code": one.code, "accounts": one.accounts} for one in taught],
        "unknown": [
            {"word": row.word, "times": row.times, "on": row.last_on.isoformat()} for row in unknown if row.word not in known
        ],
    }
    return Reply("alias/all", values)


async def _own(ctx: Ctx) -> Reply:
    own = await aliases.own(ctx.session, ctx.sender.account_id)
    return Reply("alias/own", {"own": [{"word": word, "org": org} for word, org in own]})


async def _meant(ctx: Ctx, asked: AddAlias, *, committee: bool) -> str:
    """The organisation that was named by code or name, or that everybody who taught the word means; else a question."""
    if asked.target:
        if asked.target in ctx.directory.names:
            return asked.target
        named = [one for one in mentions(asked.target, ctx.directory) if one.way != "unsure" and len(one.codes) == 1]
        if len(named) == 1:
            return named[0].codes[0]
        raise _which(ctx, asked.word, asking_back.similar(ctx, asked.target), asked.target)
    taught = await aliases.learned(ctx.session, name=asked.word) if committee else []
    if len(taught) == 1:
        return taught[0].code
    raise _which(ctx, asked.word, tuple(one.code for one in taught[:3]) or asking_back.similar(ctx, asked.word), "")


def _which(ctx: Ctx, word: str, codes: tuple[str, ...], unknown: str) -> Refusal:
    choices = [(code, ctx.directory.names[code].short) for code in codes]
    buttons = tuple(Button(AddAlias(word=word, org=code), text=short, only=ctx.sender.account_id) for code, short in choices)
    return Refusal("alias/which", buttons=buttons, word=word, candidates=[short for _, short in choices], unknown=unknown)
