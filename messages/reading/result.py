"""What reading returns: a request, or the question that has to be asked before it can be one."""

import datetime as dt
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from messages.requests import FIRST, Request

FIXED = (
    "org", "date", "due", "percent", "participants", "activities", "brand", "type", "owner", "connotation", "slogan",
    "survey", "reason", "note", "number", "milestone", "subject", "events", "wanted",
)  # fmt: skip
"""The slots that `brandbot read` shows."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request that cannot be carried out yet: what it lacks, or what is wrong with it.

    `missing` are slots, in the order in which they are asked for; `candidates` are codes of organisations that the text may
    mean, at most three; `words` are the words that name an organisation and leave open which one. `problem` is a refusal's key
    (impossible_date, weekday, survey_sum, unknown_org) and `problem_text` the words that caused it; `slot` is the one that an answer
    puts right, and `day` the date whose weekday is not the written one.
    """

    request: Request
    missing: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    words: str | None = None
    problem: str | None = None
    problem_text: str | None = None
    slot: str | None = None
    day: dt.date | None = None

    @property
    def whose_is_open(self) -> bool:
        """It is open which organisation is meant, or it is nobody's name."""
        return "org" in self.missing or self.problem == "unknown_org"

    @property
    def name(self) -> str | None:
        """The words that name an organisation, and leave open which one or are nobody's name."""
        return self.problem_text if self.problem == "unknown_org" else self.words


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message wants, whether it looks secret, and why it was read so (Chinese lines for 解释).

    `words` are those of the question that it answers that name an organisation and left open which one; `taught`: it tells
    which one, and nothing else, so that from now on they may be the sender's name for it.
    """

    said: Request | Question
    secret: bool = False
    why: tuple[str, ...] = ()
    words: str | None = None
    taught: bool = False

    @property
    def request(self) -> Request:
        """What is wanted, complete or not."""
        return self.said.request if isinstance(self.said, Question) else self.said

    @property
    def question(self) -> Question | None:
        """What has to be asked first."""
        return self.said if isinstance(self.said, Question) else None

    def to_json(self) -> dict[str, Any]:
        """The fixed JSON shape of `brandbot read`: the intent, its act unless it is the first, and what was found."""
        request = self.request
        shown: dict[str, Any] = {"intent": request.intent}
        if request.act and type(request) is not FIRST[request.intent]:
            shown["act"] = request.act
        for name in FIXED:
            value = getattr(request, name, None)
            if value is not None and value not in ((), {}):
                shown[name] = _plain(value)
        if self.secret:
            shown["secret"] = True
        if self.question is not None and self.question.missing:
            shown["missing"] = list(self.question.missing)
        return shown


def _plain(value: Any) -> Any:
    """A slot as JSON."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(part) for name, part in asdict(value).items() if part is not None}
    return value
