"""The official Node client against our fake platform: so that the fake, and our frames, are what WeCom's own program speaks."""

import base64
import json
import os
import struct
from typing import Any

import pytest

from bot.channels.contract import OutgoingButton
from bot.channels.wecom import cards, commands, frames, media
from tests.fakes.wecom import FakeWeCom, encrypt
from tests.node.official import official
from tests.wecom.rig import GROUP

CARD = cards.buttons("m1_ab", "品牌助手", "申报待审核", (OutgoingButton("通过", "tok"),))


def sent(fake: FakeWeCom, command: str) -> dict[str, Any]:
    """The newest frame of a kind that the client sent."""
    return next(frame for frame in reversed(fake.commands) if frame["cmd"] == command)


def shape(value: Any) -> Any:
    """The keys of a frame without its values."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items() if key != "chat_type"}  # optional, the client leaves it out
    return type(value).__name__


def ours(command: commands.Command) -> Any:
    """The shape of a frame of ours."""
    return shape({"cmd": command.cmd, "headers": {"req_id": command.req_id}} | ({"body": command.body} if command.body else {}))


async def test_it_subscribes_stays_alive_and_sends_frames_like_ours() -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        assert shape(sent(fake, "aibot_subscribe")) == ours(commands.subscribe("r", "b", "s"))
        fake.tenant.open_chats.add(GROUP)
        await client.do("push", GROUP, commands.markdown("一"))
        assert shape(sent(fake, "aibot_send_msg")) == ours(
            commands.push("r", GROUP, private=False, body=commands.markdown("一"))
        )


async def test_it_gets_a_message_and_answers_in_a_stream() -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        await fake.say("wo1", "@品牌助手 你好", chat=GROUP, quote={"msgtype": "text", "text": {"content": "昨天"}})
        heard = await client.heard("message")
        frame = frames.parse(json.dumps(heard))
        assert isinstance(frame, frames.Message)
        assert (frame.text, frame.quote, frame.chat) == ("@品牌助手 你好", "昨天", GROUP)
        await client.do("stream", "正在", False)
        await client.do("stream", "正在办理，已登记", True)
        assert [(said.via, said.text) for said in fake.tenant.said] == [("respond", "正在办理，已登记")]
        assert shape(sent(fake, "aibot_respond_msg")) == ours(commands.respond("r", commands.stream("一", "s")))
        with pytest.raises(RuntimeError, match="846608"):
            await client.do("stream", "再说", True)


async def test_an_answer_with_a_card_is_one_frame_for_it_too() -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        await fake.say("wo1", "@品牌助手 申报", chat=GROUP)
        await client.heard("message")
        await client.do("streamWithCard", "申报如下", CARD)
        assert shape(sent(fake, "aibot_respond_msg")) == ours(commands.respond("r", commands.stream("一", "s", CARD)))
        assert fake.tenant.cards["m1_ab"].text == "申报如下"


async def test_it_greets_and_only_an_event_takes_a_welcome() -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        await fake.enter("wo1")
        await client.heard("event")
        with pytest.raises(RuntimeError, match="846605"):
            await client.do("stream", "您好", True)
        await client.do("welcome", "您好")
        assert shape(sent(fake, "aibot_respond_welcome_msg")) == ours(commands.welcome("r", commands.text("一")))
        assert [said.via for said in fake.tenant.said] == ["welcome"]


async def test_it_changes_a_card_that_was_pressed() -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        fake.tenant.open_chats.add(GROUP)
        await client.do("push", GROUP, commands.template_card(CARD))
        await fake.press("wo1", "m1_ab", "tok", chat=GROUP)
        pressed = frames.parse(json.dumps(await client.heard("event")))
        assert isinstance(pressed, frames.Event)
        assert pressed.card == frames.CardPress("button_interaction", "tok", "m1_ab")
        await client.do("update", cards.done(CARD, "审核通过", "tok"))
        assert (fake.tenant.cards["m1_ab"].card or {})["sub_title_text"] == "审核通过"
        assert shape(sent(fake, "aibot_respond_update_msg")) == ours(commands.update_card("r", cards.done(CARD, "一")))


@pytest.mark.parametrize("size", [5, media.CHUNK, media.CHUNK * 7 + 1])
async def test_it_uploads_in_chunks(size: int) -> None:
    content = os.urandom(size)
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        fake.tenant.open_chats.add(GROUP)
        done = await client.do("upload", base64.b64encode(content).decode(), "file", "周报.xlsx")
        await client.do("showMedia", GROUP, "file", done["media_id"])
        assert (fake.tenant.said[0].filename, fake.tenant.said[0].file) == ("周报.xlsx", content)
        assert shape(sent(fake, "aibot_upload_media_init")) == ours(commands.upload_init("r", "file", "n", 1, 1, "d"))
        assert shape(sent(fake, "aibot_upload_media_chunk")) == ours(commands.upload_chunk("r", "u", 0, "d"))
        assert shape(sent(fake, "aibot_upload_media_finish")) == ours(commands.upload_finish("r", "u"))
        indices = [frame["body"]["chunk_index"] for frame in fake.commands if frame["cmd"] == "aibot_upload_media_chunk"]
        assert sorted(indices) == list(range(media.chunk_count(size)))


async def test_it_is_refused_with_a_wrong_secret() -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, "WRONG") as client:
        await client.do("connect")
        assert "853000" in (await client.heard("error"))["message"]


async def test_it_stops_when_it_is_kicked() -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        async with official(fake.url, fake.bot_id, fake.secret) as other:
            await other.do("connect")
            await other.heard("authenticated")
            assert (await client.heard("event"))["body"]["event"]["eventtype"] == "disconnected_event"
            await client.heard("disconnected")
            assert fake.subscribed == 2


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011])
async def test_it_comes_back_after_every_close(code: int) -> None:
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        await client.heard("authenticated")
        await fake.close(code)
        await client.heard("authenticated", 2)


async def test_what_it_opens_of_a_file_is_what_we_open() -> None:
    content, key = os.urandom(100_001), os.urandom(32)
    aeskey = base64.b64encode(key).decode()
    async with FakeWeCom() as fake, official(fake.url, fake.bot_id, fake.secret) as client:
        await client.do("connect")
        url = fake.http.offer(encrypt(content, key), "申报表.docx")
        opened = await client.do("download", url, aeskey)
        assert opened["filename"] == "申报表.docx"
        assert base64.b64decode(opened["base64"]) == content == media.decrypt(encrypt(content, key), aeskey)


@pytest.mark.parametrize("text", ["", "一", "党建品牌" * 500, "x" * 11, "x" * 12, "x" * 13])
async def test_we_open_what_the_official_cryptography_closed(text: str) -> None:
    aeskey = base64.b64encode(os.urandom(32)).decode().rstrip("=")  # as an EncodingAESKey: 43 characters
    async with official("ws://127.0.0.1:1", "b", "s") as client:
        closed = base64.b64decode(await client.do("encrypt", aeskey, text, "receiver"))
    opened = media.decrypt(closed, aeskey)
    (length,) = struct.unpack(">I", opened[16:20])
    assert opened[20 : 20 + length].decode() == text
    assert opened[20 + length :] == b"receiver"
