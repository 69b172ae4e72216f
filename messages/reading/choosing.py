"""The one organisation that a message is about: named, or the sender's own; unsure means asking."""

import re
from dataclasses import dataclass

from messages.reading import names as spelling
from messages.reading.directory import Directory
from messages.reading.organizations import ENDING, FUNCTION, Mention, is_subsequence
from messages.reading.scene import Scene
from messages.requests import FIRST, Request
from messages.requests.work import PaperReport

SUBJECT_BEFORE = re.compile(
    r"(?:(?:申报|填报|报送|所属|所在)?(?:单位|党组织|组织|支部)(?:名称|全称)?\s?[:;是]\s?|(?:代|替|帮)(?:我们)?(?:局|委)?(?:下属|所属|下面)?的?|我是|这里是|这边是|(?:我们|我)?(?:局|委|院|部)?(?:下属|所属|下面|下边|管)的?)$"
)
LEADING = re.compile(
    r"^(?:[\s,:;、。!?/.()\-]|请问|请|麻烦|帮忙|帮|给|您好|你好|各位|老师|我们|我局|我委|我|下属|所属|下面|的|报进展|报送|上报|汇报|补报|填报|报告|报一下|报下|报个|报|工作|进展|情况|一下|"
    r"更正|订正|补充|撤回|品牌|党建|重新|申报|申请|测评|延期|受阻|责任人|上午|下午|晚上|早上|中午|本周|上周|本月|上月|近期|最近|刚刚?|另外|还有|同时|附件|交接|暂停|恢复|提醒|意见|建议|现在?|目前|查一?下|查查|查询|查|看看|看一?下|看|问一?下|问|通过|批准|同意|退回|驳回|提醒|催一?下|催|把|给|今年|去年|群众|满意度|候选|方案|[\d]{1,2}[.、)]|由)*$"
)
LEAD_MOST = 200
"""Characters within which a name may stand behind nothing but leading words."""
SPEAKER_AFTER = re.compile(r"(?:这边|那边|这里|那里|支部这边)")
_PAPER = r"(?:材料|申报表|纸质材料|纸质件?|纸质版)?"
_SENT = rf"(?:已经?|早就?|早已)(?:报送|提交|上交|递交|报过|交过|报|交)(?:了|过了)?{_PAPER}"
SENT_BEFORE = re.compile(rf"\s*{_PAPER}{_SENT}[\s:,]*")
"""已报 某某局: the name behind it is whose paper it was."""
OF_WHOM = re.compile(
    rf"\s*{_PAPER}{_SENT}[\s:,]+[“《]?(?P<behind>[^\s,。:“”《》]{{2,12}})[”》]?\W*|"
    rf"\s*[“《]?(?P<before>[^\s,。:“”《》]{{2,12}})[”》]?[\s:,]+的?{_PAPER}{_SENT}\W*"
)
"""The same with a name that no organisation bears."""
OBJECT_BEFORE = re.compile(
    r"(?:与|和|同|跟|到|赴|去|在|向|联合|邀请|会同|参加|接受|对|给|为|被|走访|慰问|参观|像|以及|参照|随|并入)$"
)
UNKNOWN_ORG = re.compile(
    r"(?:^|[\s,:;。、]|查一?下|查查|看看|看一?下|问一?下|通过|退回|提醒|催一?下|绑定|同意|驳回|批准|给|把|代|替|报|单位[:;是]?|进度|记录)"
    r"(?P<name>[一-鿿]{2,8}?(?:局|委|办|院|厅|支队|大队|中心|馆|站|中学|小学|公司|集团|党委|党总支|党支部|支部))(?=$|[\s,:;。、?!]|的|报|交|进|情|到|有|申|机关|党|通过|召开|开展|这|那|怎)"
)
NO_NAME = re.compile(
    r"^(?:局|委|办|院)?机关|啥|谁|怎么|没有|要|别的|上午|下午|昨天|今天|明天|晚上|上周|本周|支委|党委会|居委|村委|办公|开办|举办|承办|主办|哪|什么|第[一二三四五六七八九十]|各|全|本|我|咱|该|某|兄弟|其他|先进|优秀|示范|工委|市委|区委|县委|机关党|部委|服务中心|活动中心|下属|所属|每个|一个|几个|有的|每支"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """`org` or, when the text leaves it open, `candidates`; `named` when the text says so."""

    org: str | None = None
    candidates: tuple[str, ...] = ()
    named: bool = False
    unknown: str | None = None
    words: str | None = None  # what was typed for the candidates
    why: str = ""


def own_codes(scene: Scene) -> tuple[str, ...]:
    """The organisations the sender belongs to, in order."""
    codes = dict.fromkeys(m.org for m in scene.members if m.org and m.role != "none" and m.org in scene.directory.names)
    return tuple(codes)


def default_org(scene: Scene) -> str | None:
    """The unit chat's organisation if the sender has rights there, else the sender's only one."""
    own = own_codes(scene)
    if scene.chat_kind == "unit" and scene.chat_org:
        staff = any(member.role in ("admin", "staff") for member in scene.members)
        if staff or scene.directory.within(scene.chat_org, own):
            return scene.chat_org
    return own[0] if len(own) == 1 else None


def choose(norm: str, mentions: list[Mention], scene: Scene, kind: type[Request]) -> Choice:
    """Names in the subject's place win; a partner named inside a report is not the reporter."""
    intent = kind.intent
    own = own_codes(scene)
    default = default_org(scene)
    strict = kind.own and default is not None
    mentions = [_part(mention, own if strict else (), scene.directory) for mention in mentions]
    written = any(mention.way in ("exact", "child") for mention in mentions)
    if not written and (scoped := below(norm, mentions, own, scene.directory)):
        mentions = [scoped]
    paper = kind is PaperReport
    subjects = [m for m in mentions if _is_subject(norm, m, mentions) or (paper and SENT_BEFORE.fullmatch(norm[: m.start]))]
    leading = set(subjects)
    foreign = [m for m in mentions if not m.codes and not OBJECT_BEFORE.search(norm[: m.start])]
    mentions = [m for m in mentions if m.codes]
    others = [m for m in mentions if m not in leading and not OBJECT_BEFORE.search(norm[: m.start])]
    if intent == "learn":
        others = [m for m in mentions if m not in leading]
    if intent == "event":
        others, mentions = [], subjects
    named = subjects or ([] if strict else others or ([] if default else mentions))
    if named:
        taken = set(named)
        together = [m for m in mentions if m not in taken and TOGETHER.fullmatch(norm[named[-1].end : m.start])]
        return _settle([*named, *together], scene, own, norm)
    if foreign and not strict:
        return _settle(foreign, scene, own, norm)
    if code := _by_code(norm, kind, scene.directory):
        return Choice(code, named=True, why="按编号")
    if paper and (whose := OF_WHOM.fullmatch(norm)):
        name = whose["behind"] or whose["before"]
        return Choice(unknown=name, named=True, why=f"未识别的组织：{name}")
    if (
        unknown := _unknown(norm, intent, strict, scene.question is not None and "owner" in scene.question.missing)
    ) is not None:
        return Choice(unknown=unknown, named=True, why=f"未识别的组织：{unknown}")
    replied = scene.replied.about.get("org") if scene.replied else None
    if isinstance(replied, str) and replied in scene.directory.names:
        return Choice(replied, why="所回复消息的组织")
    if default:
        return Choice(default, why="本群或本人所在组织")
    return Choice(candidates=own[:3] if len(own) > 1 else ())


def _in_alias(word: str, child: str, parent: str, directory: Directory) -> bool:
    return word not in spelling.key(directory.names[parent].short) and any(
        word in spelling.key(alias) for alias in directory.names[child].aliases
    )


BELOW = re.compile(r"(?P<name>[一-鿿]{2,10}?)(?:党支部|支部|党总支|总支|中心|站|队|所|馆)")


def below(norm: str, mentions: list[Mention], own: tuple[str, ...], directory: Directory) -> Mention | None:
    """A child of the sender's own organisation by the part of its name that its parent does not have: 老干支部."""
    children = [(code, child) for code in own for child in directory.below(code)][:200]
    if not children:
        return None
    keyed = spelling.key(norm)
    for match in BELOW.finditer(keyed):
        if any(m.start < match.end() and match.start() < m.end and m.way != "unsure" for m in mentions):
            continue
        for cut in range(len(match["name"]) - 1):
            word = match["name"][cut:]
            fits = []
            for parent, child in children:
                rest = directory.core(child).removeprefix(directory.core(parent))
                part = is_subsequence(word, rest) and word[0] == rest[0]
                if (part or _in_alias(word, child, parent, directory)) and spelling.ordinals(
                    match[0][cut:]
                ) == spelling.ordinals(rest + "支部"):
                    fits.append(child)
            if len(fits) == 1:
                return Mention(match.start() + cut, match.end(), (fits[0],), "child")
    return None


def named_in(norm: str, mentions: list[Mention], choice: Choice) -> tuple[tuple[int, int], ...]:
    """Where the organisation is named, whether it is known, open or unknown; first the first."""
    if not choice.named:
        return ()
    if choice.unknown:
        start = norm.find(choice.unknown)
        return ((start, start + len(choice.unknown)),)
    codes = {choice.org, *choice.candidates}
    found = tuple((m.start, m.end) for m in mentions if codes & set(m.codes))
    return found or tuple(match.span(1) for match in CODE.finditer(norm) if match[1] == choice.org)


TOGETHER = re.compile(r"[\s、,和及与跟/]+")
CODE = re.compile(r"(?<![\d\-.])(\d{2,6})(?=$|[\s,])")


def _by_code(norm: str, kind: type[Request], directory: Directory) -> str | None:
    """绑定 14: an organisation by its code, in commands that name nothing else."""
    match = CODE.search(norm) if kind.by_code or FIRST[kind.intent].by_code else None
    return match[1] if match and match[1] in directory.names else None


def _part(mention: Mention, own: tuple[str, ...], directory: Directory) -> Mention:
    """A part of one's own organisation reports for it; another's part is nobody the directory knows."""
    if mention.way != "part":
        return mention
    mine = tuple(code for code in mention.codes if directory.within(code, own))
    return Mention(mention.start, mention.end, mine, "part")


def _is_subject(norm: str, mention: Mention, mentions: list[Mention]) -> bool:
    if mention.start > LEAD_MOST:
        near = norm[mention.start - LEAD_MOST : mention.start]
        return SUBJECT_BEFORE.search(near) is not None or SPEAKER_AFTER.match(norm, mention.end) is not None
    before = norm[: mention.start]
    for other in reversed(mentions):
        if other.end <= mention.start:
            before = before[: other.start] + " " + before[other.end :]
    if SUBJECT_BEFORE.search(before) or SPEAKER_AFTER.match(norm[mention.end :]):
        return True
    bare = re.sub(
        r"\d{1,4}[年.\-/月]\d{1,2}[日号]?(?:\d{1,2}[日号])?|\d{1,2}[日号]|[今昨前]天|[上本这]?(?:周|星期)[一二三四五六日天]",
        "",
        before,
    )
    return LEADING.match(bare) is not None


def _settle(named: list[Mention], scene: Scene, own: tuple[str, ...], norm: str) -> Choice:
    directory = scene.directory
    first = named[0]
    distinct = {m.codes for m in named}
    if len(distinct) > 1 and len(named) > 1:
        together = TOGETHER.fullmatch(norm[named[0].end : named[1].start])
        codes = tuple(dict.fromkeys(code for m in named for code in m.codes))
        if together and len([code for code in codes if code in own]) != 1:
            return Choice(candidates=codes[:3], named=True, why="提到多个组织")
    words = norm[first.start : first.end]
    if not first.codes:
        return Choice(named=True, unknown=words, why=f"未识别的组织：{words}")
    if first.way == "typo":
        sure = [code for code in first.codes if directory.within(code, own)]
        if len(sure) == 1:
            return Choice(sure[0], named=True, why=f"“{words}”近似本人所在组织")
        return Choice(candidates=first.codes, named=True, words=words, why=f"“{words}”近似")
    codes = first.codes
    if len(codes) > 1 and own:
        mine = tuple(code for code in codes if directory.within(code, own))
        codes = mine if len(mine) == 1 else codes
    if len(codes) == 1 and (first.way != "unsure" or directory.within(codes[0], own)):
        return Choice(codes[0], named=True, why=f"“{words}”（{first.way}）")
    codes = tuple(dict.fromkeys(codes))
    return Choice(candidates=codes[:3], named=True, words=words, why=f"“{words}”不止一个组织")


OF_OWNER = re.compile(r"(?:责任人|负责人|牵头人|联系人|改由|由)(?:[^\n。;]{0,16})$")


def _unknown(norm: str, intent: str, strict: bool, asked_post: bool) -> str | None:
    """A name in an organisation's place that the directory does not know."""
    if FIRST[intent].nameless:
        return None
    for match in UNKNOWN_ORG.finditer(norm):
        name = match["name"]
        if NO_NAME.search(name) or FUNCTION.search(name) or not ENDING.search(name):
            continue
        if OF_OWNER.search(norm[: match.start("name")]) or (asked_post and match.start("name") == 0):
            continue  # somebody's name may end like an organisation's
        if strict and not re.match(r"[\s:,]|这边|那边", norm[match.end("name") :]):
            continue
        return name
    return None
