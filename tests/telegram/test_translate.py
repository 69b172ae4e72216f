"""Updates as Telegram sends them, and the events they become."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.contract import Incoming
from bot.channels.telegram.mentions import Me
from bot.channels.telegram.translate import album, translate

ME = Me(4242, "Brand_bot", "品牌助手")
NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
BOT = {"id": 4242, "is_bot": True, "first_name": "品牌助手", "username": "Brand_bot"}
PERSON = {"id": 7, "is_bot": False, "first_name": "甲"}
GROUP = {"id": -100, "type": "supergroup", "title": "群"}
PRIVATE = {"id": 7, "type": "private"}


def message(text: str | None = None, **more: Any) -> dict[str, Any]:
    """A message of the group, or with the fields given."""
    said = {} if text is None else {"text": text}
    return {"message_id": 5, "date": 1795399500, "chat": GROUP, "from": PERSON} | said | more


def event(kind: str = "message", /, **update: Any) -> Incoming:
    """What an update becomes; it must become something."""
    found = translate({"update_id": 1, kind: update}, ME, lambda: NOW)
    assert found is not None
    return found


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    """A marked stretch of a text, in UTF-16 units."""
    return {"type": kind, "offset": offset, "length": length} | more


@pytest.mark.parametrize(
    ("said", "text", "addressed"),
    [
        (message("报 今天开会"), "报 今天开会", False),
        (message("@brand_bot 报 今天开会", entities=[entity("mention", 0, 10)]), "@品牌助手 报 今天开会", True),
        (message("🎉🎉 @brand_bot 报", entities=[entity("mention", 5, 10)]), "🎉🎉 @品牌助手 报", True),
        (message("请小王看看 @other_bot", entities=[entity("mention", 6, 10)]), "请小王看看 @other_bot", False),
        (message("助手 进度", entities=[entity("text_mention", 0, 2, user=BOT)]), "@品牌助手 进度", True),
        (message("小王 进度", entities=[entity("text_mention", 0, 2, user=PERSON)]), "小王 进度", False),
        (message("＠品牌助手 进度"), "@品牌助手 进度", True),
        (message("进度怎样@品牌助手"), "进度怎样@品牌助手", True),
        (message("请＠brand_bot 看进度"), "请@品牌助手 看进度", True),
        (message("写信给 a@brand_bot.cn"), "写信给 a@brand_bot.cn", False),
        (message("@brand_bot2 进度"), "@brand_bot2 进度", False),
        (message("品牌助手挺好用"), "品牌助手挺好用", False),
        (message("/status", entities=[entity("bot_command", 0, 7)]), "/status", True),
        (message("/status@Brand_Bot 全部"), "/status 全部", True),
        (message("/status@other_bot 全部"), "/status@other_bot 全部", False),
        (message("/报 今天开会"), "报 今天开会", True),
        (message("/ 随便写写"), "/ 随便写写", False),
        (message("/start AbC-12", chat=PRIVATE), "绑定 AbC-12", True),
        (message("/start@brand_bot AbC-12"), "绑定 AbC-12", True),
        (message("/start", chat=PRIVATE), "帮助", True),
        (message("今天开会", chat=PRIVATE), "今天开会", True),
        (message("好的", reply_to_message=message("请补报", **{"from": BOT})), "好的", True),
        (message("好的", reply_to_message=message("明天开会")), "好的", False),
        (message(caption="@brand_bot 附件", photo=[]), "@品牌助手 附件", True),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_said_and_whether_to_the_bot(said: dict[str, Any], text: str, addressed: bool) -> None:
    found = event(**said)
    assert (found.text, found.addressed) == (text, addressed)


def test_a_group_message_keeps_its_ids_and_its_time() -> None:
    found = event(**message("报 今天开会"))
    assert found == Incoming(
        "-100:5", "-100", False, "7", datetime.fromtimestamp(1795399500, UTC), "text", "报 今天开会", message="5"
    )


def test_an_edit_is_an_event_of_its_own() -> None:
    found = event("edited_message", **message("报 昨天开会", edit_date=1795399560))
    assert (found.kind, found.event, found.message) == ("edit", "-100:5:edit:1795399560", "5")
    assert found.at == datetime.fromtimestamp(1795399560, UTC)


@pytest.mark.parametrize(
    ("more", "thread"),
    [
        ({}, None),
        ({"message_thread_id": 9, "is_topic_message": True}, "9"),
        ({"message_thread_id": 1, "is_topic_message": True}, None),
        ({"message_thread_id": 9}, None),  # a chain of replies, not a topic
    ],
)
def test_only_a_topic_other_than_general_is_a_thread(more: dict[str, Any], thread: str | None) -> None:
    assert event(**message("进度", **more)).thread == thread


def test_the_first_message_of_a_topic_is_not_replied_to_by_all_others() -> None:
    created = message(None, message_id=9, forum_topic_created={"name": "报送", "icon_color": 1}, **{"from": BOT})
    more = {"message_thread_id": 9, "is_topic_message": True, "reply_to_message": created}
    found = event(**message("今天开会", **more))
    assert (found.reply_to, found.addressed) == (None, False)


def test_a_reply_to_a_person_brings_their_words_along() -> None:
    found = event(**message("@brand_bot 报", reply_to_message=message("昨天开了会", message_id=3)))
    assert (found.reply_to, found.reply_text) == ("3", "昨天开了会")


def test_a_reply_to_the_bot_brings_only_the_id() -> None:
    found = event(**message("已报", reply_to_message=message("请补报", message_id=3, **{"from": BOT})))
    assert (found.reply_to, found.reply_text) == ("3", None)


@pytest.mark.parametrize(
    "more",
    [
        {"from": BOT},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": GROUP},
        {"sender_chat": {"id": -200, "type": "channel", "title": "频道"}},
        {"forward_origin": {"type": "user", "date": 1795399000, "sender_user": PERSON}},
        {"forward_origin": {"type": "hidden_user", "date": 1795399000, "sender_user_name": "乙"}},
        {"via_bot": BOT | {"id": 1}},
    ],
    ids=["a bot", "an anonymous admin", "a channel", "forwarded", "forwarded from a hidden user", "made by an inline bot"],
)
def test_what_no_person_typed_never_acts(more: dict[str, Any]) -> None:
    assert not event(**message("@brand_bot 报 今天开会", **more)).human


def test_a_channel_post_never_acts() -> None:
    assert not event("channel_post", message_id=5, date=1795399500, chat={"id": -9, "type": "channel"}, text="报").human


def test_a_document_is_a_file_with_its_caption() -> None:
    document = {
        "file_id": "F1",
        "file_unique_id": "U1",
        "file_name": "申报表.pdf",
        "file_size": 900,
        "mime_type": "application/pdf",
    }
    found = event(**message(caption="＠品牌助手 申报表", document=document))
    assert found.file is not None
    assert (found.kind, found.text, found.file.name, found.file.size) == ("file", "@品牌助手 申报表", "申报表.pdf", 900)
    assert (found.file.mime, found.file.handle) == ("application/pdf", {"file_id": "F1"})


def test_of_a_photo_the_largest_size_is_taken() -> None:
    photo = [{"file_id": f"P{n}", "file_unique_id": f"{n}", "width": n, "height": n, "file_size": n} for n in (90, 1280, 320)]
    found = event(**message(photo=photo))
    assert found.file is not None
    assert (found.kind, found.file.handle, found.file.mime) == ("file", {"file_id": "P1280"}, "image/jpeg")


def test_a_press_carries_its_token_and_the_message_it_stands_under() -> None:
    query = {"id": "77", "from": PERSON, "chat_instance": "1", "data": "tok", "message": message("通过？", **{"from": BOT})}
    found = event("callback_query", **query)
    assert found == Incoming("press:77", "-100", False, "7", NOW, "press", message="5", addressed=True, action="tok")


def test_a_press_under_a_message_too_old_to_be_shown_still_counts() -> None:
    query = {"id": "77", "from": PERSON, "chat_instance": "1", "data": "tok"}
    found = event("callback_query", **query, message={"chat": GROUP, "message_id": 5, "date": 0})
    assert (found.kind, found.chat, found.action) == ("press", "-100", "tok")


def member(status: str) -> dict[str, Any]:
    """The bot's standing in a chat."""
    return {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("left", "member", "joined"),
        ("member", "kicked", "removed"),
        ("member", "left", "removed"),
        ("kicked", "member", "joined"),
    ],
)
def test_being_taken_in_and_thrown_out_are_events(before: str, after: str, kind: str) -> None:
    change = {
        "chat": GROUP,
        "from": PERSON,
        "date": 1795399500,
        "old_chat_member": member(before),
        "new_chat_member": member(after),
    }
    found = event("my_chat_member", **change)
    assert (found.kind, found.event, found.sender) == (kind, f"-100:{kind}:1795399500", "7")


