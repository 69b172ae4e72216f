"""Every rule's own example is read as the table says."""

from datetime import date

import pytest

from messages.reading.date_forms import FORMS, Form, find
from messages.reading.intents import INTENTS
from messages.reading.numerals import number
from messages.reading.rules import Rule
from messages.reading.sketch import decide, sketch
from messages.reading.spans import Span, Today
from storage.calendar import Calendar

MONDAY = Today(date(2026, 11, 23), Calendar())
RULES = [(intent.id, rule) for intent in INTENTS for rule in intent.rules]
SOME = "某单位"


@pytest.mark.parametrize(("intent", "rule"), [pytest.param(intent, rule, id=rule.example) for intent, rule in RULES])
def test_the_example_of_an_intent_rule_is_read_by_it(intent: str, rule: Rule) -> None:
    drawn = (
        rule.example.replace(SOME, "◎").replace("党支部", "◎").replace("，", ",").replace("：", ":").replace("；", ";").lower()
    )
    decision = decide(sketch(drawn, [], find(drawn, MONDAY)))
    assert (decision.intent, decision.rule) == (intent, rule)


@pytest.mark.parametrize("form", [pytest.param(form, id=form.name) for form in FORMS])
def test_the_example_of_a_date_form_means_what_the_table_says(form: Form) -> None:
    [moment] = find(form.example, MONDAY)

    def last(span: Span | None) -> str | None:
        return span.last.isoformat() if span else None

    assert (moment.form, last(moment.past), last(moment.future)) == (form.name, form.past, form.future)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("三十六", 36), ("两百", 200), ("一百零八", 108), ("两百五", 250), ("十五", 15), ("廿三", 23), ("1.2万", 12000),
        ("一千零五十", 1050),
        ("三万五千", 35000), ("二零二六", 2026), ("36", 36), ("几", None), ("", None),
    ],
)  # fmt: skip
def test_a_number_in_words_has_its_value(words: str, value: int | None) -> None:
    assert number(words) == value
