"""Telegram and WeCom in one process: what is wrong with one of them is never the other's business."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot import seed
from bot.app import App, engine_for
from bot.channels.telegram import TelegramChannel
from bot.channels.wecom.channel import WeComChannel
from bot.config import load
from bot.process.clock import system
from bot.seed import Stage
from bot.server import Server
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.wecom import FakeWeCom
from tests.waiting import until
from tests.wecom.rig import QUICK

NOWHERE = "127.0.0.1:1"


@pytest.mark.parametrize(
    "broken", ["nothing", "wecom refuses the secret", "wecom is away", "telegram is away", "wecom is kicked"]
)
async def test_each_answers_whatever_the_other_does(broken: str, tmp_path: Path) -> None:
    settings = replace(load({}), data=tmp_path, database_url=f"sqlite:///{tmp_path}/both.db")
    engine = engine_for(settings)
    await seed.prepare(engine, Stage(tmp_path, "empty", "none"), system())
    async with FakeTelegram() as telegram, FakeWeCom() as wecom:
        api = f"http://{NOWHERE}" if broken == "telegram is away" else telegram.api
        url = f"ws://{NOWHERE}" if broken == "wecom is away" else wecom.url
        secret = "wrong" if broken == "wecom refuses the secret" else wecom.secret
        robot = WeComChannel(wecom.bot_id, secret, "品牌助手", system, url=url, timing=QUICK)
        bot = TelegramChannel(TOKEN, bot_name="品牌助手", now=system, api=api, timeout=2, wait=1)
        server = Server(App(settings, engine, [bot, robot]), alone=True)
        serving = asyncio.create_task(server.run())
        if broken == "wecom is kicked":
            await wecom.kick()
        telegram.say(501, 501, "帮助")
        await wecom.say("wo1", "帮助")
        if broken != "telegram is away":
            await telegram.saw(501, "绑定 邀请码")
        if not broken.startswith("wecom"):
            await until(lambda: wecom.tenant.said)
            assert "绑定 邀请码" in wecom.tenant.said[0].text
        assert not serving.done()
        server.stop.set()
        await serving
        await robot.close()
        await bot.close()
    await engine.dispose()
