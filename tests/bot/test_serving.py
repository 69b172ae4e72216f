"""A serving process: channels beside each other, answers at once, and an end in good order."""

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.contract import Outgoing, Receive, Sent
from bot.cli.serve import on_signal
from bot.config import Settings
from bot.process.leader import Leader
from bot.process.logs import Redacted, secrets_of
from bot.seed import switch_on
from bot.server import Server
from tests.bot.house import FakeChannel, House


class Talking(FakeChannel):
    """A channel on which events arrive as the test puts them there."""

    def __init__(self, name: str = "console") -> None:
        super().__init__(name=name)
        self.receive: asyncio.Future[Receive] = asyncio.get_running_loop().create_future()
        self.came = asyncio.Event()

    async def run(self, receive: Receive) -> None:
        if not self.receive.done():
            self.receive.set_result(receive)
        await asyncio.Event().wait()

    async def send(self, message: Outgoing) -> Sent:
        try:
            return await super().send(message)
        finally:
            self.came.set()


class Failing(FakeChannel):
    """A channel that cannot be reached."""

    async def run(self, receive: Receive) -> None:
        self.tries += 1
        raise ConnectionError("the platform is away")


async def test_a_channel_that_fails_is_tried_again_and_does_not_stop_the_other(house: House) -> None:
    good, bad = Talking(), Failing(name="bad")
    house.app.channels.update({"console": good, "bad": bad})
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0.01)

    server = Server(house.app, alone=True, sleep=sleep)
    running = asyncio.create_task(server.run())
    receive = await asyncio.wait_for(good.receive, 60)
    await receive(house.said("@品牌助手 帮助"))
    await asyncio.wait_for(good.came.wait(), 60)
    server.stop.set()
    await asyncio.wait_for(running, 120)
    assert len(good.texts("committee")) == 1
    assert bad.tries >= 2
    assert slept[:2] == [2.0, 4.0]


async def test_a_lane_that_hangs_does_not_hold_up_another_chat(house: House) -> None:
    channel = Talking()
    house.app.channels["console"] = channel
    hangs = asyncio.Event()
    original = channel.send

    async def send(message: Outgoing) -> Sent:
        if message.chat == "committee":
            await hangs.wait()
        return await original(message)

    channel.send = send  # type: ignore[method-assign]  # one chat of the platform hangs
    server = Server(house.app, alone=True)
    running = asyncio.create_task(server.run())
    receive = await asyncio.wait_for(channel.receive, 60)
    await receive(house.said("@品牌助手 帮助"))
    await asyncio.sleep(0.2)
    await receive(house.said("@品牌助手 帮助", "unit", "secretary"))
    await asyncio.wait_for(channel.came.wait(), 60)
    assert len(channel.texts("unit")) == 1
    hangs.set()
    server.stop.set()
    await asyncio.wait_for(running, 120)
    assert len(channel.texts("committee")) == 1, "what was under way ended before the process did"


async def test_one_process_leads_and_another_takes_over(house: House) -> None:
    first, second = Leader(house.engine), Leader(house.engine)
    assert await first.leads()
    alone = house.engine.dialect.name != "postgresql"
    assert await second.leads() is alone
    await first.close()
    assert await second.leads()
    assert await second.leads()
    await second.close()


async def test_ticks_of_two_processes_at_once_say_everything_once(house: House) -> None:
    await switch_on(house.engine, house.clock.now())
    other = house.another()
    for _ in range(4):
        await asyncio.gather(house.app.ticks.run(), other.app.ticks.run(), return_exceptions=True)
        with suppress(RuntimeError):
            await house.pass_by(days=9)
    keys = [row[0] for row in await house.rows("SELECT unique_key FROM notice")]
    assert len(keys) == len(set(keys)) > 0


@pytest.mark.parametrize("where", ["message", "traceback"])
def test_no_secret_reaches_the_log(where: str) -> None:
    settings = Settings(
        data=Path(),
        database_url="postgresql+asyncpg://me:pass-word@host/db",
        telegram_token="123:token-token",
        wecom_secret="we-com-secret",
        token_key=b"key" * 20,
    )
    text = "".join(secrets_of(settings))
    error = ValueError(text) if where == "traceback" else None
    record = logging.LogRecord(
        "x", logging.ERROR, "x", 1, "%s", ("" if error else text,), (ValueError, error, None) if error else None
    )
    line = Redacted(secrets_of(settings), settings.timezone).format(record)
    for secret in ("pass-word", "123:token-token", "we-com-secret", "keykey"):
        assert secret not in line
    assert "***" in line


def test_a_line_of_the_log_names_the_zone_of_its_time() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "told", None, None)
    record.created = datetime(2026, 11, 23, 2, 5, 0, 123_000, UTC).timestamp()
    assert Redacted((), ZoneInfo("Asia/Shanghai")).format(record) == "2026-11-23T10:05:00.123+08:00 INFO x: told"


class Deaf(asyncio.SelectorEventLoop):
    """A loop that knows no signals, as on Windows."""

    def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:  # type: ignore[override] # as loosely as used
        raise NotImplementedError


def test_where_loops_know_no_signals_a_signal_still_ends_the_program() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    async def served() -> bool:
        stop = asyncio.Event()
        on_signal(asyncio.get_running_loop(), stop)
        signal.raise_signal(signal.SIGTERM)
        return await asyncio.wait_for(stop.wait(), 5)

    try:
        with asyncio.Runner(loop_factory=Deaf) as runner:
            assert runner.run(served())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
