"""What holds for any text and any date: nothing raises, spellings agree, a written date is read back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import read
from messages.reading.result import Reading
from messages.reading.scene import Member, Scene
from tests.reading.corpus import CALENDAR, Labelled, corpus, directory, traditional

ZONE = ZoneInfo("Asia/Shanghai")
SCENE = Scene(
    now=datetime(2026, 11, 23, 10, 5, tzinfo=ZONE),
    chat_kind="private",
    addressed=True,
    directory=directory(),
    workdays=CALENDAR,
    members=(Member("secretary", "14"),),
)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
SIGNS = "零一二三四五六七八九"
WHOLE = {
    "2026年1月2日": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "2026年1月2号": lambda d: f"{d.year}年{d.month}月{d.day}号",
    "26年1月2日": lambda d: f"{d.year % 100}年{d.month}月{d.day}日",
    "2026-01-02": lambda d: d.isoformat(),
    "2026/1/2": lambda d: f"{d.year}/{d.month}/{d.day}",
    "2026.1.2": lambda d: f"{d.year}.{d.month}.{d.day}",
    "20260102": lambda d: f"{d:%Y%m%d}",
    "二零二六年一月二日": lambda d: "".join(SIGNS[int(n)] for n in str(d.year)) + f"年{spelled(d.month)}月{spelled(d.day)}日",
}
"""Forms that name the year: they mean the same whatever day it is."""
NEAR = {
    "1月2日": lambda d: f"{d.month}月{d.day}日",
    "1月2号": lambda d: f"{d.month}月{d.day}号",
    "一月二日": lambda d: f"{spelled(d.month)}月{spelled(d.day)}日",
    "1.2": lambda d: f"{d.month}.{d.day}",
    "1-2": lambda d: f"{d.month}-{d.day}",
    "1/2": lambda d: f"{d.month}/{d.day}",
}
"""Forms without a year: the latest such day for something done, the next for a deadline."""


def spelled(number: int) -> str:
    """1 to 31 in Chinese."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else SIGNS[tens] + "十") + (SIGNS[ones] if ones else "")


def at(day: date) -> Scene:
    """The scene on another day."""
    return replace(SCENE, now=datetime(day.year, day.month, day.day, 10, 5, tzinfo=ZONE))


@pytest.mark.parametrize("form", [*WHOLE, *NEAR])
@given(day=DAYS, later=st.integers(0, 140))
@settings(max_examples=60, deadline=None)
def test_a_day_on_which_something_was_done_is_read_back(form: str, day: date, later: int) -> None:
    written = (WHOLE | NEAR)[form](day)
    assert read(f"报 {written}召开了推进会", at(day + timedelta(days=later))).to_json()["date"] == day.isoformat()


@pytest.mark.parametrize("form", [*WHOLE, *NEAR])
@given(day=DAYS, earlier=st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_a_deadline_is_read_back(form: str, day: date, earlier: int) -> None:
    written = (WHOLE | NEAR)[form](day)
    assert read(f"报 下一步设计标识，{written}前完成", at(day - timedelta(days=earlier))).to_json()["due"] == day.isoformat()


@given(day=DAYS, earlier=st.integers(0, 27))
@settings(max_examples=100, deadline=None)
def test_a_bare_day_is_the_next_one_for_a_deadline_and_the_latest_one_for_what_is_done(day: date, earlier: int) -> None:
    assert read(f"报 标识{day.day}号前定稿", at(day - timedelta(days=earlier))).to_json()["due"] == day.isoformat()
    assert read(f"报 {day.day}号召开了推进会", at(day + timedelta(days=earlier))).to_json()["date"] == day.isoformat()


@given(day=DAYS)
@settings(max_examples=60, deadline=None)
def test_weekdays_are_those_of_weeks_from_monday_to_sunday(day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    for offset, sign in enumerate("一二三四五六日"):
        assert (
            read(f"报 上周{sign}召开了推进会", at(day)).to_json()["date"] == (monday + timedelta(days=offset - 7)).isoformat()
        )
        assert read(f"报 标识下周{sign}前定稿", at(day)).to_json()["due"] == (monday + timedelta(days=offset + 7)).isoformat()


@given(text=st.text(max_size=300), unit=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_raising(text: str, unit: bool) -> None:
    scene = replace(SCENE, chat_kind="unit", chat_org="14") if unit else SCENE
    assert isinstance(read(text, scene), Reading)


WORDS = st.sampled_from(
    [
        *"报市局第二前％号周，。“”《到由10份★\n",
        *("申报", "更正", "撤回", "名称：", "类型：", "11月", "31日", "2月30日", "@品牌助手", "百分之", "延期", "负责"),
        *("满意", "发放", "财政局", "民政", "编号", "2026-0001", "秘密", "1."),
    ]
)


@given(pieces=st.lists(WORDS, max_size=25))
@settings(max_examples=400, deadline=None)
def test_any_heap_of_our_own_words_is_read_without_raising(pieces: list[str]) -> None:
    reading = read("".join(pieces), SCENE)
    assert reading.to_json()["intent"] == reading.request.intent


MESSAGES = [said for part in ("reading_known", "reading_aside", "reading_late") for said in corpus(part)]
COMPARED = (
    "intent",
    "org",
    "date",
    "due",
    "percent",
    "participants",
    "survey",
    "wanted",
    "number",
    "milestone",
    "secret",
    "missing",
)


def compared(said: Labelled, text: str) -> dict[str, object]:
    """The fields that do not depend on the spelling."""
    found = Labelled(said.place, {**said.message, "text": text}, said.expect).read()
    return {name: found.get(name) for name in COMPARED}


def test_full_width_and_half_width_are_read_alike() -> None:
    wide = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {0x20: "\u3000"}
    for said in MESSAGES:
        text = str(said.message["text"])
        if ".pdf" not in text:
            assert compared(said, text.translate(wide)) == compared(said, text), said.place


@pytest.mark.parametrize("spelling", ["s2t", "s2tw", "s2hk"])
def test_traditional_and_simplified_characters_are_read_alike(spelling: str) -> None:
    for said in MESSAGES:
        text = str(said.message["text"])
        assert compared(said, traditional(text, spelling)) == compared(said, text), said.place
