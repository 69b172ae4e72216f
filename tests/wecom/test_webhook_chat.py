"""An admin registers a group's webhook in a private chat; from then on reminders there call the secretary."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import App
from bot.outbound.writer import Cause
from bot.seed import ChatSet, PersonSet
from messages.writing.reply import Reply, ToChat
from tests.wecom.rig import Rig, app_on_wecom
from tests.wecom.test_webhook import KEY

ADDRESS = f"https://example.org/cgi-bin/webhook/send?key={KEY}"
GROUP = "wrUnit"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Rig, App]]:
    """A unit's group with its secretary wo1, and the admin wo2."""
    chats = [ChatSet(GROUP, "unit", "14"), ChatSet("私", "private", "wo1"), ChatSet("管", "private", "wo2")]
    people = [PersonSet("wo1", "secretary", "14"), PersonSet("wo2", "admin")]
    async with app_on_wecom(tmp_path, chats, people) as both:
        both[0].fake.http.keys[KEY] = GROUP
        both[0].fake.tenant.open_chats.add(GROUP)
        yield both


async def said(town: tuple[Rig, App], sender: str, words: str, chat: str | None = None) -> str:
    """Say something and return the answer."""
    rig, app = town
    before = len(rig.fake.tenant.said)
    await rig.fake.say(sender, words, chat=chat)
    await rig.heard(len(rig.arrived) + 1)
    await app.settle()
    return "\n".join(one.text for one in rig.fake.tenant.said[before:])


async def remind(town: tuple[Rig, App]) -> None:
    """A reminder for the unit's group, as the clock would write it."""
    rig, app = town
    async with app.sessions.begin() as session:
        chat = (await session.execute(text("SELECT id FROM chat WHERE external = :name"), {"name": GROUP})).scalar_one()
        reply = Reply("common/undelivered", {"place": "一", "why": "二", "start": "三"}, to=ToChat(chat), policy="reminder")
        await app.delivery.writer.write(session, reply, Cause("reminder", rig.clock.now(), unprompted=True))
    await app.settle()


async def test_a_reminder_calls_the_secretary_once_the_webhook_is_known(town: tuple[Rig, App]) -> None:
    rig, app = town
    answer = await said(town, "wo2", f"绑定群机器人 市民政局 {ADDRESS}")
    assert "市民政局机关党委工作群的群机器人已登记" in answer
    assert KEY not in answer
    async with app.engine.connect() as connection:
        stored = (
            await connection.execute(text("SELECT webhook FROM chat WHERE external = :name"), {"name": GROUP})
        ).scalar_one()
        kept = (await connection.execute(text("SELECT text FROM inbound_message"))).scalars().all()
    assert KEY not in stored
    assert kept == [None]
    await remind(town)
    assert rig.fake.http.said[0].text.startswith("<@wo1>\n")
    assert len(rig.fake.tenant.said) == 1


async def test_without_a_webhook_the_robot_reminds(town: tuple[Rig, App]) -> None:
    await remind(town)
    assert not town[0].fake.http.said
    assert len(town[0].fake.tenant.said) == 1


async def test_only_an_admin_may_and_only_in_private(town: tuple[Rig, App]) -> None:
    assert "由工委管理员登记" in await said(town, "wo1", f"绑定群机器人 市民政局 {ADDRESS}")
    assert "私聊我登记" in await said(town, "wo2", f"@品牌助手 绑定群机器人 {ADDRESS}", GROUP)
    assert "没有找到对应的企业微信群" in await said(town, "wo2", f"绑定群机器人 市财政局 {ADDRESS}")
    async with town[1].engine.connect() as connection:
        kept = (await connection.execute(text("SELECT text FROM inbound_message"))).scalars().all()
    assert kept == [None, None, None], "refused or not, its words are forgotten"


async def test_a_stranger_who_opens_the_chat_is_greeted_and_the_known_are_not(town: tuple[Rig, App]) -> None:
    rig, app = town
    for nth, person in enumerate(("wo9", "wo1"), 1):
        await rig.fake.enter(person)
        await rig.heard(nth)
        await app.settle()
    assert [(one.chat, one.via) for one in rig.fake.tenant.said] == [("wo9", "welcome")]
    assert "绑定 邀请码" in rig.texts[0]
