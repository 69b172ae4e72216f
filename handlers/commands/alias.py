"""别名: names beside the formal ones: one's own; for the committee what was learned or not understood, and given to all."""

from typing import Any

from handlers import acting, asking_back, naming, rights
from handlers.contract import MEMBER, Audience, Context, Refusal, Shown, command
from handlers.matters import NOTHING
from messages.reading.organizations import mentions
from messages.reading.teaching import objection
from messages.requests.words import AddAlias, DropAlias, ShowAliases
from messages.writing.reply import Button, Reply
from storage import aliases, organizations, unknown_words

Ctx = Context[Any]


@command(
    ShowAliases,
    who=MEMBER,
    about=NOTHING,
    audience=Audience.ANY,
    summary="别名：您对党组织的习惯叫法；工委可推广、新增和移除",
    examples={
        "别名": "您还没有",
        "别名 习惯叫法 规范简称": Shown("alias_learning.chat"),
        "忘记别名 习惯叫法": Shown("alias_learning.chat"),
    },
    needs_plan=False,
)
async def show(ctx: Context[None], asked: ShowAliases) -> Reply:
    """One's own names; for the committee what all were taught."""
    if not rights.serves_committee(ctx):
        return await _own(ctx)
    _among_us(ctx)
    return await _all(ctx)


@command(AddAlias, who=MEMBER, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def add(ctx: Context[None], asked: AddAlias) -> Reply:
    """A name of one's own; from the committee a name for all."""
    committee = rights.serves_committee(ctx)
    if committee:
        _among_us(ctx)
    code = asked.org or await _meant(ctx, asked, committee=committee)
    return await (_share(ctx, asked.word, code) if committee else _learn(ctx, asked.word, code))


@command(DropAlias, who=MEMBER, about=NOTHING, audience=Audience.ANY, needs_plan=False)
async def drop(ctx: Context[None], asked: DropAlias) -> Reply:
    """One's own name; for the committee first the one that everybody uses, last a word that was only counted."""
    committee = rights.serves_committee(ctx)
    if committee and not asked.mine:
        _among_us(ctx)
        ids = await aliases.unshare(ctx.session, {asked.word})
        if ids:
            found = await organizations.by_ids(ctx.session, ids)
            for one in found.values():
                await acting.record(ctx, one.id, "alias removed", one.code, {"alias": asked.word})
            return Reply("alias/removed", {"word": asked.word, "orgs": [one.short_name for one in found.values()]})
    own = await aliases.forget(ctx.session, ctx.sender.account_id, asked.word)
    ignored = not own and committee and await unknown_words.drop(ctx.session, asked.word)
    if not own and not ignored:
        raise Refusal("alias/none", word=asked.word)
    return Reply("alias/forgotten" if own else "alias/ignored", {"word": asked.word})


def _among_us(ctx: Ctx) -> None:
    """What the committee does with names is done among its own."""
    if not rights.visible(ctx, Audience.COMMITTEE, "all"):
        raise Refusal("rights/elsewhere", where="或".join(rights.PLACES[kind] for kind in ("committee", "private")))


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


def _check(ctx: Ctx, word: str, code: str) -> None:
    """Never a name that is another's."""
    if found := objection(ctx.directory, word, code):
        why, owner = found
        raise Refusal("alias/refused", why=why, word=word, org=ctx.directory.names[owner].short)


async def _learn(ctx: Ctx, word: str, code: str) -> Reply:
    if not rights.may_read(ctx, code):
        raise _not_yours(ctx, code)
    _check(ctx, word, code)
    learned = await naming.learn(ctx, word, code)
    if learned is None:
        raise _not_yours(ctx, None)
    return learned


def _not_yours(ctx: Ctx, code: str | None) -> Refusal:
    known = ctx.directory.names.get(code or "")
    return Refusal("rights/not_yours", org=known.short if known else None, reading=True)


async def _share(ctx: Ctx, word: str, code: str) -> Reply:
    organization = await organizations.by_code(ctx.session, code)
    if organization is None:
        raise _not_yours(ctx, None)
    _check(ctx, word, code)
    await aliases.share(ctx.session, organization.id, word)
    await acting.record(ctx, organization.id, "alias shared", code, {"alias": word})
    return Reply("alias/shared", {"word": word, "org": organization.short_name})
