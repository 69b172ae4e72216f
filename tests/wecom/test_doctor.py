"""What doctor finds out about WeCom without sending anything."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import seed
from bot.app import engine_for
from bot.channels.wecom.sealing import seal
from bot.cli.doctor import examine
from bot.config import Settings, load
from bot.seed import ChatSet, Stage
from storage.database.engine import sessions
from storage.database.inserting import table_of
from storage.tables import Chat
from tests.fakes.wecom import FakeWeCom
from tests.wecom.rig import GROUP, Clock
from tests.wecom.test_webhook import KEY


@dataclass(frozen=True, slots=True)
class WeComNames(seed.Names):
    """Names as they are."""

    platform: str = "wecom"


@pytest.fixture
async def fake() -> AsyncIterator[FakeWeCom]:
    async with FakeWeCom() as platform:
        yield platform


@pytest.fixture
def settings(fake: FakeWeCom, tmp_path: Path) -> Settings:
    return replace(
        load({}),
        data=tmp_path,
        database_url=f"sqlite:///{tmp_path}/doctor.db",
        wecom_bot_id=fake.bot_id,
        wecom_secret=fake.secret,
        wecom_url=fake.url,
        wecom_webhook_api=fake.http.base,
        token_key=b"k" * 32,
    )


async def group_with_webhook(settings: Settings, key: bytes) -> None:
    engine: AsyncEngine = engine_for(settings)
    place = Stage(settings.data, "empty", "none", [ChatSet(GROUP, "committee")])
    await seed.prepare(engine, place, Clock().now(), WeComNames())
    async with sessions(engine).begin() as session:
        await session.execute(update(table_of(Chat)).values(webhook=seal(key, KEY, GROUP)))
    await engine.dispose()


async def lines(settings: Settings) -> str:
    return "\n".join(f"[{one.grade}] {one.text}" for one in await examine(settings, Clock().now()))


async def test_a_platform_that_answers_and_a_webhook_that_is_accepted_are_fine(fake: FakeWeCom, settings: Settings) -> None:
    await group_with_webhook(settings, b"k" * 32)
    fake.http.keys[KEY] = GROUP
    told = await lines(settings)
    assert "[正常] 企业微信长连接地址可达" in told
    assert "[正常] 会话1的群机器人可用" in told
    assert not fake.http.said
    assert not fake.commands
    assert KEY not in told


async def test_a_refused_webhook_and_a_changed_key_are_told(fake: FakeWeCom, settings: Settings) -> None:
    await group_with_webhook(settings, b"k" * 32)
    assert "[错误] 会话1的群机器人地址已失效" in await lines(settings)
    assert "[错误] 会话1的群机器人地址打不开" in await lines(replace(settings, token_key=b"l" * 32))


async def test_a_platform_that_does_not_answer_is_told(settings: Settings) -> None:
    assert "[错误] 企业微信长连接连不上" in await lines(replace(settings, wecom_url="ws://127.0.0.1:1"))
