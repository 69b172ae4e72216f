"""The channel against a Bot API that keeps the truth: what arrives, and what is said of it."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels import build
from bot.channels.contract import Incoming, OutgoingButton, Sent, Settled, Unsure
from bot.channels.telegram import TelegramChannel
from bot.cli.doctor import examine
from bot.config import Settings
from bot.process.logs import Redacted
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_rules import Fault
from tests.telegram.channels import GROUP, PERSON, channel, outgoing, running
from tests.waiting import until


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


async def test_two_pollers_step_back_in_turn_and_lose_nothing(telegram: FakeTelegram, bot: TelegramChannel) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(0.02)

    first, second = channel(telegram.api, sleep=sleep), channel(telegram.api, sleep=sleep)
    async with running(first) as one, running(second) as two:
        await telegram.until(lambda: waited)
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
    telegram: FakeTelegram, bot: TelegramChannel, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caplog.handler, "formatter", Redacted((TOKEN,), UTC))  # as `serve` logs
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


@pytest.mark.parametrize(
    ("fault", "grade", "words"),
    [(None, "正常", "@brand_bot"), ("500 before", "错误", "连不上")],
)
async def test_doctor_tries_the_token_and_says_what_groups_let_it_hear(
    telegram: FakeTelegram, tmp_path: Path, fault: Fault | None, grade: str, words: str
) -> None:
    if fault is not None:
        telegram.fault("getMe", fault)
    settings = Settings(tmp_path, f"sqlite:///{tmp_path}/none.db", telegram_token=TOKEN, telegram_api=telegram.api)
    found = [finding for finding in await examine(settings, datetime.now(UTC)) if "Telegram" in finding.text]
    assert any(finding.grade == grade and words in finding.text for finding in found)
    assert TOKEN not in str(found)


async def test_a_token_that_is_not_accepted_is_named_as_such(
    telegram: FakeTelegram, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = f"{TOKEN}x"
    settings = Settings(tmp_path, f"sqlite:///{tmp_path}/none.db", telegram_token=other, telegram_api=telegram.api)
    found = await examine(settings, datetime.now(UTC))
    assert [finding.text for finding in found if finding.grade == "错误"] == [
        "Telegram 不认这个令牌（BRANDBOT_TELEGRAM_TOKEN）：401 Unauthorized"
    ]
    refused = build.telegram(settings, lambda: datetime.now(UTC))
    async with running(refused):
        await until(lambda: "不认这个令牌（BRANDBOT_TELEGRAM_TOKEN）" in caplog.text)
    await refused.close()
    assert other not in caplog.text
