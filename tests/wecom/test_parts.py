"""Cards, media, pace and sealed keys by themselves."""

import base64
import os
from datetime import timedelta

import pytest

from bot.channels.contract import OutgoingButton, OutgoingFile
from bot.channels.wecom import cards, media, sealing
from bot.channels.wecom.windows import Windows
from tests.fakes.wecom import encrypt
from tests.fakes.wecom_rules import Refusal, _check_card
from tests.wecom.rig import Clock

KEY = "11111111-2222-3333-4444-555555555555"
YES = OutgoingButton("同意", "tok")


def test_every_kind_of_card_is_one_that_the_platform_takes() -> None:
    options = tuple(cards.Option(f"o{nth}", f"方案{nth}") for nth in range(10))
    for card in (
        cards.buttons("m1_ab", "品牌助手", "延期申请", (YES, OutgoingButton("不同意", "tok2"))),
        cards.vote("v1@x", "品牌助手", "请选择候选方案", options, several=True, submit=YES),
        cards.form("f-1", "品牌助手", "", (cards.Question("q1", "满意度", options),), YES),
    ):
        _check_card(card)


@pytest.mark.parametrize("task_id", ["", "汉字", "a b", "x" * 129])
def test_a_task_id_is_checked(task_id: str) -> None:
    with pytest.raises(ValueError, match="task_id"):
        cards.buttons(task_id, "品牌助手", "", (YES,))
    with pytest.raises(Refusal):
        _check_card({"card_type": "text_notice", "task_id": task_id, "main_title": {"title": "一"}})


def test_a_card_takes_only_so_many_buttons_and_none_twice() -> None:
    with pytest.raises(ValueError, match="1 to 6"):
        cards.buttons("m1", "品牌助手", "", tuple(OutgoingButton("一", str(nth)) for nth in range(7)))
    with pytest.raises(ValueError, match="distinct"):
        cards.buttons("m1", "品牌助手", "", (YES, YES))


@pytest.mark.parametrize("size", [0, 1, 15, 16, 31, 32, 33, 1000])
def test_what_was_encrypted_is_opened(size: int) -> None:
    key, content = os.urandom(32), os.urandom(size)
    closed = encrypt(content, key)
    assert media.decrypt(closed, base64.b64encode(key).decode()) == content
    assert media.decrypt(closed, base64.b64encode(key).decode().rstrip("=")) == content


@pytest.mark.parametrize(
    ("content", "aeskey", "why"),
    [
        (b"", base64.b64encode(b"k" * 32).decode(), "whole blocks"),
        (b"x" * 17, base64.b64encode(b"k" * 32).decode(), "whole blocks"),
        (b"x" * 32, base64.b64encode(b"k" * 16).decode(), "16 bytes"),
        (b"x" * 32, "密钥", "not base64"),
        (encrypt(b"content", b"k" * 32), base64.b64encode(b"l" * 32).decode(), "padding"),
    ],
)
def test_what_does_not_open_is_told_without_the_key(content: bytes, aeskey: str, why: str) -> None:
    with pytest.raises(media.BadMedia, match=why) as caught:
        media.decrypt(content, aeskey)
    assert aeskey not in str(caught.value)


def test_a_large_picture_goes_as_a_file() -> None:
    assert media.kind_of(OutgoingFile("图.png", "image/png", b"x" * 100)) == "image"
    assert media.kind_of(OutgoingFile("图.png", "image/png", b"x" * (media.LARGEST_IMAGE + 1))) == "file"
    assert media.kind_of(OutgoingFile("稿.docx", "application/x", b"x" * 100)) == "file"


def test_the_pace_is_a_sliding_window_for_each_place() -> None:
    clock = Clock()
    windows = Windows(((2, 60.0), (3, 3600.0)), clock.now)
    windows.count("a")
    clock.move(10)
    windows.count("a")
    assert windows.wait("a") == 50
    assert windows.wait("b") == 0
    clock.at += timedelta(seconds=50)
    assert windows.wait("a") == 0
    windows.count("a")
    clock.move(61)
    assert windows.wait("a") == 3600 - 121


def test_a_sealed_key_opens_only_with_its_key_and_for_its_group() -> None:
    sealed = sealing.seal(b"k" * 32, "secret-key-of-the-group", "wrA")
    assert "secret" not in sealed
    assert sealing.unseal(b"k" * 32, sealed, "wrA") == "secret-key-of-the-group"
    assert sealed != sealing.seal(b"k" * 32, "secret-key-of-the-group", "wrA")
    for key, text, about in [
        (b"l" * 32, sealed, "wrA"),
        (b"k" * 32, sealed, "wra"),
        (b"k" * 32, sealed[:-4] + "AAA=", "wrA"),
        (b"k" * 32, "v1.", "wrA"),
        (b"k" * 32, "汉字", "wrA"),
    ]:
        with pytest.raises(sealing.BadSeal):
            sealing.unseal(key, text, about)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (KEY, KEY),
        (" https://example.invalid/cgi-bin/webhook/send?key=" + KEY + " ", KEY),
        ("https://example.invalid/cgi-bin/webhook/send?debug=1&key=" + KEY + "&x=1", KEY),
        ("https://example.invalid/send?key=短", None),
        ("设置群机器人", None),
        ("", None),
    ],
)
def test_a_webhook_is_given_by_its_address_or_its_key(text: str, key: str | None) -> None:
    assert sealing.webhook_key(text) == key
