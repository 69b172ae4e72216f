"""Labelled forms: 名称：…；类型：… in any order, on one line or many, with the punctuation that people happen to hit."""

import re
from itertools import pairwise

from messages.reading.text import Text

LABELS = {
    "brand": r"(?:拟)?(?:申报)?(?:党建)?品牌名称?|品牌名字|名称|名字|(?:党建)?品牌",
    "type": r"品牌类型|品牌类别|类型|类别",
    "owner": r"品牌责任人|品牌负责人|责任人|负责人|牵头人",
    "connotation": r"品牌内涵|内涵释义|内涵|品牌释义|释义|寓意|品牌寓意|含义",
    "slogan": r"品牌口号|宣传口号|口号|宣传语",
    "org": r"申报单位|填报单位|单位名称|报送单位|党组织名称|党组织全称|党组织|组织名称|单位",
    "reason": r"申请理由|申请原因|理由|原因|退回意见|审核意见|修改意见",
    "": r"联络员|联系人|电话|标识释义|标识|党员人数|党员数|目标与措施|目标|措施|载体|工作法|机制|阵地|背景|薄弱点|计划时限|时限|融合点|备注|已有成效|成效|本级意见|思路|完成时间|主要做法",
}
"""What people call the fields; the last line only ends the value before it."""
_ANY = "|".join(f"(?P<f{i}>{words})" for i, words in enumerate(LABELS.values()))
LABEL = re.compile(
    rf"(?:^|(?<=[\s,;。、.)!\-|“”:])|(?<=[一二三四五六七八九十\d]))(?:{_ANY})(?:\s?(?:[:;=|]|-+)\s*|\s*[是为叫](?=[^\s])|[ \t]+|\n(?=\S)|(?<=名称)(?=“)|(?<=类型)(?=[一-鿿])|(?<=责任人)(?=[一-鿿])|(?<=内涵)(?=[一-鿿“])|(?<=口号)(?=[一-鿿“]))"
)
TYPES = re.compile(
    r"组织文化|党员教育管理|党员教育|服务群众|服务型|业务融合|队伍建设|基层治理|服务中心|融合发展|文化引领|清廉建设|志愿服务|创新驱动|教育管理|为民服务"
)
QUOTED_NAME = re.compile(
    r"(?:品牌(?:名称?|名字)?(?:是|为|叫做?|定为|取名为?|命名为?|确定为|定名为?|暂定名?|[:,\s])*|申报(?:的)?(?:党建)?(?:品牌)?(?:是|为|[:,\s])*|叫做?|名为|取名为?|命名为)[“《](?P<n>[^“”《》]{2,24})[”》]|[“《](?P<n2>[^“”《》]{2,20})[”》](?:这个)?(?:党建)?品牌"
)
PLAIN_NAME = re.compile(
    r"(?:品牌(?:名称?|名字)?|名字|名称)(?:就|暂|拟|初步|最终|已经?)*(?:定名为?|命名为|取名为?|起名|叫做?|定为|确定为|定了?叫|是|为)\s?(?P<n>[^\s,。;:“”?]{2,20})"
)


def fields(text: Text) -> dict[str, str]:
    """Field → value as typed; the first value of a field counts."""
    labels = list(LABEL.finditer(text.norm))
    found: dict[str, str] = {}
    names = list(LABELS)
    for label, following in pairwise([*labels, None]):
        if label is None:
            break
        name = names[next(i for i in range(len(names)) if label[f"f{i}"])]
        end = following.start() if following else len(text.norm)
        value = text[label.end() : end].trim(" \n,。;:、.|\t")
        value = value[: re.search(r"\n\s*\n|$", value.norm).start()]  # type: ignore[union-attr] # $ always matches
        if name in ("brand", "type", "owner", "org", "slogan"):
            value = first_line(value, name)
        value = trimmed_number(value)
        if name and value.norm and name not in found:
            found[name] = unquoted(value)
    return found


def trimmed_number(value: Text) -> Text:
    """Without the number of the next item: …\\n2."""
    match = re.search(r"[\s,;。]*(?:[(]?(?:\d{1,2}|[一二三四五六七八九十])[)、.])$|[\s]+[\d一二三四五六七八九十]$", value.norm)
    return value[: match.start()] if match else value


def first_line(value: Text, name: str) -> Text:
    """A short value ends with its line or clause."""
    stop = re.search(r"[\n;。]" if name == "slogan" else r"[\n;。,(](?![^“]*”)", value.norm)
    return value[: stop.start()].trim() if stop else value


def unquoted(value: Text) -> str:
    """Without the quotation marks around the whole value."""
    if len(value) > 2 and value.norm[0] in "“《" and value.norm[-1] in "”》" and not re.search(r"[“”《》]", value.norm[1:-1]):
        return value[1:-1].raw.strip()
    return value.raw.strip()


def brand(text: Text) -> str | None:
    """A brand's name told in a sentence."""
    for pattern in (QUOTED_NAME, PLAIN_NAME):
        if match := pattern.search(text.norm):
            group = "n" if match["n"] else "n2"
            return text[match.start(group) : match.end(group)].raw.strip()
    return None
