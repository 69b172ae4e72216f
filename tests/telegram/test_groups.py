"""What only Telegram's groups do, told to the whole bot: they move, throw it out, have topics, albums and deep links."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import App
from bot.channels.contract import Incoming
from bot.channels.telegram import TelegramChannel
from bot.config import Settings
from bot.process.clock import SimulatedClock
from storage import invitations, organizations
from storage.database.engine import sessions
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.town import Unit, settle

NEW = -1009999
STRANGER = 777


@dataclass(slots=True)
class Bot:
    """The app with its channel on the fake platform, and a clock that a test moves."""

    app: App
    telegram: FakeTelegram
    clock: SimulatedClock
    units: list[Unit]

    async def hears(self) -> None:
        """Everything said so far has been stored and answered, as far as the pace of a group allows."""
        await self.telegram.until(lambda: not self.telegram.updates)
        for _ in range(5):
            await self.app.settle()
            self.clock.set(self.clock.now() + timedelta(seconds=5))

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the database says."""
        async with self.app.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def bot(database: AsyncEngine, database_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    units = await settle(database_url, 2)
    clock = SimulatedClock(datetime.now(UTC))
    async with FakeTelegram() as telegram:
        channel = TelegramChannel(TOKEN, bot_name="品牌助手", now=clock.now, api=telegram.api, wait=5)
        app = App(Settings(tmp_path, database_url), database, [channel], now=clock.now, sleep=clock.sleep)

        async def receive(incoming: Incoming) -> None:
            await app.receive(channel, incoming)

        listening = asyncio.create_task(channel.run(receive))
        yield Bot(app, telegram, clock, units)
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await channel.close()


async def test_a_group_that_becomes_a_supergroup_stays_bound(bot: Bot) -> None:
    one = bot.units[0]
    for chat, field, other in ((one.group, "migrate_to_chat_id", NEW), (NEW, "migrate_from_chat_id", one.group)):
        place = {"id": chat, "type": "supergroup", "title": "群"}
        person = {"id": one.secretary, "is_bot": False, "first_name": "人"}
        bot.telegram.update({"message": {"message_id": 1, "date": 1795399500, "chat": place, "from": person, field: other}})
    bot.telegram.say(NEW, one.secretary, "@品牌助手 报 今天召开推进会")
    await bot.hears()
    assert [words for words in bot.telegram.texts(NEW) if "已登记" in words]


async def test_a_group_that_moved_unheard_is_found_again_by_the_answer(bot: Bot) -> None:
    one = bot.units[0]
    bot.telegram.say(one.group, one.secretary, "@品牌助手 报 今天召开推进会")
    bot.telegram.moved[one.group] = NEW
    await bot.hears()
    assert "已登记" in bot.telegram.texts(NEW)[0]
    assert await bot.rows(f"SELECT kind FROM chat WHERE external = '{NEW}'") == [("unit",)]
    bot.telegram.say(NEW, one.secretary, "@品牌助手 进度")
    await bot.hears()
    assert len(bot.telegram.texts(NEW)) == 2


@on_sqlite
async def test_a_group_that_throws_the_bot_out_is_written_to_no_more(bot: Bot) -> None:
    one = bot.units[0]
    me = {"id": 4242, "is_bot": True, "first_name": "品牌助手"}
    change = {
        "chat": {"id": one.group, "type": "supergroup", "title": "群"},
        "from": {"id": one.secretary, "is_bot": False, "first_name": "人"},
        "date": 1795399500,
        "old_chat_member": {"user": me, "status": "member"},
        "new_chat_member": {"user": me, "status": "kicked", "until_date": 0},
    }
    bot.telegram.update({"my_chat_member": change})
    await bot.hears()
    assert await bot.rows(f"SELECT 1 FROM chat WHERE external = '{one.group}' AND gone_at IS NOT NULL") == [(1,)]
    assert bot.telegram.texts(one.group) == []


@on_sqlite
async def test_a_deep_link_binds_whoever_follows_it(bot: Bot) -> None:
    async with sessions(bot.app.engine).begin() as session:
        organization = await organizations.by_code(session, bot.units[0].code)
        assert organization is not None
        code, _ = await invitations.create(session, "secretary", organization.id, bot.clock.now())
    bot.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await bot.hears()
    assert "绑定" in bot.telegram.texts(STRANGER)[0]
    bot.telegram.say(STRANGER, STRANGER, "报 今天召开推进会")
    await bot.hears()
    assert "已登记" in bot.telegram.texts(STRANGER)[-1]


@on_sqlite
async def test_a_stranger_who_opens_the_private_chat_hears_what_to_do(bot: Bot) -> None:
    bot.telegram.say(STRANGER, STRANGER, "/start")
    await bot.hears()
    assert "绑定" in bot.telegram.texts(STRANGER)[0]


@on_sqlite
async def test_a_question_in_a_topic_is_answered_in_that_topic(bot: Bot) -> None:
    one = bot.units[0]
    bot.telegram.say(one.group, one.secretary, "@品牌助手 帮助", message_thread_id=9, is_topic_message=True)
    await bot.hears()
    assert {seen.thread for seen in bot.telegram.seen} == {9}


@on_sqlite
async def test_an_album_with_a_report_is_one_report_and_is_answered_once(bot: Bot) -> None:
    one = bot.units[0]
    group = {"chat": {"id": one.group, "type": "supergroup", "title": "群"}, "media_group_id": "77", "date": 1795399500}
    person = {"id": one.secretary, "is_bot": False, "first_name": "人"}
    for number in range(3):
        bot.telegram.files[f"P{number}"] = b"\xff\xd8\xff\xe0 a photo"
        photo = [{"file_id": f"P{number}", "file_unique_id": f"P{number}", "width": 9, "height": 9, "file_size": 9}]
        caption = {"caption": "@品牌助手 报 今天召开推进会"} if number == 0 else {}
        bot.telegram.update({"message": {"message_id": 50 + number, "from": person, "photo": photo} | group | caption})
    await bot.hears()
    assert len(await bot.rows("SELECT 1 FROM progress_report")) == 1
    assert [text.splitlines()[0][:3] for text in bot.telegram.texts(one.group)] == ["已登记"]


@on_sqlite
async def test_what_an_anonymous_admin_or_a_forwarded_message_says_is_not_acted_on(bot: Bot) -> None:
    one = bot.units[0]
    place = {"id": one.group, "type": "supergroup", "title": "群"}
    bot.telegram.say(one.group, one.secretary, "@品牌助手 报 今天召开推进会", sender_chat=place)
    origin = {"type": "user", "date": 1795399000, "sender_user": {"id": 5, "is_bot": False, "first_name": "乙"}}
    bot.telegram.say(one.group, one.secretary, "@品牌助手 报 今天召开推进会", forward_origin=origin)
    await bot.hears()
    assert await bot.rows("SELECT 1 FROM progress_report") == []
    assert bot.telegram.texts(one.group) == []
