"""The numbers of a report: how far, how many took part, which activities how often, a survey's result."""

import re

from messages.reading.numerals import NUMBER, number

SOME = r"(?:约|近|共|共计|总计|累计|达|有|计|超过?|超)?"
MORE = r"(?:多|余|来|几)?"
RISEN = re.compile(r"从\s?\d{1,3}\s?%[^,。;]{0,6}到了?\s?(?P<n>\d{1,3})\s?%")
PERCENT = re.compile(
    rf"(?:(?P<a>\d{{1,3}}(?:\.\d+)?)\s?[%‰]|百分之(?P<b>{NUMBER})|(?P<c>[一二三四五六七八九])成(?P<d>[一二三四五六七八九半])?(?!立|果|效|员|为|功|型|长|绩|本))"
)
OVERALL = re.compile(
    r"(?:完成|进度|进展|整体|总体|推进|达到?|已经?|到了?|做了|干了|改造|建设|大概|约|差不多|工作量?|目前|总的|创建|任务)[^,。;%]{0,6}$|^[\s,]*$"
)
PARTIAL = re.compile(
    r"(?:满意|占比|占|参与|参加|参学|到会|到课|出勤|覆盖|知晓|合格|收回|回收|好评|率|党员|群众|提高|提升|增长|下降|同比|支持)[^,。;%]{0,8}$"
)
PEOPLE = re.compile(
    rf"(?:(?P<verb>参加|参与|参会|参赛|听课|到会|到场|出席|与会|来了|到了|去了|一共|共有|参训|参学|参加人数|参加人员|人数|参加对象|参与党员|组织|带领|发动|动员|全体党员|党员|干部)[^,。;\d一二三四五六七八九十两百]{{0,8}}?{SOME}\s?(?P<a>{NUMBER}){MORE}\s?(?:名|位|个)?(?:人次|人(?!大|民|社|力|员)|名|位)|"
    rf"(?P<b>{NUMBER}){MORE}\s?(?:名|位|个)?(?:党员|干部|同志|人次?|职工|干警|民警|党员干部|人员)(?:[^,。;\d]{{0,10}})?(?:参加|参与|参会|到会|出席|参训|参学|到场|参赛|听课|听讲|聆听|观摩|去的|去了|来的|来了))"
)
PEOPLE_LABEL = re.compile(rf"(?:参加|参会|到会|参与|参训)(?:人数|人员|人次|对象)\s?[:为是]?\s?{SOME}\s?(?P<n>{NUMBER})")
"""参加人数：66, with or without a unit."""
SERVED = re.compile(
    r"(?:服务|慰问|走访|惠及|受益|接待|帮助|救助|发放|覆盖|宣传|解答|看望|培训群众|帮扶|资助|收到)(?:[^,。;]{0,8})?$"
)
PLAIN_PEOPLE = re.compile(
    rf"^[^。;]*?(?:[,、;\s]|共|会|日|课)\s?{SOME}(?P<a>{NUMBER}){MORE}\s?(?:名|位)?(?:人次|人)(?:次)?(?=$|[,。;、!])"
)
KINDS = (
    "主题党日", "微党课", "党课", "支委会", "党员大会", "支部党员大会", "党小组会", "组织生活会", "民主评议党员", "民主评议", "专题党课", "理论学习", "集中学习", "志愿服务",
    "推进会", "座谈会", "研讨会", "专题会", "专题会议", "培训", "宣讲", "谈心谈话", "现场会", "观摩", "调研", "走访", "慰问", "主题活动", "联建活动", "共建活动", "三会一课",
    "双报到", "红色观影", "知识竞赛", "演讲比赛", "读书会", "党员活动日", "工作例会", "例会", "志愿活动", "志愿服务活动", "中心组学习", "专题学习", "专题研讨", "学习会", "动员会", "讲座", "义诊",
    "政策宣讲", "专题培训", "业务培训", "推进会议", "调度会", "部署会", "交流会", "宣讲会", "分享会",
)  # fmt: skip
"""Kinds of activity that are counted when a report says how many; longer names win."""
_KIND = "|".join(sorted(KINDS, key=len, reverse=True))
_UNIT = r"(?:场次|次数|次|场|堂|期|节|个|回|轮|讲)"
ACTIVITY = re.compile(
    rf"(?P<a>{_KIND})(?:活动)?”?(?:共|共计|计|各|累计|(?:开展|完成|举办|组织|召开|上)了?|了|应该?是|应为|是|改成|改为)?\s?(?P<n>{NUMBER}){MORE}\s?{_UNIT}|"
    rf"(?P<m>{NUMBER}){MORE}\s?{_UNIT}(?:的)?(?:专题|集中)?“?(?P<b>{_KIND})|(?P<m2>{NUMBER}){MORE}\s?{_UNIT}“(?P<b2>[^”]{{2,12}})”"
)
SURVEY = {
    "sent": r"(?:发放|发出|共发|下发|发了?|印发)(?:问卷|测评表|调查问卷|调查表|表|测评|满意度)*(?:共|了)?[:\s]?",
    "returned": r"(?:收回来?|回收|返回|收到|交回|收(?=[\d一二三四五六七八九十两百]))(?:有效)?(?:问卷|测评表|有效问卷|表)*(?:共|了)?[:\s]?",
    "fair": r"(?:基本满意|较满意|比较满意|一般)(?:的|为|有|票|数)*[:\s]?",
    "bad": r"(?:不满意|不太满意)(?:的|为|有|票|数)*[:\s]?",
    "good": r"(?<!基本)(?<!比较)(?<!较)(?<!不)(?<!不太)(?<!很不)(?:非常满意|很满意|满意)(?!度|率)(?:的|为|有|票|数)*[:\s]?",
}
SURVEY_RULES = {name: re.compile(rf"{words}\s?(?P<n>{NUMBER})\s?(?:份|票|人|张|名|个)?(?!%)") for name, words in SURVEY.items()}
SURVEY_BEFORE = {name: re.compile(rf"(?P<n>{NUMBER})\s?(?:份|票|人|名|个)(?:表示)?{word}(?!度|率)") for name, word in (("fair", "(?:基本满意|比较满意)"), ("bad", "不满意"), ("good", "(?:非常)?满意"))}  # fmt: skip


