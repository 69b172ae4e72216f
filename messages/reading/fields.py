"""The fields of each intent: one small function an intent, gathered in one table."""

import re
from collections.abc import Callable
from datetime import date

from messages.reading import clauses, figures, forms, leftover, moments
from messages.reading.date_forms import find
from messages.reading.deciding import decision, received, send_back
from messages.reading.declaring import declare, owner
from messages.reading.numerals import NUMBER as NUMERAL
from messages.reading.numerals import number as numeral
from messages.reading.orders import bind, explained, name_order, role, topic, unbinding, veto
from messages.reading.said import Fields, Said, days, number
from messages.reading.text import Text

MILESTONES = {
    "positioning": "品牌定位|精准定位|定位",
    "organizing": "组织策划",
    "drafting": "方案制定|制定方案",
    "cultivating": "优化培育",
    "promoting": "推广深化|深化推广",
    "refining": "总结提炼|提炼总结",
    "consolidating": "巩固提高|巩固提升",
}
MILESTONE_RULES = {slug: re.compile(words) for slug, words in MILESTONES.items()}
MILESTONE_DONE_AFTER = re.compile(
    r"(?:阶段|环节|节点|工作|任务|[的”])*(?:已|已经|全部|都|基本|顺利)*(?:完成|结束|做完|搞完|收尾)(?!后|前|时)"
)
MILESTONE_DONE_BEFORE = re.compile(r"(?:已|完成)(?:了|完成)?“?$")
MILESTONE_NOT_DONE = re.compile(r"(?:未|没|计划|预计|准备|下一?步)[^,。]{0,6}$")
SUBJECTS = {"return": r"重新报送|重新申报|退回|重报|修改后", "declaration": r"申报|申报表", "commitment": r"承诺"}
DELAY = re.compile(r"(?<!\d)(?:半个月|[一二两三四五六七八九十\d]{1,3}(?:个月|个星期|个礼拜|个?工作日|天|周|日))(?!前)")
NEGATED = re.compile(
    r"(?:不|没有?必要|不再|不用|不想|无需|放弃|取消|不需要?|不必|暂不|先不|没打算|无须|别)[^,。?]{0,6}(?:单独|独立|自己|另行|分开|单列|单申)|(?<!不再)(?<!不)随(?:局|委|院|机关|上级)|(?:并入|纳入)"
)


def report(said: Said) -> Fields:
    """What happened, what comes next, and the figures."""
    roles = moments.assign(said.norm, said.found, said.today)
    content = clauses.body(said.text)
    told = clauses.has_content(clauses.body(said.rest).norm)
    return {
        **days(roles),
        "percent": figures.percent(clauses.body(said.text).norm),
        "participants": figures.participants(said.norm),
        "activities": figures.activities(said.norm),
        "content": content.raw if told else None,
        "next_step": clauses.next_step(said.text, roles),
        "events": clauses.events(said.text, roles),
        "milestone": _milestone_done(said.norm),
    }


def _milestone_done(norm: str) -> str | None:
    for slug, rule in MILESTONE_RULES.items():
        for match in rule.finditer(norm):
            before, after = norm[: match.start()], norm[match.end() :]
            told = MILESTONE_DONE_AFTER.match(after) or MILESTONE_DONE_BEFORE.search(before)
            if told and not MILESTONE_NOT_DONE.search(before):
                return slug
    return None


def correct(said: Said) -> Fields:
    """The right values, not the wrong ones they replace."""
    roles = moments.corrected(said.norm, said.found, said.today)
    right = re.split(r"(?:不是|而不是|写成了?|误写|报成了?|填成了?)[^,。;]*", said.norm)
    after = re.search(r"(?:应该?是|应为|应当是|改成|改为|更正为|是)(.*)", said.norm)
    joined = after[1] if after else " ".join(right)
    content = clauses.body(said.text)
    return {
        **days(roles),
        "percent": figures.percent(joined),
        "participants": figures.participants(joined) or _people_corrected(said.norm),
        "activities": figures.activities(joined) or figures.activities(said.norm),
        "number": number(said),
        "content": content.raw if len(content) >= 2 else None,
    }


def _people_corrected(norm: str) -> int | None:
    if re.search(r"人数|参加|参会", norm) and (
        match := re.search(
            rf"(?:应该?是|应为|改成|改为|更正为|实际(?:是|为|有)?|(?<!不)是)\s?(?P<n>{NUMERAL})\s?(?:名|位)?(?:人次|人)?", norm
        )
    ):
        return numeral(match["n"])
    return None


