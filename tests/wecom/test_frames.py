"""The literal frames of the protocol, and what may be wrong with one."""

import json
from typing import Any

import pytest

from bot.channels.wecom import commands, frames

MESSAGE: dict[str, Any] = {
    "cmd": "aibot_msg_callback",
    "headers": {"req_id": "R"},
    "body": {
        "msgid": "M",
        "aibotid": "aib1",
        "chatid": "wrAbC",
        "chattype": "group",
        "from": {"userid": "wo1"},
        "msgtype": "text",
        "response_url": "https://example.invalid/r",
        "text": {"content": "@品牌助手 你好"},
        "quote": {"msgtype": "text", "text": {"content": "昨天的话"}},
    },
}


def message(**changes: Any) -> str:
    return json.dumps(MESSAGE | {"body": MESSAGE["body"] | changes}, ensure_ascii=False)


def said(raw: str) -> frames.Message:
    frame = frames.parse(raw)
    assert isinstance(frame, frames.Message)
    return frame


def test_a_group_message_keeps_its_ids_and_their_case() -> None:
    frame = said(json.dumps(MESSAGE))
    assert (frame.req_id, frame.msgid, frame.chat, frame.group, frame.sender) == ("R", "M", "wrAbC", True, "wo1")
    assert (frame.text, frame.quote) == ("@品牌助手 你好", "昨天的话")


def test_a_single_chat_is_named_by_its_person() -> None:
    body = {key: value for key, value in MESSAGE["body"].items() if key != "chatid"} | {"chattype": "single"}
    frame = said(json.dumps(MESSAGE | {"body": body}))
    assert (frame.chat, frame.group) == ("wo1", False)


def test_a_mixed_message_gives_its_words_and_its_pictures() -> None:
    items = [
        {"msgtype": "text", "text": {"content": "@品牌助手 报"}},
        {"msgtype": "image", "image": {"url": "https://example.invalid/p", "aeskey": "K"}},
        {"msgtype": "text", "text": {"content": "第二段"}},
        {"msgtype": "mixed", "mixed": {"msg_item": []}},
        "broken",
    ]
    frame = said(message(msgtype="mixed", mixed={"msg_item": items}))
    assert frame.text == "@品牌助手 报\n第二段"
    assert [media.kind for media in frame.media] == ["image"]


def test_control_characters_and_unknown_fields_do_no_harm() -> None:
    assert said(message(text={"content": "一"}, new={"deep": [1]}).replace("一", "一\x00\x1b")).text == "一"


def test_a_card_press_tells_its_card_and_choices() -> None:
    pressed = {
        "card_type": "vote_interaction",
        "event_key": "send",
        "task_id": "T",
        "selected_items": {"selected_item": [{"question_key": "q", "option_ids": {"option_id": ["a", "b"]}}]},
    }
    event = {"eventtype": "template_card_event", "template_card_event": pressed}
    frame = frames.parse(
        json.dumps(
            {
                "cmd": "aibot_event_callback",
                "headers": {"req_id": "E"},
                "body": {
                    "msgid": "M2",
                    "create_time": 1700000000,
                    "from": {"userid": "wo1"},
                    "msgtype": "event",
                    "event": event,
                },
            }
        )
    )
    assert isinstance(frame, frames.Event)
    assert frame.card == frames.CardPress("vote_interaction", "send", "T", {"q": ("a", "b")})
    assert frame.create_time == 1700000000


def test_being_disconnected_is_an_event_without_a_sender() -> None:
    body = {"msgid": "M3", "msgtype": "event", "event": {"eventtype": "disconnected_event"}}
    frame = frames.parse(json.dumps({"cmd": "aibot_event_callback", "headers": {"req_id": "E"}, "body": body}))
    assert isinstance(frame, frames.Event)
    assert (frame.kind, frame.sender) == ("disconnected_event", "")