def percent(norm: str) -> int | None:
    """How far the whole work is; shares of something else are no progress."""
    if risen := RISEN.search(norm):
        return number(risen["n"])
    for match in PERCENT.finditer(norm):
        before = norm[: match.start()]
        if PARTIAL.search(before) and not re.search(r"(?:完成率|进度)[^,。;%]{0,4}$", before):
            continue
        value = number(match["a"] or match["b"] or "") if not match["c"] else _tenths(match["c"], match["d"])
        if value is not None and 0 <= value <= 100 and (OVERALL.search(before) or len(norm) < 12 or _starts_clause(before)):
            return value
    return None


def _tenths(tens: str, ones: str | None) -> int:
    """七成 = 70, 七成五 = 75, 六成半 = 65."""
    return (number(tens) or 0) * 10 + (5 if ones == "半" else number(ones or "零") or 0)


def _starts_clause(before: str) -> bool:
    return re.search(r"[,。;:\s]$|^$", before) is not None


def participants(norm: str) -> int | None:
    """Those who took part, not those who were served."""
    if labelled := PEOPLE_LABEL.search(norm):
        return number(labelled["n"])
    for match in PEOPLE.finditer(norm):
        if SERVED.search(norm[: match.start()][-10:]) and not match["verb"]:
            continue
        if match["verb"] in ("组织", "带领", "发动", "动员", "党员", "干部") and SERVED.search(
            match[0][: match.start("a") - match.start()]
        ):
            continue
        return number(match["a"] or match["b"])
    plain = PLAIN_PEOPLE.search(norm)
    if plain and not SERVED.search(norm[: plain.start("a")][-8:]):
        return number(plain["a"])
    return None


def activities(norm: str) -> dict[str, int]:
    """Named kinds with a stated count."""
    found: dict[str, int] = {}
    for match in ACTIVITY.finditer(norm):
        kind = match["a"] or match["b"] or match["b2"]
        count = number(match["n"] or match["m"] or match["m2"])
        if kind and count is not None:
            found[kind] = found.get(kind, 0) + count
    return found


def survey(norm: str) -> dict[str, int]:
    """sent, returned, good, fair, bad as far as they are told."""
    found: dict[str, int] = {}
    norm = re.sub(rf"应发\s?{NUMBER}\s?(?:份|张)?[,、]?(?=实发)", "", norm)
    for name in ("sent", "returned", "good", "fair", "bad"):
        match = SURVEY_RULES[name].search(norm) or (SURVEY_BEFORE[name].search(norm) if name in SURVEY_BEFORE else None)
        value = number(match["n"]) if match else None
        if value is not None:
            found[name] = value
    return found


def survey_problem(found: dict[str, int]) -> str | None:
    """Which figures cannot be: more returned than sent, answers that do not add up to the returned ones."""
    if "sent" in found and "returned" in found and found["returned"] > found["sent"]:
        return f"收回{found['returned']}份多于发放{found['sent']}份"
    answers = [found[name] for name in ("good", "fair", "bad") if name in found]
    if (
        "returned" in found
        and answers
        and (sum(answers) > found["returned"] or (len(answers) == 3 and sum(answers) != found["returned"]))
    ):
        return f"满意、基本满意、不满意合计{sum(answers)}，收回{found['returned']}份"
    return None