RIGHTS = (
    "be_edited manage_chat delete_messages manage_video_chats restrict_members promote_members change_info invite_users "
    "post_stories edit_stories delete_stories"
)


def test_being_made_an_admin_changes_nothing() -> None:
    rights = dict.fromkeys([f"can_{right}" for right in RIGHTS.split()], False) | {"is_anonymous": False}
    change = {
        "chat": GROUP,
        "from": PERSON,
        "date": 1795399500,
        "old_chat_member": member("member"),
        "new_chat_member": member("administrator") | rights,
    }
    assert translate({"update_id": 1, "my_chat_member": change}, ME, lambda: NOW) is None


def test_a_group_that_becomes_a_supergroup_is_told_twice_and_is_one_event() -> None:
    old = event(**message(chat={"id": -5, "type": "group", "title": "群"}, migrate_to_chat_id=-100))
    new = event(**message(migrate_from_chat_id=-5))
    assert (old.kind, old.chat, old.moved_to) == ("moved", "-5", "-100")
    assert (new.event, new.chat, new.moved_to) == (old.event, old.chat, old.moved_to)


STICKER = {
    "file_id": "S", "file_unique_id": "S", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(new_chat_members=[PERSON])},
        {"message": message(pinned_message=message("通知"))},
        {"message": message(sticker=STICKER)},
        {"message": message(voice={"file_id": "V", "file_unique_id": "V", "duration": 3})},
        {"something_new": {"of": "the next version"}},
        {"callback_query": {"id": "77", "from": PERSON, "chat_instance": "1", "data": "tok"}},
    ],
    ids=["somebody joined", "pinned", "sticker", "voice in a group", "an unknown kind", "a press without a message"],
)  # fmt: skip
def test_what_is_not_for_the_bot_becomes_nothing(update: dict[str, Any]) -> None:
    assert translate({"update_id": 1} | update, ME, lambda: NOW) is None


def test_a_voice_message_in_private_comes_as_an_empty_text() -> None:
    found = event(**message(chat=PRIVATE, voice={"file_id": "V", "file_unique_id": "V", "duration": 3}))
    assert (found.kind, found.text, found.addressed) == ("text", "", True)


def test_an_album_is_known_by_its_id() -> None:
    assert album({"update_id": 1, "message": message(media_group_id="12")}) == "12"
    assert album({"update_id": 1, "message": message("进度")}) is None
    assert album({"update_id": 1, "message": None}) is None


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "\ud800", "‮反向", "👩‍👩‍👧‍👦" * 300, "<b>&amp;</b>", "@" * 4000, "/" * 4000, "/start " + "x" * 4000],
    ids=["empty", "NUL", "lone surrogate", "RTL", "emoji", "HTML", "at signs", "slashes", "a long code"],
)
@pytest.mark.parametrize("offset", [0, 1, 5000])
def test_strange_texts_and_entities_beyond_the_end_do_no_harm(text: str, offset: int) -> None:
    found = translate({"update_id": 1, "message": message(text, entities=[entity("mention", offset, 10)])}, ME, lambda: NOW)
    assert found is None or len(found.text) <= len(text) + 10