def test_an_acknowledgement_has_no_command() -> None:
    frame = frames.parse('{"headers":{"req_id":"R"},"errcode":0,"errmsg":"ok","body":{"upload_id":"U"}}')
    assert frame == frames.Ack("R", 0, "ok", {"upload_id": "U"})


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("{}", "neither"),
        ('{"headers":[],"errcode":0}', "neither"),
        ('{"headers":{"req_id":"R"},"errcode":"0"}', "neither"),
        ('{"cmd":"aibot_dance","headers":{"req_id":"R"},"body":{"msgid":"M"}}', "unknown command"),
        ('{"cmd":["x"],"headers":{"req_id":"R"}}', "unknown command"),
        ('{"cmd":"aibot_msg_callback","headers":{"req_id":"R"}}', "without req_id, msgid or sender"),
        ('{"cmd":"aibot_msg_callback","headers":{"req_id":"R"},"body":"text"}', "without req_id, msgid or sender"),
        ('{"cmd":"aibot_event_callback","headers":{"req_id":"R"},"body":{"msgid":"M"}}', "without a type"),
        (message(msgid=7), "without req_id, msgid or sender"),
        (message(chatid=None), "without chatid"),
        ('"' + "x" * 2_000_000 + '"', "2000002 characters"),
    ],
)
def test_a_frame_that_cannot_be_used_is_refused_without_repeating_it(raw: str | bytes, why: str) -> None:
    with pytest.raises(frames.BadFrame, match=why) as caught:
        frames.parse(raw)
    assert "品牌助手" not in str(caught.value)


def test_a_bad_frame_names_its_message_where_it_can() -> None:
    with pytest.raises(frames.BadFrame) as caught:
        frames.parse(message(chatid=None))
    assert caught.value.msgid == "M"


@pytest.mark.parametrize("field", ["text", "mixed", "quote", "from", "create_time", "chattype", "msgtype"])
@pytest.mark.parametrize("value", [None, 7, "x", [], [7], {}, {"content": 7}, {"msg_item": 7}])
def test_a_wrong_type_anywhere_is_either_ignored_or_refused(field: str, value: object) -> None:
    for kind in ("text", "mixed"):
        try:
            frames.parse(message(**{"msgtype": kind, field: value}))
        except frames.BadFrame:
            continue


@pytest.mark.parametrize(
    ("command", "literal"),
    [
        (
            commands.subscribe("aibot_subscribe_1_ab", "B", "S"),
            '{"cmd":"aibot_subscribe","headers":{"req_id":"aibot_subscribe_1_ab"},"body":{"bot_id":"B","secret":"S"}}',
        ),
        (commands.ping("ping_1_ab"), '{"cmd":"ping","headers":{"req_id":"ping_1_ab"}}'),
        (
            commands.respond("R", commands.stream("好", "stream_1")),
            '{"cmd":"aibot_respond_msg","headers":{"req_id":"R"},'
            '"body":{"msgtype":"stream","stream":{"id":"stream_1","finish":true,"content":"好"}}}',
        ),
        (
            commands.push("new", "wrAbC", private=False, body=commands.markdown("好")),
            '{"cmd":"aibot_send_msg","headers":{"req_id":"new"},'
            '"body":{"chatid":"wrAbC","chat_type":2,"msgtype":"markdown","markdown":{"content":"好"}}}',
        ),
        (
            commands.welcome("E", commands.text("您好")),
            '{"cmd":"aibot_respond_welcome_msg","headers":{"req_id":"E"},"body":{"msgtype":"text","text":{"content":"您好"}}}',
        ),
        (
            commands.update_card("E", {"card_type": "text_notice"}, ("wo1",)),
            '{"cmd":"aibot_respond_update_msg","headers":{"req_id":"E"},"body":{"response_type":"update_template_card",'
            '"template_card":{"card_type":"text_notice"},"userids":["wo1"]}}',
        ),
        (
            commands.upload_init("u", "file", "周报.xlsx", 9, 1, "d"),
            '{"cmd":"aibot_upload_media_init","headers":{"req_id":"u"},'
            '"body":{"type":"file","filename":"周报.xlsx","total_size":9,"total_chunks":1,"md5":"d"}}',
        ),
        (
            commands.upload_chunk("u", "U", 0, "QQ=="),
            '{"cmd":"aibot_upload_media_chunk","headers":{"req_id":"u"},'
            '"body":{"upload_id":"U","chunk_index":0,"base64_data":"QQ=="}}',
        ),
        (
            commands.upload_finish("u", "U"),
            '{"cmd":"aibot_upload_media_finish","headers":{"req_id":"u"},"body":{"upload_id":"U"}}',
        ),
        (
            commands.push("n", "wo1", private=True, body=commands.media("image", "MID")),
            '{"cmd":"aibot_send_msg","headers":{"req_id":"n"},'
            '"body":{"chatid":"wo1","chat_type":1,"msgtype":"image","image":{"media_id":"MID"}}}',
        ),
    ],
)
def test_a_command_is_the_literal_frame(command: commands.Command, literal: str) -> None:
    assert command.encode() == literal


def test_a_command_never_shows_its_body() -> None:
    assert "S3CRET" not in repr(commands.subscribe("r", "B", "S3CRET"))
