"""The channel on the fake platform: what arrives, how answers leave, what is said when they cannot."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from bot.channels.contract import Gone, Incoming, NotSent, Unsure
from tests.fakes.wecom_rules import RATES
from tests.wecom.rig import GROUP, Rig, rig

BUTTONS = (("通过", "tok-yes"), ("退回", "tok-no"))


async def asked(town: Rig, text: str = "@品牌助手 进度") -> Incoming:
    await town.connected()
    await town.fake.say("wo1", text, chat=GROUP)
    return await town.heard(1)


async def test_a_message_arrives_with_everything_the_bot_needs() -> None:
    async with rig() as town:
        await town.connected()
        quote = {"msgtype": "text", "text": {"content": "已登记（编号2026-0147）"}}
        msgid = await town.fake.say("wo1", "@品牌助手 更正", chat=GROUP, quote=quote)
        heard = await town.heard(1)
    assert heard.event == f"{GROUP}:{msgid}"
    assert (heard.chat, heard.private, heard.sender, heard.message) == (GROUP, False, "wo1", msgid)
    assert (heard.kind, heard.addressed, heard.reply_text) == ("text", True, "已登记（编号2026-0147）")


async def test_a_single_chat_is_private() -> None:
    async with rig() as town:
        await town.connected()
        await town.fake.say("wo7", "待办")
        heard = await town.heard(1)
    assert (heard.chat, heard.private, heard.addressed) == ("wo7", True, True)


async def test_an_answer_goes_once_and_finished_by_its_req_id() -> None:
    async with rig() as town:
        heard = await asked(town)
        await town.channel.send(town.message("**已登记**", answer_with=heard.answer_with))
        frame = next(frame for frame in town.fake.commands if frame["cmd"] == "aibot_respond_msg")
        assert frame["body"]["stream"]["finish"] is True
        assert frame["headers"]["req_id"] == (heard.answer_with or "").removeprefix("reply:")
        assert [(said.via, said.text) for said in town.fake.tenant.said] == [("respond", "**已登记**")]


async def test_the_second_part_of_an_answer_is_a_push() -> None:
    async with rig() as town:
        heard = await asked(town)
        for text in ("一", "二"):
            await town.channel.send(town.message(text, answer_with=heard.answer_with))
        assert [said.via for said in town.fake.tenant.said] == ["respond", "push"]


@pytest.mark.parametrize("late", [361, 90_000])
async def test_a_stale_req_id_becomes_a_push(late: int) -> None:
    async with rig() as town:
        heard = await asked(town)
        town.clock.move(late)
        await town.channel.send(town.message("已登记", answer_with=heard.answer_with))
        assert [(said.via, said.chat) for said in town.fake.tenant.said] == [("push", GROUP)]
        assert town.fake.tenant.refused[0][1] == {361: 846608, 90_000: 846605}[late]


async def test_a_req_id_from_another_life_becomes_a_push() -> None:
    async with rig() as town:
        await asked(town)
        await town.channel.send(town.message("已登记", answer_with="reply:unknown"))
        assert [said.via for said in town.fake.tenant.said] == ["push"]


async def test_after_a_lost_acknowledgement_the_req_id_is_not_used_again() -> None:
    async with rig() as town:
        heard = await asked(town)
        town.fake.fault = lambda command, _body: "hang" if command == "aibot_respond_msg" else "none"
        with town.impatient(), pytest.raises(Unsure):
            await town.channel.send(town.message("一", answer_with=heard.answer_with))
        town.fake.fault = lambda _command, _body: "none"
        await town.channel.send(town.message("一（可能重复）", answer_with=heard.answer_with))
        assert [said.via for said in town.fake.tenant.said] == ["respond", "push"]


async def test_a_push_needs_an_earlier_message_and_the_chat_in_its_own_case() -> None:
    async with rig() as town:
        await asked(town)
        await town.channel.send(town.message("一"))
        for chat in (GROUP.lower(), "wrOther"):
            with pytest.raises(Gone, match="93006") as caught:
                await town.channel.send(town.message("二", chat=chat))
            assert caught.value.chat_gone


async def test_a_chat_that_the_robot_was_removed_from_is_gone_and_others_go_on() -> None:
    async with rig() as town:
        await asked(town)
        await town.fake.say("wo1", "待办")
        town.fake.remove_robot(GROUP)
        with pytest.raises(Gone):
            await town.channel.send(town.message("一"))
        await town.channel.send(town.message("二", chat="wo1", private=True))
        assert town.texts == ["二"]


async def test_too_many_messages_are_refused_for_now() -> None:
    async with rig() as town:
        await asked(town)
        town.fake.tenant.fill_up(GROUP, 30)  # as after a restart: we do not know of them
        with pytest.raises(NotSent, match="45009") as caught:
            await town.channel.send(town.message("一"))
        assert caught.value.retry_after == 60
        town.clock.move(60)
        await town.channel.send(town.message("一"))


async def test_our_own_count_keeps_the_pace_without_asking_the_platform() -> None:
    async with rig() as town:
        await asked(town)
        for nth in range(30):
            await town.channel.send(town.message(f"第{nth}条"))
        with pytest.raises(NotSent) as caught:
            await town.channel.send(town.message("再一条"))
        assert caught.value.retry_after == 60
        assert not town.fake.tenant.refused


async def test_three_thousand_pushes_go_at_the_limits_pace_without_loss(record_property: Callable[[str, object], None]) -> None:
    async with rig() as town:
        await asked(town)
        started = town.clock.now()
        for nth in range(3000):
            message = town.message(f"{nth}")
            while True:
                try:
                    await town.channel.send(message)
                    break
                except NotSent as later:
                    town.clock.move(later.retry_after or 0)
        assert town.texts == [str(nth) for nth in range(3000)]
        assert not town.fake.tenant.refused
        hours = (town.clock.now() - started).total_seconds() / 3600
        record_property("hours on the simulated clock", round(hours, 2))
        assert 2 < hours < 2.7
    assert RATES[0] == (30, 60.0)


@pytest.mark.parametrize("size", [20480, 20481])
async def test_a_text_is_sent_whole_or_refused(size: int) -> None:
    async with rig() as town:
        await asked(town)
        text = "a" * size
        if size <= 20480:
            await town.channel.send(town.message(text))
            assert town.texts == [text]
        else:
            with pytest.raises(Gone, match="45002"):
                await town.channel.send(town.message(text))


async def test_entering_the_chat_is_greeted_in_time() -> None:
    async with rig() as town:
        await town.connected()
        await town.fake.enter("wo9")
        heard = await town.heard(1)
        assert (heard.kind, heard.chat, heard.private) == ("joined", "wo9", True)
        welcome = town.message(
            "您好", chat="wo9", private=True, plain="您好，请发送“绑定 邀请码”", answer_with=heard.answer_with
        )
        await town.channel.send(welcome)
        assert [(said.via, said.kind, said.text) for said in town.fake.tenant.said] == [
            ("welcome", "text", "您好，请发送“绑定 邀请码”")
        ]


async def test_a_late_welcome_is_an_ordinary_push_which_a_stranger_cannot_get() -> None:
    async with rig() as town:
        await town.connected()
        await town.fake.enter("wo9")
        heard = await town.heard(1)
        town.clock.move(6)
        with pytest.raises(Gone, match="93006") as caught:
            await town.channel.send(town.message("您好", chat="wo9", private=True, answer_with=heard.answer_with))
        assert not caught.value.chat_gone


async def test_a_mixed_message_keeps_its_words() -> None:
    async with rig() as town:
        await town.connected()
        items = [{"msgtype": "text", "text": {"content": "@品牌助手 报"}}, {"msgtype": "image", "image": {"url": "http://x/"}}]
        await town.fake.say("wo1", chat=GROUP, msgtype="mixed", mixed={"msg_item": items})
        assert (await town.heard(1)).text == "@品牌助手 报"


async def test_duplicates_carry_the_same_event() -> None:
    async with rig() as town:
        town.fake.redelivers = True
        await asked(town)
        await town.fake.again()
        assert (await town.heard(2)).event == town.arrived[0].event


async def test_an_event_that_cannot_be_stored_waits_and_holds_up_only_its_own_chat(caplog: pytest.LogCaptureFixture) -> None:
    stored: list[str] = []
    release = asyncio.Event()

    async def receive(incoming: Incoming) -> None:
        if incoming.chat == "wrBad" and not release.is_set():
            raise OSError("SECRET CONTENT")
        stored.append(incoming.text)

    async def sleep(_seconds: float) -> None:
        await release.wait()

    async with rig(start=False) as town:
        town.channel.sleep = sleep
        town.running = asyncio.create_task(town.channel.run(receive))
        await town.connected()
        await town.fake.say("wo1", "一", chat="wrBad")
        await town.fake.say("wo1", "二", chat="wrBad")
        await town.fake.say("wo1", "三", chat=GROUP)
        await town.until(lambda: stored == ["三"])
        release.set()
        await town.until(lambda: len(stored) == 3)
    assert stored == ["三", "一", "二"]
    assert "SECRET" not in caplog.text
    assert "wrBad:" in caplog.text


async def test_nothing_that_is_logged_or_shown_holds_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    async with rig() as town:
        await asked(town)
        await town.fake.close(1006)
        await town.until(lambda: town.fake.subscribed == 2)
        shown = f"{town.channel!r} {town.channel.describe()}"
    assert "SECRET" not in caplog.text + shown


async def test_doctor_reaches_the_platform_without_taking_the_robot_away() -> None:
    async with rig() as town:
        await town.connected()
        assert await town.channel.check() == {"reachable": True}
        await asyncio.sleep(0.05)
        assert town.channel.describe()["connected"]
        assert town.fake.subscribed == 1
