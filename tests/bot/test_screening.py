"""What is kept of a text: sanitised, and without numbers of persons."""

import pytest

from bot.inbound.masking import mask
from bot.inbound.screening import clean


@pytest.mark.parametrize(
    "said",
    [
        "电话13812345678",
        "电话 138 1234 5678",
        "+86-138-1234-5678",
        "１３８１２３４５６７８",
        "身份证110101199003071234",
        "11010119900307123X",
    ],
)
def test_phone_and_identity_numbers_are_masked(said: str) -> None:
    masked = mask(said)
    assert not any(part in masked for part in ("1234", "１２３４", "123X"))
    assert "［" in masked


@pytest.mark.parametrize(
    "said", ["编号2026-0147", "参加60人，服务群众1300人次", "2026年11月20日", "202611201005", "银行卡6222021234567890123"]
)
def test_other_numbers_stay(said: str) -> None:
    assert mask(said) == said


def test_what_a_database_refuses_is_taken_out() -> None:
    assert clean("a\x00b\ud800c\nd\te") == "abc\nd\te"


def test_ten_thousand_characters_stay_whole() -> None:
    text = "党" * 10_000
    assert clean(text) == text
