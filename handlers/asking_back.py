"""What is asked back before a request can be carried out: whose it is, and a day that cannot be."""

import re
from typing import Any

from handlers import naming
from handlers.contract import Context, Refusal
from messages.reading.result import Question

PROBLEMS = {"impossible_date": "common/impossible_date", "survey_sum": "common/survey_sum"}
"""What is said of a value that cannot be, by the reader's word for it."""


def whose(ctx: Context[Any], question: Question) -> None:
    """Raise the question which organisation is meant, if that is open."""
    if "org" in question.missing:
        raise naming.ask(ctx, question)
    if question.problem == "unknown_org":
        raise Refusal("common/unknown_org", problem_text=question.problem_text or "")


def others(ctx: Context[Any], question: Question) -> None:
    """Raise what else is wrong: an impossible value, a day that the last question asked for and did not get."""
    if question.problem is None:
        for asked in ("date", "due"):
            if question.request.edits and asked in question.missing:
                raise Refusal("report/which_day", missing=(asked,))
        return
    words = question.problem_text or ""
    if question.problem == "impossible_date" and question.request.edits:
        promised = re.search(re.escape(words) + r"\s*(?:之|以)?前", ctx.text) is not None
        raise Refusal("report/impossible_date", missing=("due" if promised else "date",), words=words)
    raise Refusal(PROBLEMS[question.problem], problem_text=words)
