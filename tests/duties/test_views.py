"""How a deadline is put: one shape, whatever day it is seen from."""

import json
from datetime import date
from typing import Any

import pytest

from handlers.views.deadline import deadline
from messages.writing.render import render
from storage.calendar import Calendar


def seen(day: str, today: str) -> dict[str, Any]:
    return {**deadline(date.fromisoformat(day), date.fromisoformat(today), Calendar())}


@pytest.mark.parametrize(
    ("day", "today", "expected"),
    [
        ("2026-12-11", "2026-11-23", {"over": False, "today": False, "days": 18, "workdays": 14, "advice": None}),
        ("2026-12-11", "2026-12-11", {"over": False, "today": True, "days": 0, "workdays": 0}),
        ("2026-12-11", "2026-12-12", {"over": True, "today": False, "days": -1, "workdays": 0}),
        # a Sunday: the Friday before is advised, until it has gone by
        ("2026-12-20", "2026-12-18", {"advice": "2026-12-18", "advice_ahead": True, "same_month": True}),
        ("2026-12-20", "2026-12-19", {"advice": "2026-12-18", "advice_ahead": False, "over": False}),
        ("2026-11-01", "2026-10-12", {"advice": "2026-10-30", "same_month": False}),
        # 国庆 shortens the time (10 October is made up), a weekend does not
        ("2026-10-12", "2026-09-28", {"holiday": True, "days": 14, "workdays": 6}),
        ("2026-11-16", "2026-11-12", {"holiday": False, "days": 4, "workdays": 2}),
        ("2027-01-08", "2026-12-28", {"same_year": False, "estimated": True}),
        ("2026-12-31", "2026-12-28", {"same_year": True, "estimated": False}),
    ],
)
def test_a_deadline_is_put_the_same_way_everywhere(day: str, today: str, expected: dict[str, Any]) -> None:
    put = seen(day, today)
    assert {name: put[name] for name in expected} == expected
    assert put["on"] == day
    assert json.loads(json.dumps(put)) == put


def test_it_says_that_the_workdays_are_a_guess() -> None:
    values = {"counts": {"as_of": "2026-12-28", "direct": 2}, "separate": [], "returned": []}
    line = {"org": "甲", "due": seen("2027-01-08", "2026-12-28"), "moved": False, "paused": False}
    text = render("missing/list", {**values, "direct": [line], "deadline": line["due"]})
    assert "个工作日（暂按法定节假日推算）。" in text
