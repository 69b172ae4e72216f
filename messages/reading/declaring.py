"""The fields of a declaration, and the post that is responsible for a brand."""

import re

from messages.reading import forms
from messages.reading.posts import recognised
from messages.reading.said import Fields, Said

EDGES = " 　。，；,;"
_WHO = r"(?:(?!改为|变更为|调整为|换成|改成|改由|负责|牵头|担任)[^,。;?\s])"
OWNER = re.compile(
    rf"(?:现|改|今后|以后|现在|暂|交)?(?:为|成)?由(?P<a>{_WHO}{{2,20}}?)(?:同志)?(?:负责|牵头|担任|抓|(?<!主)任(?!务|职)|来做|来当|接任|承担|兼任)|"
    rf"(?:调整|变更|更换|换|改|变|定|明确|确定)(?:成|为|到|由)(?:了)?(?P<b>{_WHO}{{2,20}})|"
    rf"(?:责任人|负责人|牵头人)(?:现)?(?:改)?(?:是|为|由|[:])\s?(?P<c>{_WHO}{{2,20}})|交给(?:了)?(?P<d>{_WHO}{{2,16}})|现在?(?:是|为)(?P<e>{_WHO}{{2,16}})|(?:^|[,;。])(?!现|改|由|今|以|交|暂|品牌)(?P<f>{_WHO}{{2,12}}?)(?:同志)?(?:负责|牵头)(?=$|[,;。])"
)


def declare(said: Said) -> Fields:
    """The labelled form, else the brand, type and owner told in a sentence."""
    labelled = forms.fields(said.text)
    owner = labelled.get("owner")
    post = recognised(owner, said.posts) if owner else _owner_in_sentence(said)
    kind = forms.TYPES.search(said.norm)
    told = labelled.get("brand") or forms.brand(said.text) or _after_command(said)
    return {
        "brand": told,
        "type": _kind(labelled.get("type"))
        or (said.text[kind.start() : kind.end()].raw if kind and "connotation" not in labelled else None),
        "owner": post,
        "connotation": labelled.get("connotation"),
        "slogan": labelled.get("slogan"),
        "no_post": owner is not None and post is None,
        "post_only": owner is not None and post is not None and post != owner.strip(EDGES),
    }


def _kind(typed: str | None) -> str | None:
    """A type of the plan without the word 类 behind it; any other as typed."""
    return typed[:-1] if typed and typed.endswith(("类", "類")) and len(typed) > 3 else typed


def _after_command(said: Said) -> str | None:
    rest = said.text[said.org_end :] if said.org_end else said.text
    match = re.match(
        r"^[\s,:]*(?:(?:我们?|本|咱)(?:局|委|院|中心|支部|单位|站)?(?:要|想)?)?(?:重新|再次|补)?(?:(?:党建)?(?:品牌)?申报(?:党建)?(?:品牌)?|报个?品牌)[\s:,]*(?P<n>[“《]?[^\s,。;:“”《》?(]{2,16}[”》]?)(?=$|[\s,。;(])",
        rest.norm,
    )
    if not match or re.search(r"品牌$|单位|责任人|名称|类型|申报|申请|[吗呢]$", match["n"]):
        return None
    return rest[match.start("n") : match.end("n")].raw.strip('“”《》"')


def _owner_in_sentence(said: Said) -> str | None:
    match = OWNER.search(said.norm)
    group = next((name for name in "acdef" if match and match[name]), None)
    if match is None or group is None:
        return None
    return recognised(said.text[match.start(group) : match.end(group)].raw, said.posts)


def owner(said: Said) -> Fields:
    """The post that is responsible from now on."""
    match = next(reversed(list(OWNER.finditer(said.norm))), None)
    group = next((name for name in "abcdef" if match and match[name]), None)
    told = recognised(said.text[match.start(group) : match.end(group)].raw, said.posts) if match and group else None
    labelled = forms.fields(said.text).get("owner")
    return {"owner": told or (recognised(labelled, said.posts) if labelled else None)}
