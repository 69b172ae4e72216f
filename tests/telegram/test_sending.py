"""Sending against a Bot API that keeps the truth: what the chats see, and what a failure is told as."""

import re
from datetime import UTC, datetime

import pytest

from bot.channels.contract import Gone, IncomingFile, NotSent, OutgoingButton, OutgoingFile, Unsure
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.menu import menu
from handlers import COMMANDS
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_rules import Fault
from tests.telegram.channels import GROUP, channel, outgoing


@pytest.mark.parametrize(
    ("fault", "error", "arrived"),
    [
        ("429", NotSent, False),
        ("500 before", Unsure, False),
        ("500 after", Unsure, True),
        ("hang before", Unsure, False),
        ("hang after", Unsure, True),
        ("reset before", Unsure, False),
        ("reset after", Unsure, True),
        ("bad json", Unsure, False),
        ("400", Gone, False),
        ("403", Gone, False),
    ],
)
async def test_each_failure_is_told_as_what_is_provable(
    telegram: FakeTelegram, fault: Fault, error: type[Exception], arrived: bool
) -> None:
    telegram.fault("sendMessage", fault)
    ours = channel(telegram.api, timeout=2.0 if fault.startswith("hang") else 10.0)
    with pytest.raises(error) as raised:
        await ours.send(outgoing())
    await ours.close()
    assert telegram.texts(GROUP) == (["已登记"] if arrived else [])
    if isinstance(raised.value, NotSent):
        assert raised.value.retry_after == 1
    if isinstance(raised.value, Gone):
        assert raised.value.chat_gone is (fault == "403")
    assert TOKEN not in str(raised.value)


async def test_a_refused_connection_has_provably_sent_nothing(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    await telegram.down()
    with pytest.raises(NotSent):
        await bot.send(outgoing())
    await telegram.up()
    await bot.send(outgoing())
    assert telegram.texts(GROUP) == ["已登记"]


async def test_an_unknown_chat_is_gone(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    telegram.unknown_chats.add(GROUP)
    with pytest.raises(Gone) as raised:
        await bot.send(outgoing())
    assert raised.value.chat_gone


async def test_a_group_that_moved_gets_the_message_under_its_new_id(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    telegram.moved[GROUP] = -100999
    sent = await bot.send(outgoing())
    assert (sent.moved_to, telegram.texts(-100999)) == ("-100999", ["已登记"])


async def test_a_wrong_token_loses_no_message(telegram: FakeTelegram) -> None:
    other = TelegramChannel("1:wrong", bot_name="品牌助手", now=lambda: datetime.now(UTC), api=telegram.api)
    with pytest.raises(NotSent):
        await other.send(outgoing())
    await other.close()


async def test_markup_that_telegram_cannot_read_is_sent_plainly(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    await bot.send(outgoing("<b>已登记 a &lt; b"))
    assert telegram.texts(GROUP) == ["已登记 a < b"]


async def test_a_topic_is_written_to_and_a_reply_to_a_deleted_message_still_leaves(
    telegram: FakeTelegram, bot: TelegramChannel
) -> None:
    await bot.send(outgoing(thread="9", reply_to="3"))
    [seen] = telegram.seen
    assert (seen.thread, seen.reply_to) == (9, 3)
    assert '"allow_sending_without_reply": true' in telegram.called("sendMessage")[0]["reply_parameters"]


@pytest.mark.parametrize(("mime", "method"), [("image/png", "sendPhoto"), ("application/pdf", "sendDocument")])
async def test_a_file_carries_the_text_and_the_buttons(
    telegram: FakeTelegram, bot: TelegramChannel, mime: str, method: str
) -> None:
    file = OutgoingFile("进度.bin", mime, b"content")
    await bot.send(outgoing("进度", files=(file,), buttons=(OutgoingButton("撤回", "t"),)))
    [seen] = telegram.seen
    assert (seen.text, seen.file, seen.buttons) == ("进度", b"content", (("撤回", "t"),))
    assert len(telegram.called(method)) == 1


async def test_a_text_too_long_for_a_caption_leaves_before_its_file(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    await bot.send(outgoing("长" * 1025, files=(OutgoingFile("a.pdf", "application/pdf", b"x"),)))
    assert [len(seen.text) for seen in telegram.seen] == [1025, 0]


async def test_when_only_the_text_arrived_the_outcome_is_unsure(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    telegram.fault("sendDocument", "429")
    with pytest.raises(Unsure):
        await bot.send(outgoing("长" * 1025, files=(OutgoingFile("a.pdf", "application/pdf", b"x"),)))


async def test_long_labels_get_rows_of_their_own(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    labels = ["通过", "退回", "某某单位机关党委办公室支部", "取消"]
    await bot.send(outgoing(buttons=tuple(OutgoingButton(label, "t") for label in labels)))
    [call] = telegram.called("sendMessage")
    rows = call["reply_markup"].count("], [") + 1
    assert rows == 3


async def test_a_file_is_fetched_within_the_limit(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    telegram.files["F1"] = b"x" * 100
    file = IncomingFile("a.pdf", None, None, {"file_id": "F1"})
    assert await bot.fetch(file, 100) == b"x" * 100
    with pytest.raises(Gone):
        await bot.fetch(file, 99)
    with pytest.raises(Gone):
        await bot.fetch(IncomingFile("a.pdf", 101, None, {"file_id": "F1"}), 100)


def test_the_menu_offers_what_secretaries_use_and_reading_knows() -> None:
    shown = dict(menu(COMMANDS))
    assert {"report", "status", "todo", "help", "bind"} <= set(shown)
    assert "missing" not in shown  # the committee's
    assert all(re.fullmatch(r"[a-z_]{1,32}", word) and 0 < len(said) <= 256 for word, said in shown.items())
