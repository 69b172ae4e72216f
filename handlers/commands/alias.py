"""别名: names beside the formal ones: one's own; for the committee what was learned or not understood, and given to all."""

import re
from dataclasses import dataclass

from handlers import naming, rights
from handlers.contract import MEMBER, Context, Refusal, Shown, command
from messages.reading.addressing import address
from messages.reading.organizations import mentions
from messages.reading.result import Reading
from messages.reading.text import Text
from messages.writing.reply import Button, Reply
from storage import aliases, audit, organizations, unknown_words

DROP = r"(?P<verb>删除|移除|取消|去掉|忘记|忘掉|忽略)"
HEAD = r"^(?:学习别名|设为别名|别名)"
FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^{DROP}别名[\s:,]*(?P<word>.+)$",
        rf"{HEAD}[\s:,]*{DROP}[\s:,]*(?P<word>.+)$",
        r"(?:把|将)\s*(?P<word>.+?)\s*(?:设为|设成|作为|当作|定为|加为)\s*(?P<org>.+?)\s*的?别名",
        rf"{HEAD}[\s:,]*(?P<word>“[^”]+”|[^\s=→,:]+)(?:\s*[=→,:]\s*|\s+(?:是|即|指)?\s*)(?P<org>.+)$",
        rf"{HEAD}[\s:,]*(?P<word>(?!列表|清单|有哪些).+)$",
    )
)
QUOTES = "“”‘’\"'《》「」 。"
OWN_ONLY = frozenset({"忘记", "忘掉"})


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a word: dropped, or made a name of `org` (as typed); without a word: shown."""

    word: str = ""
    org: str = ""
    drop: str = ""


@command(
    "alias",
    who=MEMBER,
    summary="别名：您对党组织的习惯叫法；工委可推广、新增和移除",
    examples={
        "别名": "您还没有",
        "别名 习惯叫法 规范简称": Shown("alias_learning.chat"),
        "忘记别名 习惯叫法": Shown("alias_learning.chat"),
    },
    needs_plan=False,
)
async def alias(ctx: Context, said: Reading) -> Reply:
    """Show, add or drop; an organisation's button completes what was asked."""
    if ctx.pressed is not None:
        order = Order(str(ctx.pressed.fields.get("note") or ""), str(ctx.pressed.fields.get("org") or ""))
    else:
        order = ordered(address(Text.of(ctx.text), (ctx.bot_name,)).text.norm)
    committee = rights.serves_committee(ctx)
    if committee and order.drop not in OWN_ONLY:
        rights.require_chat(ctx, "committee", "private")
    if order.drop:
        return await _drop(ctx, order, committee=committee)
    if not order.word:
        return await (_all(ctx) if committee else _own(ctx))
    code = await _meant(ctx, order, committee=committee)
    return await (_share(ctx, order.word, code) if committee else _learn(ctx, order.word, code))


def ordered(norm: str) -> Order:
    """What a normalised command wants."""
    for form in FORMS:
        if match := form.search(norm):
            part = {name: (value or "").strip(QUOTES) for name, value in match.groupdict().items()}
            return Order(part["word"], part.get("org", ""), part.get("verb", ""))
    return Order()


async def _all(ctx: Context) -> Reply:
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


async def _own(ctx: Context) -> Reply:
    own = await aliases.own(ctx.session, ctx.sender.account_id)
    return Reply("alias/own", {"own": [{"word": word, "org": org} for word, org in own]})


async def _meant(ctx: Context, order: Order, *, committee: bool) -> str:
    """The organisation that was named by code or name, or that everybody who taught the word means; else a question."""
    if order.org:
        if order.org in ctx.directory.names:
            return order.org
        named = [one for one in mentions(order.org, ctx.directory) if one.way != "unsure" and len(one.codes) == 1]
        if len(named) == 1:
            return named[0].codes[0]
        raise _which(ctx, order.word, naming.similar(ctx, order.org), order.org)
    taught = await aliases.learned(ctx.session, name=order.word) if committee else []
    if len(taught) == 1:
        return taught[0].code
    raise _which(ctx, order.word, tuple(one.code for one in taught[:3]) or naming.similar(ctx, order.word), "")


def _which(ctx: Context, word: str, codes: tuple[str, ...], unknown: str) -> Refusal:
    choices = [(code, ctx.directory.names[code].short) for code in codes]
    buttons = tuple(
        Button("org", "alias", {"org": code, "note": word}, text=short, only=ctx.sender.account_id) for code, short in choices
    )
    return Refusal("alias/which", buttons=buttons, word=word, candidates=[short for _, short in choices], unknown=unknown)


def _check(ctx: Context, word: str, code: str) -> None:
    """Never a name that is another's."""
    if objection := naming.objection(ctx.directory, word, code):
        why, owner = objection
        raise Refusal("alias/refused", why=why, word=word, org=ctx.directory.names[owner].short)


async def _learn(ctx: Context, word: str, code: str) -> Reply:
    await rights.for_reading(ctx, code)
    _check(ctx, word, code)
    learned = await naming.learn(ctx, word, code)
    if learned is None:
        raise Refusal("rights/not_yours", org=None, reading=True)
    return learned


async def _share(ctx: Context, word: str, code: str) -> Reply:
    organization = await rights.for_acting(ctx, code)
    _check(ctx, word, code)
    await aliases.share(ctx.session, organization.id, word)
    await _note(ctx, "alias shared", code, word)
    return Reply("alias/shared", {"word": word, "org": organization.short_name})


async def _drop(ctx: Context, order: Order, *, committee: bool) -> Reply:
    """One's own name; for the committee first the one that everybody uses, last a word that was only counted."""
    if committee and order.drop not in OWN_ONLY:
        ids = await aliases.unshare(ctx.session, {order.word})
        if ids:
            found = await organizations.by_ids(ctx.session, ids)
            for one in found.values():
                await _note(ctx, "alias removed", one.code, order.word)
            return Reply("alias/removed", {"word": order.word, "orgs": [one.short_name for one in found.values()]})
    own = await aliases.forget(ctx.session, ctx.sender.account_id, order.word)
    ignored = not own and committee and await unknown_words.drop(ctx.session, order.word)
    if not own and not ignored:
        raise Refusal("alias/none", word=order.word)
    return Reply("alias/forgotten" if own else "alias/ignored", {"word": order.word})


async def _note(ctx: Context, act: str, code: str, word: str) -> None:
    await audit.record(
        ctx.session, scope=0, actor=ctx.sender.account_id, act=act, subject=code, content={"alias": word}, now=ctx.now
    )
