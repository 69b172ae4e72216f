"""The robot's connection: it comes back from everything but a kick, and is honest about what it does not know."""

import asyncio
import logging

import pytest

from bot.channels.contract import NotSent, Unsure
from bot.channels.wecom.socket import LARGEST_FRAME
from tests.wecom.rig import BEATING, GROUP, QUICK, rig


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011])
async def test_it_reconnects_after_every_close(code: int) -> None:
    async with rig() as town:
        await town.connected()
        await town.fake.close(code)
        await town.until(lambda: town.fake.subscribed == 2)
        await town.connected()
        await town.fake.say("wo1", "@品牌助手 进度", chat=GROUP)
        assert (await town.heard(1)).text == "@品牌助手 进度"


async def test_it_reconnects_after_a_silent_death() -> None:
    async with rig(timing=BEATING) as town:
        await town.connected()
        town.fake.mute = True
        await town.until(lambda: not town.channel.describe()["connected"])
        town.fake.mute = False
        await town.until(lambda: town.fake.subscribed == 2)
        assert "heartbeats" in town.channel.describe()["trouble"] or town.channel.describe()["connected"]


async def test_heartbeats_keep_it_alive() -> None:
    async with rig(timing=BEATING) as town:
        await town.connected()
        await town.until(lambda: sum(frame["cmd"] == "ping" for frame in town.fake.commands) >= BEATING.missed + 4)
        assert town.fake.subscribed == 1


async def test_a_refused_secret_is_tried_again_slowly_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    waits: list[float] = []
    again = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await again.wait()

    async with rig(secret="WRONG-SECRET", start=False) as town:
        town.channel._socket.sleep = sleep
        town.start()
        await town.until(lambda: town.channel.describe()["state"] == "refused")
        assert "853000" in town.channel.describe()["trouble"]
        await asyncio.sleep(0.05)
        assert sum(frame["cmd"] == "aibot_subscribe" for frame in town.fake.commands) == 1
        with pytest.raises(NotSent):
            await town.channel.send(town.message("一"))
        [wait] = waits
        assert QUICK.refused / 2 <= wait <= QUICK.refused
        town.fake.secret = "WRONG-SECRET"
        again.set()
        await town.connected()
    assert not any("WRONG-SECRET" in record.getMessage() for record in caplog.records if record.name.startswith("bot"))


async def test_a_kick_is_final_and_reported() -> None:
    async with rig() as town:
        await town.connected()
        await town.fake.kick()
        await town.until(lambda: town.channel.describe()["state"] == "standby")
        await asyncio.sleep(0.2)
        assert town.fake.subscribed == 1
        with pytest.raises(NotSent, match="standby"):
            await town.channel.send(town.message("一"))


async def test_of_two_instances_the_older_stands_by() -> None:
    async with rig() as town:
        await town.connected()
        async with rig(start=False) as other:
            other.channel.url = other.channel._socket.url = town.fake.url
            other.start()
            await other.connected()
            await town.until(lambda: town.channel.describe()["state"] == "standby")
            await asyncio.sleep(0.1)
            assert other.channel.describe()["connected"]


async def test_a_lost_acknowledgement_is_unsure_and_the_next_message_goes() -> None:
    async with rig() as town:
        await town.connected()
        town.fake.tenant.open_chats.add(GROUP)
        town.fake.fault = lambda command, _body: "hang" if command == "aibot_send_msg" else "none"
        with town.impatient(), pytest.raises(Unsure, match="acknowledgement"):
            await town.channel.send(town.message("一"))
        town.fake.fault = lambda _command, _body: "none"
        await town.channel.send(town.message("二"))
        assert town.texts == ["一", "二"]


async def test_a_connection_that_breaks_under_a_message_is_unsure() -> None:
    async with rig() as town:
        await town.connected()
        town.fake.tenant.open_chats.add(GROUP)
        town.fake.fault = lambda command, _body: "drop" if command == "aibot_send_msg" else "none"
        with pytest.raises(Unsure):
            await town.channel.send(town.message("一"))


async def test_without_a_connection_nothing_leaves() -> None:
    async with rig(start=False) as town:
        with pytest.raises(NotSent, match="not connected"):
            await town.channel.send(town.message("一"))


async def test_answers_of_one_req_id_go_one_after_the_other() -> None:
    async with rig() as town:
        await town.connected()
        socket = town.channel._socket
        order: list[str] = []

        async def hold(name: str) -> None:
            async with socket._turn("R"):
                order.append(name)
                await asyncio.sleep(0.01)
                order.append(name)

        await asyncio.gather(*(hold(name) for name in "abc"))
        assert order == ["a", "a", "b", "b", "c", "c"]
        assert not socket._turns


@pytest.mark.parametrize(
    "raw",
    [
        "no JSON",
        "[1]",
        '{"cmd":"aibot_dance","headers":{"req_id":"X"},"body":{"msgid":"M"}}',
        '{"cmd":"aibot_msg_callback","headers":{"req_id":"X"}}',
        '{"cmd":"aibot_msg_callback","headers":{"req_id":"X"},"body":{"msgid":"M","text":7,"from":"nobody"}}',
        '{"headers":{"req_id":"nobody-asked"},"errcode":0}',
        '"' + "x" * 1_500_000 + '"',
        "x" * 5_000_000,
    ],
)
async def test_a_bad_frame_is_passed_over(raw: str, caplog: pytest.LogCaptureFixture) -> None:
    async with rig() as town:
        await town.connected()
        await town.fake.raw(raw)
        if len(raw) > LARGEST_FRAME:  # closes the connection, and what is said on the old one would be lost
            await town.until(lambda: town.fake.subscribed == 2)
        await town.connected()
        await town.fake.say("wo1", "@品牌助手 进度", chat=GROUP)
        assert (await town.heard(1)).sender == "wo1"
        assert all("xxxx" not in record.getMessage() for record in caplog.records)


async def test_the_wait_before_reconnecting_grows_and_is_jittered() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    async with rig(start=False) as town:
        town.channel._socket.url = "ws://127.0.0.1:1"
        town.channel._socket.sleep = sleep
        town.channel._socket.timing = QUICK.__class__(backoff=1.0, longest_backoff=30.0)
        town.start()
        await town.until(lambda: len(waits) >= 8)
    steps = [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert all(step / 2 <= wait <= step for step, wait in zip(steps, waits[:8], strict=True))
    assert len(set(waits[5:8])) == 3
