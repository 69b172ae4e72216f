"""The fields of a decision: what it is about, why, and until when."""

import re

from messages.reading import clauses, forms, moments
from messages.reading.said import Fields, Said, days, number
from messages.reading.text import Text

OBJECTS = {
    "extension": "延期|延长|延后|宽限|顺延|推迟|展期",
    "separate": "单独申报|独立申报|单列",
    "event": "现场会|观摩",
    "binding": "绑定",
    "paper": "纸质|纸件|书面",
    "owner": "责任人|负责人|牵头人",
    "declaration": "申报|品牌",
}
"""What a decision may be about, the rarer ones first."""
ASKED_FOR = re.compile(r"(?:延期|单独申报|责任人|现场会)[^,。;]{0,6}(?:申请|请求|要求)")


def decision(said: Said) -> Fields:
    """What a decision is about, where its first clause names it."""
    return {"subject": _object(re.split(r"[,。;\n]", said.norm, maxsplit=1)[0]), "number": number(said)}


def _object(clause: str) -> str | None:
    return next((name for name, words in OBJECTS.items() if re.search(words, clause)), None)


def send_back(said: Said) -> Fields:
    """退回: why, and until when."""
    roles = moments.assign(
        said.norm,
        [m for m in said.found if m.deadline or re.search(r"(?:请于|于|在|限)\s?$", said.norm[: m.start])],
        said.today,
        asking=True,
    )
    labelled = forms.fields(said.text).get("reason")
    asked_for = ASKED_FOR.search(said.norm)
    return {
        **days(roles),
        "date": None,
        "subject": _object(asked_for[0]) if asked_for else None,
        "reason": labelled or clauses.reason_of_return(_without_day(said, roles), said.org_end),
    }


def _without_day(said: Said, roles: moments.Roles) -> Text:
    """The text without a last clause that only says until when: …，12月4日前重报."""
    day = roles.due_moment
    if day is None or re.search(r"[,;。:]\s*\S", said.norm[day.end :]):
        return said.text
    cut = max(said.norm.rfind(sign, 0, day.start) for sign in ",;。 ")
    return said.text[:cut] if cut > said.org_end + 1 else said.text


def refuse(said: Said) -> Fields:
    """不同意: what about, why, and a day of one's own."""
    return {**send_back(said), **decision(said)}
