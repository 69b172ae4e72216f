"""The emulator, completed by the adapter, is a Bot API that the channel can talk to."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.channels.contract import Incoming, Outgoing, OutgoingButton, Settled
from bot.channels.telegram import TelegramChannel
from tests.e2e.adapter import Adapter
from tests.fakes.telegram import TOKEN

pytestmark = pytest.mark.e2e
GROUP = -100


async def test_a_question_an_answer_and_a_press(telegram: Adapter) -> None:
    channel = TelegramChannel(TOKEN, bot_name="品牌助手", now=lambda: datetime.now(UTC), api=telegram.api, wait=2)
    received: asyncio.Queue[Incoming] = asyncio.Queue()
    listening = asyncio.create_task(channel.run(received.put))
    async with asyncio.timeout(120):
        await telegram.say(GROUP, 7, "@品牌助手 进度")
        asked = await received.get()
        assert (asked.text, asked.addressed, asked.human, asked.sender) == ("@品牌助手 进度", True, True, "7")
        assert abs(datetime.now(UTC) - asked.at).total_seconds() < 60
        await channel.send(Outgoing(1, asked.chat, False, "截至今天", buttons=(OutgoingButton("撤回", "token"),)))
        assert await telegram.saw(GROUP, "截至") == "截至今天"
        await telegram.press(GROUP, 7, "撤回")
        pressed = await received.get()
        assert (pressed.kind, pressed.action, pressed.chat) == ("press", "token", str(GROUP))
        await channel.settled(Settled(pressed.event, "press", "已撤回"))
    assert telegram.pressed == ["已撤回"]
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await channel.close()
