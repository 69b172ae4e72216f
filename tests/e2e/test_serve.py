"""`brandbot serve` in a group: a report, its answer, a button, a nudge."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import apart
from tests.e2e.adapter import Adapter
from tests.fakes.telegram import TOKEN
from tests.serving import Serving, serving
from tests.town import COMMITTEE, due_tomorrow, settle, unit

pytestmark = pytest.mark.e2e


@pytest.fixture
async def bot(telegram: Adapter, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Serving]:
    database = tmp_path / "brandbot.db"
    database.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{database}"
    apart(lambda: settle(url, 2, plan=due_tomorrow()))
    async with serving(tmp_path, url, telegram.api, TOKEN) as ours:
        await ours.start()
        yield ours


async def test_a_report_is_answered_undone_by_a_button_and_what_is_due_is_said(telegram: Adapter, bot: Serving) -> None:
    first, second = unit(1), unit(2)

    nudge = await telegram.saw(second.group, "明日")
    assert "申报" in nudge

    await telegram.say(first.group, first.secretary, "大家辛苦了")
    await telegram.say(first.group, first.secretary, "@品牌助手 报 今天召开推进会，20人参加")
    answer = await telegram.saw(first.group, "已登记（编号")
    assert first.name in answer
    assert "推进会" in answer

    await telegram.press(first.group, first.secretary, "撤回")
    await telegram.saw(first.group, "已撤回")
    await telegram.press(first.group, first.secretary, "撤回")
    await telegram.until(lambda: len(telegram.pressed) == 2)

    await telegram.say(COMMITTEE, first.secretary, "@品牌助手 未报")
    await telegram.say(first.group, 999, "@品牌助手 报 今天召开推进会")
    await telegram.saw(first.group, "绑定")
    assert await bot.terminate() == 0
    assert TOKEN not in bot.log()
