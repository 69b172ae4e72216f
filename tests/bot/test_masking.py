"""A phone or identity number is masked however it is hidden, and no text without one is changed."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.inbound.masking import mask
from messages.reading.characters import CIRCLED

UNSEEN = st.sampled_from(["\u200b", "\u200d", "\u2060", "\ufeff", "\xad", "\u200e", "\ufe0f"])
GAPS = st.sampled_from([*" \xa0\u2007\u202f\u3000\u2003-‐‑‒–—―−－﹣⁃ー.．·•", "  ", " - ", "——", "\u200b \u200b"])
SHAPES = ([11], [3, 4, 4], [4, 4, 3], [3, 3, 5], [4, 3, 4], [3, 2, 2, 2, 2], [1] * 11)
GROUPS = ([18], [6, 8, 4], [6, 4, 4, 4], [3, 3, 4, 4, 4], [4, 4, 4, 4, 2], [6, 6, 6])
FIGURES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "wide": lambda text: "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in text),
    "circled": lambda text: "".join(CIRCLED[int(sign)] if sign.isdigit() else sign for sign in text),
    "mathematical": lambda text: "".join(chr(ord(sign) - 48 + 0x1D7CE) if sign.isdigit() else sign for sign in text),
    "keycaps": lambda text: "".join(f"{sign}\ufe0f\u20e3" if sign.isdigit() else sign for sign in text),
}
COUNTRY = st.sampled_from(["", "+86", "86", "0086", "(86)", "（+86）", "+86 ", "+86-", "0086 ", "＋８６ "])
PHONES = st.from_regex(r"1[3-9]\d{9}", fullmatch=True).filter(str.isascii)
IDENTITIES = st.builds(
    lambda place, born, tail: f"{place}{born:%Y%m%d}{tail}",
    st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.from_regex(r"[0-9]{3}[0-9XxｘⅩ]", fullmatch=True),
)


def grouped(number: str, shape: list[int], gap: str) -> str:
    """The number in groups of these lengths."""
    ends = [sum(shape[:place]) for place in range(len(shape) + 1)]
    return gap.join(number[start:end] for start, end in pairwise(ends))


@pytest.mark.parametrize("figures", FIGURES)
@given(number=PHONES, shape=st.sampled_from(SHAPES), gap=GAPS, country=COUNTRY)
@settings(max_examples=150, deadline=None)
def test_a_phone_number_in_groups_of_any_kind(figures: str, number: str, shape: list[int], gap: str, country: str) -> None:
    written = country + FIGURES[figures](grouped(number, shape, gap))
    assert mask(f"联系电话：{written}，谢谢") == "联系电话：［手机号］，谢谢"


@pytest.mark.parametrize("figures", FIGURES)
@given(number=IDENTITIES, shape=st.sampled_from(GROUPS), gap=GAPS)
@settings(max_examples=150, deadline=None)
def test_an_identity_number_in_groups_of_any_kind(figures: str, number: str, shape: list[int], gap: str) -> None:
    assert mask(f"证件{FIGURES[figures](grouped(number, shape, gap))}。") == "证件［身份证号］。"


@given(number=st.one_of(PHONES, IDENTITIES), marks=st.lists(UNSEEN, min_size=18, max_size=18))
@settings(max_examples=200, deadline=None)
def test_marks_that_nobody_sees_hide_nothing(number: str, marks: list[str]) -> None:
    masked = mask("电话" + "".join(sign + mark for sign, mark in zip(number, marks, strict=False)))
    assert masked in ("电话［手机号］", "电话［身份证号］")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("①13800001234 ②13900001234", "①［手机号］ ②［手机号］"),
        ("1.13800001234；2.13900001234", "1.［手机号］；2.［手机号］"),
        ("（13800001234）", "（［手机号］）"),
        ("138 0000 1234 139 0000 1234", "［手机号］ ［手机号］"),
        ("幺三八〇〇〇〇幺二三四", "［手机号］"),
        ("013800001234", "［手机号］"),
        ("(138)0000-1234", "［手机号］"),
    ],
)
def test_what_stands_beside_a_number_stays(said: str, kept: str) -> None:
    assert mask(said) == kept


NUMBERLESS = st.one_of(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日"),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
    st.integers(0, 9999).map(lambda count: f"{count} 人"),
    st.integers(1, 9999).map(lambda nth: f"2026-{nth:04d}"),
    st.integers(0, 10**9).map(lambda sum_: f"{sum_:,}元"),
    st.integers(10**10, 2 * 10**10 - 1).map(lambda sum_: f"{sum_}元"),
    st.decimals(0, 999, places=4, allow_nan=False).map(str),
    st.integers(1, 99).map(lambda nth: f"市直工发〔2026〕{nth}号"),
    st.integers(2 * 10**7, 9 * 10**7).map(lambda phone: f"0571-{phone}"),
    st.integers(2 * 10**7, 9 * 10**7).map(lambda phone: f"(010){str(phone)[:4]}-{str(phone)[4:]}"),
    st.just("\u200b"),
)


@given(parts=st.lists(NUMBERLESS, max_size=12))
@settings(max_examples=300, deadline=None)
def test_no_text_without_such_a_number_is_changed(parts: list[str]) -> None:
    text = "，".join(parts)
    assert mask(text) == text