def extend(said: Said) -> Fields:
    """Until when and why."""
    roles = moments.assign(said.norm, said.found, said.today, asking=True)
    milestone = next((slug for slug, rule in MILESTONE_RULES.items() if rule.search(said.norm)), None)
    subject = "milestone" if milestone else next((s for s, words in SUBJECTS.items() if re.search(words, said.norm)), None)
    labelled = forms.fields(said.text).get("reason")
    until = next(
        (m for m in reversed(said.found) if m.future and re.search(r"(?:到|至|为|限|缓)\s?$", said.norm[: m.start])), None
    )
    due = (until.future.last if until and until.future else roles.due) or _delay(said)
    return {
        **days(roles),
        "date": None,
        "due": due,
        "milestone": milestone,
        "subject": subject,
        "reason": clauses.reason_for_time(Text.of(labelled) if labelled else said.rest),
    }


def _delay(said: Said) -> date | None:
    """延期半个月, 宽限5天: counted from today, for the text names no other day."""
    match = DELAY.search(said.norm)
    counted = find(f"{match[0]}后", said.now) if match else []
    return counted[0].future.last if counted and counted[0].future else None


def deadline(said: Said) -> Fields:
    """A day that is asked for or planned."""
    return {**days(moments.assign(said.norm, said.found, said.today, asking=True)), "date": None}


def pause(said: Said) -> Fields:
    """Until when; 一周 is counted from today."""
    fields = deadline(said)
    return {**fields, "due": fields["due"] or _delay(said)}


def stop_all(said: Said) -> Fields:
    """Until when, and what is not understood: for the whole city and for good is said plainly."""
    return {**pause(said), "other": leftover.left_over(said.text, said.names, leftover.STOPPED)}


def separate(said: Said) -> Fields:
    """Whether a separate declaration is wanted."""
    return {"wanted": NEGATED.search(said.norm) is None}


def survey(said: Said) -> Fields:
    """The figures; the bot says which of them do not add up."""
    found = figures.survey(said.norm)
    roles = moments.assign(said.norm, said.found, said.today)
    problem = figures.survey_problem(found)
    return {
        "survey": found,
        "date": roles.date,
        "content": "figures" if found else None,
        **({"problem": "survey_sum", "problem_text": problem} if problem else {}),
    }


def blocked(said: Said) -> Fields:
    """What is in the way."""
    return {"reason": clauses.reason_of_block(said.rest)}


def suggest(said: Said) -> Fields:
    """The suggestion as typed."""
    part = clauses.body(said.text)
    return {"note": part.raw if len(part) >= 2 else None, "content": part.raw if len(part) >= 2 else None}


def history(said: Said) -> Fields:
    """A number or a day to look up."""
    return {"number": number(said)}


def week(said: Said) -> Fields:
    """Any day of the week that is asked for."""
    for moment in said.found:
        if moment.past:
            return {"week": moment.past.last}
    return {}


def vote(said: Said) -> Fields:
    """Which candidate: by its number or by its name."""
    option = re.search(r"(?:第|投|选|方案|支持|赞成)\s?(?P<n>\d{1,2}|[一二三四五六七八九十])(?:号|票|个|$|\D)", said.norm)
    value = numeral(option["n"]) if option else None
    return {"number": str(value) if value else None, "brand": forms.brand(said.text) or _quoted(said)}


def _quoted(said: Said) -> str | None:
    match = re.search(r"[“《]([^“”《》]{2,20})[”》]", said.norm)
    return said.text[match.start(1) : match.end(1)].raw if match else None


def numbered(said: Said) -> Fields:
    """Only a report's number."""
    return {"number": number(said)}


def paper(said: Said) -> Fields:
    """What was handed in on paper; the whole text where nothing else is said."""
    told = report(said)
    return {**told, "content": told["content"] or said.text.raw}


def nothing(said: Said) -> Fields:
    """No field at all."""
    return {}


FIELDS: dict[str, Callable[[Said], Fields]] = {
    "report": report,
    "report.paper": paper,
    "correct": correct,
    "withdraw": numbered,
    "declare": declare,
    "history": history,
    "extend": extend,
    "blocked": blocked,
    "owner": owner,
    "separate": separate,
    "vote": vote,
    "survey": survey,
    "suggest": suggest,
    "pause": pause,
    "return": send_back,
    "return.not_received": received,
    "approve": decision,
    "approve.received": received,
    "nudge": deadline,
    "event": deadline,
    "bind": bind,
    "bind.invite": role,
    "bind.unbind": unbinding,
    "bind.confirm": role,
    "weekly": week,
    "preview.veto": veto,
    "preview.stop_all": stop_all,
    "help": topic,
    "explain": explained,
    "alias": name_order,
}
"""Which function reads the fields of an intent, or of one of its acts; what is not here has only an organisation."""


def fields_of(intent: str, act: str | None, said: Said) -> Fields:
    """All that the text says beside the organisation."""
    reads = FIELDS.get(f"{intent}.{act}") or FIELDS.get(intent, nothing)
    return reads(said)
