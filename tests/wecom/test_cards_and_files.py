"""Cards and files on the fake platform: buttons, presses, uploads, downloads."""

import pytest

from bot.channels.contract import Gone, NotSent, OutgoingFile, Settled, Unsure
from tests.wecom.rig import GROUP, rig
from tests.wecom.test_channel import BUTTONS, asked


async def test_an_answer_with_buttons_carries_its_card() -> None:
    async with rig() as town:
        heard = await asked(town)
        await town.channel.send(town.message("申报待审核", buttons=BUTTONS, answer_with=heard.answer_with))
        (said,) = town.fake.tenant.said
        assert said.text == "申报待审核"
        assert said.card is not None
        assert [(one["text"], one["key"]) for one in said.card["button_list"]] == list(BUTTONS)


async def test_a_short_push_with_buttons_is_one_card_and_a_long_one_has_its_text_above() -> None:
    async with rig() as town:
        await asked(town)
        await town.channel.send(town.message("同意延期吗", buttons=BUTTONS))
        await town.channel.send(town.message("一" * 200, buttons=BUTTONS))
        short, text, card = town.fake.tenant.said
        assert short.card is not None
        assert short.card["sub_title_text"] == "同意延期吗"
        assert (text.text, card.kind) == ("一" * 200, "template_card")


async def test_a_press_is_handed_over_and_its_card_changes_in_place() -> None:
    async with rig() as town:
        await asked(town)
        await town.channel.send(town.message("申报待审核", buttons=BUTTONS))
        (task_id,) = town.fake.tenant.cards
        await town.fake.press("wo1", task_id, "tok-yes", chat=GROUP)
        press = await town.heard(2)
        assert (press.kind, press.action, press.chat, press.answer_with) == ("press", "tok-yes", GROUP, None)
        await town.channel.settled(Settled(press.event, "press", "审核通过", final=True))
        card = town.fake.tenant.cards[task_id].card or {}
        assert card["sub_title_text"] == "审核通过"
        assert [one["text"] for one in card["button_list"]] == ["通过"]


async def test_a_card_whose_buttons_may_be_pressed_again_stays_as_it_is() -> None:
    async with rig() as town:
        await asked(town)
        await town.channel.send(town.message("可以直接这样问", buttons=BUTTONS))
        (task_id,) = town.fake.tenant.cards
        await town.fake.press("wo1", task_id, "tok-yes", chat=GROUP)
        press = await town.heard(2)
        await town.channel.settled(Settled(press.event, "press"))
        assert not [frame for frame in town.fake.commands if frame["cmd"] == "aibot_respond_update_msg"]


async def test_a_card_is_left_alone_after_five_seconds() -> None:
    async with rig() as town:
        await asked(town)
        await town.channel.send(town.message("申报待审核", buttons=BUTTONS))
        (task_id,) = town.fake.tenant.cards
        await town.fake.press("wo1", task_id, "tok-yes", chat=GROUP)
        press = await town.heard(2)
        town.clock.move(6)
        await town.channel.settled(Settled(press.event, "press", "审核通过", final=True))
        assert not town.fake.tenant.refused
        assert (town.fake.tenant.cards[task_id].card or {})["sub_title_text"] == "申报待审核"


async def test_a_picture_and_a_file_follow_their_text() -> None:
    async with rig() as town:
        await asked(town)
        files = (OutgoingFile("图.png", "image/png", b"\x89PNG" * 10), OutgoingFile("台账.xlsx", "application/x", b"x" * 99))
        await town.channel.send(town.message("附件如下", files=files))
        assert [(said.kind, said.filename) for said in town.fake.tenant.said] == [
            ("markdown", ""), ("image", "图.png"), ("file", "台账.xlsx"),
        ]  # fmt: skip


async def test_twenty_megabytes_arrive_whole_and_more_is_refused() -> None:
    async with rig() as town:
        await asked(town)
        content = bytes(range(256)) * (20 * 4096)
        await town.channel.send(town.message("", files=(OutgoingFile("大.bin", "application/x", content),)))
        assert town.fake.tenant.said[0].file == content
        assert sum(frame["cmd"] == "aibot_upload_media_chunk" for frame in town.fake.commands) == 40
        with pytest.raises(Gone, match="20 MB"):
            await town.channel.send(town.message("一", files=(OutgoingFile("大.bin", "application/x", content + b"1"),)))
        assert len(town.fake.tenant.said) == 1


async def test_a_chunk_that_fails_once_is_sent_again_and_nothing_is_seen_before_the_upload() -> None:
    async with rig() as town:
        await asked(town)
        failures = iter([True])
        town.fake.fault = lambda command, _body: (
            "busy" if command == "aibot_upload_media_chunk" and next(failures, False) else "none"
        )
        file = OutgoingFile("台账.xlsx", "application/x", b"x" * 1_000_000)
        await town.channel.send(town.message("一", files=(file,)))
        assert town.fake.tenant.said[1].file == file.content
        town.fake.fault = lambda command, _body: "hang" if command == "aibot_upload_media_finish" else "none"
        with town.impatient(), pytest.raises(NotSent):
            await town.channel.send(town.message("二", files=(file,)))
        assert len(town.fake.tenant.said) == 2


async def test_when_only_the_text_arrived_the_outcome_is_unsure() -> None:
    async with rig() as town:
        await asked(town)
        town.fake.fault = lambda command, body: "throttle" if body.get("msgtype") == "file" else "none"
        with pytest.raises(Unsure, match="1 parts arrived"):
            await town.channel.send(town.message("一", files=(OutgoingFile("a.bin", "application/x", b"12345"),)))


async def test_a_file_sent_one_to_one_is_fetched_and_opened() -> None:
    async with rig() as town:
        await town.connected()
        content = "申报表".encode() * 1000
        await town.fake.send_file("wo1", content, "申报表.docx")
        heard = await town.heard(1)
        assert heard.kind == "file"
        assert heard.file is not None
        assert await town.channel.fetch(heard.file, 1_000_000) == content
        with pytest.raises(Gone, match="larger"):
            await town.channel.fetch(heard.file, 100)
        town.clock.move(301)
        with pytest.raises(Gone, match="404"):
            await town.channel.fetch(heard.file, 1_000_000)
