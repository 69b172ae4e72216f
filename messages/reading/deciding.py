"""The fields of a decision: what it is about, why, and until when; and what in it is not understood."""

import re

from messages.reading import clauses, forms, leftover, moments
from messages.reading.said import Fields, Said, days, number
from messages.reading.text import Text

FREE = re.compile(r"[\s,:;。、!]|因|理由|原因|意见")
"""What separates a reason from what is returned."""
WRONG = re.compile(
    "不|没|未|无|非|缺|欠|太|偏|过|少|多|空|差|弱|短|长|浅|虚|泛|超|逾|仿|抄|错|雷同|重复|重名|撞|相近|相似|一样|照搬|请|需|要|应|须|再|补|(?<!整)改|完善|明确|细化|提炼|"
    "问题|有误|模糊|笼统|单薄|牵强|粗糙|简单|混乱|冗|晦涩|难以"
)
"""What makes words a reason: something is wrong, or to be done."""


def decision(said: Said) -> Fields:
    """What is approved, where it is named, and the words that are not understood."""
    return {
        "subject": leftover.other(said.norm) or _declared(said.norm),
        "other": leftover.left_over(said.text, said.names, leftover.APPROVED),
        "number": number(said),
    }


def _declared(norm: str) -> str | None:
    return "declaration" if leftover.DECLARED.search(norm) else None


def received(said: Said) -> Fields:
    """已收到: the words that are not understood."""
    return {"other": leftover.left_over(said.text, said.names, leftover.RECEIVED)}


def send_back(said: Said) -> Fields:
    """退回: what, why, and until when."""
    roles = moments.assign(
        said.norm,
        [m for m in said.found if m.deadline or re.search(r"(?:请于|于|在|限)\s?$", said.norm[: m.start])],
        said.today,
        asking=True,
    )
    labelled = forms.fields(said.text).get("reason")
    reason = labelled or clauses.reason_of_return(_without_day(said, roles), said.org_end)
    return {**days(roles), "date": None, "number": number(said), **_returned(said, reason, sure=labelled is not None)}


def _returned(said: Said, reason: str | None, *, sure: bool) -> Fields:
    """What stands before the reason is what is returned; its first clause is so, too, where it names a thing and no fault."""
    span = said.text.span_of(reason) if reason else None
    understood = (_with_its_day(said.norm, *span),) if span else ()
    before = leftover.blank(said.norm, understood)
    subject = leftover.other(before) or _declared(before)
    left = leftover.left_over(said.text, (*said.names, *understood), leftover.RETURNED)
    if span and not sure and not subject:
        start, end = span
        thing = re.split("[,。;\n]", said.norm[start:], maxsplit=1)[0].strip()
        joined = said.norm[said.names[-1][1] if said.names else 0 : start]
        of_it = "的" in joined and FREE.search(joined) is None
        named = leftover.begins(thing.lstrip("( "))
        fault = leftover.PART.match(thing) if of_it else WRONG.search(thing)
        if named or fault is None:
            subject, left = named, left or said.text[start : start + len(thing)].raw.strip("（）() ")
            if of_it or named:
                reason = said.text[start + len(thing) : end].raw.strip(" ，,。；;") or None
    return {"subject": subject, "other": left, "reason": reason}


def _with_its_day(norm: str, start: int, end: int) -> tuple[int, int]:
    """A reason, and what stands behind it: only a day, unless the word for returning does."""
    return start, end if re.search("退|驳|打回|不同意|不通过|不批准|不准", norm[end:]) else len(norm)


def _without_day(said: Said, roles: moments.Roles) -> Text:
    """The text without a last clause that only says until when: …，12月4日前重报."""
    day = roles.due_moment
    if day is None or re.search(r"[,;。:]\s*\S", said.norm[day.end :]):
        return said.text
    cut = max(said.norm.rfind(sign, 0, day.start) for sign in ",;。 ")
    return said.text[:cut] if cut > said.org_end + 1 else said.text
