"""The fields of what is asked of the bot about itself: who is who, what is help wanted with, which names, which notices."""

import re

from messages.reading.said import Fields, Said

CODE = re.compile(
    r"(?<![a-z0-9-])(?=[a-z0-9-]*\d)[a-z0-9]{4,}(?:-[a-z0-9]{2,})*(?![a-z0-9])|(?<![a-z0-9-])[a-z0-9]{4,}(?:-[a-z0-9]{4,})+(?![a-z0-9])"
)
ROLES = {
    "committee": r"工委群|committee|本级工作群|工委工作群",
    "all": r"大群|全体群|联络员群|all\b|全员群",
    "unit": r"单位群|unit|支部群|本单位群|^绑定\s*单位\s",
    "admin": r"管理员|admin",
    "staff": r"工作人员|staff|工委干部",
    "secretary": r"书记|联络员|secretary",
    "member": r"成员|党员|member",
}
WEBHOOK = re.compile(r"https?://\S*[?&]key=([0-9A-Za-z-]{16,64})(?![0-9A-Za-z-])")
BARE = re.compile(
    r"[请把将\s]*(?:麻烦|帮忙|帮我)?(?:[本这此该]个?群)?的?(?:解绑|解除绑定|取消绑定)(?:一下)?[\s:]*(?:[本这此该]个?群)?(?:一下)?[吧了。!\s]*"
)
"""解绑 with nothing named but this group."""
GROUPS = re.compile(r"(?<![\d-])\d{1,2}(?![\d-])")
POLITE = re.compile(r"帮助|怎么样?|怎样|如何|咋|[呀啊呢吗的\s:。?!,“”]")
EXPLAIN = re.compile(r"^解释(?:一?下)?(?:上一?条|这一?条)?[\s:,]*")
_DROP = r"(?P<verb>删除|移除|取消|去掉|忘记|忘掉|忽略)"
_HEAD = r"^(?:学习别名|设为别名|别名)"
NAME_ORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^{_DROP}别名[\s:,]*(?P<word>.+)$",
        rf"{_HEAD}[\s:,]*{_DROP}[\s:,]*(?P<word>.+)$",
        r"(?:把|将)\s*(?P<word>.+?)\s*(?:设为|设成|作为|当作|定为|加为)\s*(?P<org>.+?)\s*的?别名",
        rf"{_HEAD}[\s:,]*(?P<word>“[^”]+”|[^\s=→,:]+)(?:\s*[=→,:]\s*|\s+(?:是|即|指)?\s*)(?P<org>.+)$",
        rf"{_HEAD}[\s:,]*(?P<word>(?!列表|清单|有哪些).+)$",
    )
)
QUOTES = "“”‘’\"'《》「」 。"


def bind(said: Said) -> Fields:
    """The role or kind of chat that is named, and the key of a webhook's address or else the code, as typed."""
    if webhook := WEBHOOK.search(said.text.raw):
        return {"webhook": webhook[1], **role(said)}
    code = CODE.search(said.norm)
    return {"code": said.text[code.start() : code.end()].raw if code else None, **role(said)}


def role(said: Said) -> Fields:
    """Only the role or kind of chat that is named."""
    return {"role": next((name for name, words in ROLES.items() if re.search(words, said.norm)), None)}


def unbinding(said: Said) -> Fields:
    """The role or kind of chat, and whether nothing is named at all."""
    return {**role(said), "bare": BARE.fullmatch(said.norm) is not None}


def veto(said: Said) -> Fields:
    """Which groups of the preview: their numbers, or all of them."""
    return {"numbers": tuple(int(found) for found in GROUPS.findall(said.norm)), "everything": "全部" in said.norm}


def topic(said: Said) -> Fields:
    """What help is wanted with."""
    return {"topic": POLITE.sub("", said.norm) or None}


def explained(said: Said) -> Fields:
    """The words that are to be explained, as typed."""
    itself = EXPLAIN.match(said.norm)
    return {"text": said.text[itself.end() if itself else 0 :].raw.strip() or None}


def name_order(said: Said) -> Fields:
    """What is to be done with a name: added, dropped, or shown."""
    for form in NAME_ORDERS:
        if match := form.search(said.norm):
            part = {name: (value or "").strip(QUOTES) for name, value in match.groupdict().items()}
            return {"word": part["word"], "target": part.get("org"), "drop": part.get("verb")}
    return {}
