"""However a date is written (width, blanks, signs, brackets), it is read as that date, and kept as it was typed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import read
from messages.reading.characters import CIRCLED, UNSEEN
from messages.reading.text import Text
from tests.reading.test_properties import DAYS, MESSAGES, at, compared, spelled

BLANKS = st.sampled_from(["", *" \xa0\u2007\u202f\u3000\u2002\t\u200b\xad\ufeff", "  ", " \u200b"])
HYPHENS = st.sampled_from("-‐‑‒–—―−－﹣⁃ー")
DOTS = st.sampled_from(".．·•・。")
WEEKDAYS = "一二三四五六日"
BRACKETS = st.sampled_from(["()", "（）", "[]", "［］", "【】", "〔〕", "〈〉", "《》", "「」", "『』", "{}", "｛｝", "﹙﹚"])
FIGURES: dict[str, Callable[[int], str]] = {
    "plain": str,
    "wide": lambda n: "".join(chr(ord(sign) + 0xFEE0) for sign in str(n)),
    "circled": lambda n: CIRCLED[n],
    "mathematical": lambda n: "".join(chr(ord(sign) - 48 + 0x1D7CE) for sign in str(n)),
    "Chinese": spelled,
}


def done(written: str, day: date) -> str | None:
    """The day on which something is said to have been done, asked on that day."""
    found: str | None = read(f"报 {written}召开了推进会", at(day)).to_json().get("date")
    return found


def due(written: str, day: date) -> str | None:
    """The day until when something is promised, said a week before."""
    found: str | None = read(f"报 下一步设计标识，{written}前完成", at(day - timedelta(days=7))).to_json().get("due")
    return found


@pytest.mark.parametrize("figures", FIGURES)
@given(day=DAYS, blanks=st.tuples(*[BLANKS] * 3), unit=st.sampled_from("日号⽇"), moon=st.sampled_from("月⽉"))
@settings(max_examples=150, deadline=None)
def test_a_day_with_blanks_in_it(figures: str, day: date, blanks: tuple[str, ...], unit: str, moon: str) -> None:
    form = FIGURES[figures]
    written = f"{form(day.month)}{blanks[0]}{moon}{blanks[1]}{form(day.day)}{blanks[2]}{unit}"
    assert (done(written, day), due(written, day)) == (day.isoformat(), day.isoformat())


@given(day=DAYS, blanks=st.tuples(*[BLANKS] * 5))
@settings(max_examples=150, deadline=None)
def test_a_day_with_its_year_and_blanks_in_it(day: date, blanks: tuple[str, ...]) -> None:
    a, b, c, d, e = blanks
    written = f"{day.year}{a}年{b}{day.month}{c}月{d}{day.day}{e}日"
    assert (done(written, day), due(written, day)) == (day.isoformat(), day.isoformat())


@given(day=DAYS, sign=st.one_of(HYPHENS, DOTS, st.sampled_from("/／")), blanks=st.sampled_from(["", " ", "\u3000"]))
@settings(max_examples=200, deadline=None)
def test_a_day_in_figures_with_any_sign_between_them(day: date, sign: str, blanks: str) -> None:
    sign = f"{blanks}{sign}{blanks}"
    written = f"{day.year}{sign}{day.month}{sign}{day.day}"
    assert (done(written, day), due(written, day)) == (day.isoformat(), day.isoformat())


@given(day=DAYS)
@settings(max_examples=60, deadline=None)
def test_a_month_and_a_day_in_one_sign_each(day: date) -> None:
    written = chr(0x32C0 + day.month - 1) + chr(0x33E0 + day.day - 1)
    assert (done(written, day), due(written, day)) == (day.isoformat(), day.isoformat())


@given(day=DAYS, pair=BRACKETS, word=st.sampled_from(["周", "星期", "礼拜"]), blank=st.sampled_from(["", " ", "\u3000"]))
@settings(max_examples=200, deadline=None)
def test_a_weekday_in_brackets_belongs_to_its_date(day: date, pair: str, word: str, blank: str) -> None:
    weekday = f"{word}{WEEKDAYS[day.weekday()]}"
    for written in (f"{day.month}月{day.day}日{blank}{pair[0]}{weekday}{pair[1]}", f"{day.month}月{day.day}日{weekday}"):
        assert (done(written, day), due(written, day)) == (day.isoformat(), day.isoformat())


@given(day=DAYS, pair=BRACKETS, off=st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_a_weekday_that_is_not_its_dates_is_asked_about(day: date, pair: str, off: int) -> None:
    other = f"星期{WEEKDAYS[(day.weekday() + off) % 7]}"
    question = read(f"报 {day.year}年{day.month}月{day.day}日{pair[0]}{other}{pair[1]}召开了推进会", at(day)).question
    assert question is not None
    assert (question.problem, question.problem_text, question.day, question.slot) == ("weekday", other, day, "date")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("12 月底", "2026-12-31"),
        ("十二月月底", "2026-12-31"),
        ("12月份月底", "2026-12-31"),
        ("12 月 下旬", "2026-12-31"),
        ("5 个工作日内", "2026-11-30"),
        ("5 个 工作日 内", "2026-11-30"),
        ("下 周五", "2026-12-04"),
        ("下周周五", "2026-12-04"),
        ("周㈤", "2026-11-27"),
        ("28 号", "2026-11-28"),
        ("11㈪28㈰", "2026-11-28"),
        ("明天（11月24日）", "2026-11-24"),
        ("本周五（11月27日）", "2026-11-27"),
        ("12月10日（本周四）", "2026-12-10"),
        ("12月10日（星期四）上午", "2026-12-10"),
        ("12月10日（周四 15:00）", "2026-12-10"),
        ("12月10日【四】", "2026-12-10"),
    ],
)
def test_other_forms_of_a_deadline(written: str, day: str) -> None:
    ending = "" if written.endswith("内") else "前"
    assert read(f"报 设计标识，{written.strip()}{ending}完成", at(date(2026, 11, 23))).to_json()["due"] == day


@pytest.mark.parametrize(
    "said",
    [
        "报 1. 20人参加培训 2. 30人参加观摩",
        "报 线上 周五党课",
        "报 本周 三会一课照常",
        "报 ①日常管理；②月度例会",
        "报 开展12·4宪法宣传",
        "报 印发市直工发〔2026〕12号",
        "报 完成3 / 5",
    ],
)
def test_what_is_no_date_is_not_made_one(said: str) -> None:
    assert read(said, at(date(2026, 11, 24))).to_json().get("date") in (None, "2026-11-20")


@given(text=st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_nothing_seen_is_lost(text: str) -> None:
    said = Text.of(text)
    seen = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert said.raw == seen
    assert len(said.cells) == len(said.norm)
    if UNSEEN.sub("", text):
        assert Text.whole(text).raw == text


def test_blanks_of_every_kind_are_read_alike() -> None:
    for said in MESSAGES:
        text = str(said.message["text"])
        if " " in text:
            assert compared(said, text.replace(" ", "\u202f")) == compared(said, text), said.place
