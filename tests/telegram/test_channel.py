"""The channel against a Bot API that keeps the truth."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.contract import (
    Channel,
    Gone,
    Incoming,
    IncomingFile,
    NotSent,
    Outgoing,
    OutgoingButton,
    OutgoingFile,
    Sent,
    Settled,
    Unsure,
)
from bot.channels.telegram import TelegramChannel, menu
from bot.cli.doctor import examine
from bot.config import Settings
from handlers import COMMANDS
from tests.fakes.telegram import TOKEN, FakeTelegram, Fault

GROUP = -100123
PERSON = 7


def channel(api: str, **more: Any) -> TelegramChannel:
    """A channel that waits as briefly as possible."""
    return TelegramChannel(TOKEN, bot_name="品牌助手", now=lambda: datetime.now(UTC), api=api, timeout=0.4, wait=1, **more)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    ours = channel(telegram.api)
    yield ours
    await ours.close()


@asynccontextmanager
async def running(ours: Channel) -> AsyncIterator[list[Incoming]]:
    """The channel listens while the block runs; what it received."""
    received: list[Incoming] = []

    async def receive(incoming: Incoming) -> None:
        received.append(incoming)

    task = asyncio.create_task(ours.run(receive))
    try:
        yield received
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def outgoing(text: str = "已登记", **more: Any) -> Outgoing:
    """A message to the group."""
    return Outgoing(1, str(GROUP), False, text, **more)


async def test_a_message_arrives_and_is_answered(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    async with running(bot) as received:
        asked = telegram.say(GROUP, PERSON, "@brand_bot 进度", entities=[{"type": "mention", "offset": 0, "length": 10}])
        await telegram.until(lambda: telegram.acknowledged > 0)
        [incoming] = received
        assert (incoming.text, incoming.addressed) == ("@品牌助手 进度", True)
        buttons = (OutgoingButton("撤回", "t1"), OutgoingButton("更正", "t2"))
        sent = await bot.send(outgoing("<b>已登记</b> &lt;1&gt;", buttons=buttons, reply_to=incoming.message))
    [seen] = telegram.seen
    assert (seen.text, seen.buttons, seen.reply_to) == ("已登记 <1>", (("撤回", "t1"), ("更正", "t2")), asked)
    assert sent == Sent(str(seen.id))
    [call] = telegram.called("sendMessage")
    assert call["parse_mode"] == "HTML"
    assert '"is_disabled": true' in call["link_preview_options"]


async def test_nothing_is_acknowledged_before_it_is_stored(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    stored = asyncio.Event()

    async def receive(_: Incoming) -> None:
        await stored.wait()

    task = asyncio.create_task(bot.run(receive))
    telegram.say(GROUP, PERSON, "进度")
    await telegram.until(lambda: telegram.polls)
    await asyncio.sleep(0.1)
    assert telegram.acknowledged == 0
    stored.set()
    await telegram.until(lambda: telegram.acknowledged)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_press_is_answered_with_a_toast(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    await bot.send(outgoing("通过？", buttons=(OutgoingButton("通过", "t1"),)))
    async with running(bot) as received:
        query = telegram.press(GROUP, PERSON, "通过")
        await telegram.until(lambda: telegram.acknowledged)
        assert (received[0].kind, received[0].action) == ("press", "t1")
        await bot.settled(Settled(received[0].event, "press", "已" * 300))
    assert telegram.toasts == {query: "已" * 200}


async def test_settling_never_raises(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    telegram.fault("answerCallbackQuery", "400", "reset before")
    await bot.settled(Settled("press:1", "press"))
    await bot.settled(Settled("press:1", "press"))
    await bot.settled(Settled("-1:1", "text", "x"))
    assert telegram.toasts == {}


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
    telegram: FakeTelegram, bot: TelegramChannel, fault: Fault, error: type[Exception], arrived: bool
) -> None:
    telegram.fault("sendMessage", fault)
    with pytest.raises(error) as raised:
        await bot.send(outgoing())
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


async def test_two_pollers_step_back_in_turn_and_lose_nothing(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(0.02)

    first, second = channel(telegram.api, sleep=sleep), channel(telegram.api, sleep=sleep)
    async with running(first) as one, running(second) as two:
        for number in range(20):
            telegram.say(GROUP, PERSON, f"第{number}条")
            await asyncio.sleep(0.01)
        await telegram.until(lambda: not telegram.updates and len({event.event for event in one + two}) == 20)
    assert max(waited) >= 5.0
    await first.close()
    await second.close()


async def test_a_redelivery_carries_the_same_events(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    async with running(bot) as received:
        message = telegram.say(GROUP, PERSON, "一")
        telegram.edit(GROUP, PERSON, message, "二")
        await telegram.until(lambda: telegram.kept and not telegram.updates)
    telegram.redeliver()
    ours = channel(telegram.api)  # another process, which starts without an offset
    async with running(ours) as again:
        await telegram.until(lambda: not telegram.updates)
    assert [event.event for event in again] == [event.event for event in received]
    assert len(again) == 2
    await ours.close()


async def test_the_menu_is_shown_in_chinese(telegram: FakeTelegram) -> None:
    ours = channel(telegram.api, menu=(("status", "进度"),))
    async with running(ours):
        await telegram.until(lambda: "zh" in telegram.menu)
    assert telegram.menu["zh"] == [{"command": "status", "description": "进度"}]
    await ours.close()


async def test_a_server_that_is_away_at_the_start_is_asked_again(telegram: FakeTelegram) -> None:
    telegram.fault("getMe", "500 before", "reset before")
    ours = channel(telegram.api, sleep=lambda _: asyncio.sleep(0))
    async with running(ours) as received:
        telegram.say(GROUP, PERSON, "@brand_bot 进度")
        await telegram.until(lambda: telegram.acknowledged)
        assert received[0].addressed
        assert ours.describe()["connected"]
        assert ours.describe()["can_read_all_group_messages"] is True
    assert not ours.describe()["connected"]
    await ours.close()


async def test_the_token_is_in_no_log_no_error_and_no_repr(
    telegram: FakeTelegram, bot: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.fault("sendMessage", "reset before", "500 before")
    for _ in range(3):
        with suppress(Unsure):
            await bot.send(outgoing())
    logging.getLogger("elsewhere").error("calling %s", f"{telegram.api}/bot{TOKEN}/getMe")
    try:
        raise RuntimeError(TOKEN)
    except RuntimeError:
        logging.getLogger("elsewhere").exception("failed")
    assert "calling" in caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(bot) + repr(vars(bot)) + repr(bot.describe())


async def test_doctor_learns_who_the_bot_is(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    assert (await bot.check())["username"] == "brand_bot"
    telegram.fault("getMe", "500 before")
    with pytest.raises(Unsure):
        await bot.check()


def test_the_menu_offers_what_secretaries_use_and_reading_knows() -> None:
    shown = dict(menu(COMMANDS))
    assert {"report", "status", "todo", "help", "bind"} <= set(shown)
    assert "missing" not in shown  # the committee's
    assert all(re.fullmatch(r"[a-z_]{1,32}", word) and 0 < len(said) <= 256 for word, said in shown.items())


@pytest.mark.parametrize(
    ("fault", "grade", "words"),
    [(None, "正常", "@brand_bot"), ("500 before", "错误", "连不上")],
)
async def test_doctor_tries_the_token_and_says_what_groups_let_it_hear(
    telegram: FakeTelegram, tmp_path: Path, fault: Fault | None, grade: str, words: str
) -> None:
    if fault is not None:
        telegram.fault("getMe", fault)
    settings = Settings(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/none.db", telegram_token=TOKEN, telegram_api=telegram.api)
    found = [finding for finding in await examine(settings, datetime.now(UTC)) if "Telegram" in finding.text]
    assert any(finding.grade == grade and words in finding.text for finding in found)
    assert TOKEN not in str(found)
