"""`brandbot serve` in a group: a report, its answer, a button, a nudge."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import apart
from tests.e2e.adapter import Adapter
from tests.fakes.telegram import TOKEN
from tests.serving import Serving
from tests.town import COMMITTEE, due_tomorrow, settle, unit

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.e2e


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """A town where something is due tomorrow."""
    path = tmp_path / "brandbot.db"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    apart(lambda: settle(url, 2, plan=due_tomorrow()))
    return url


@pytest.fixture
async def bot(telegram: Adapter, tmp_path: Path, database: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program as anybody would start it; what it logs is shown where the test fails."""
    ours = Serving(tmp_path, database, telegram.api, TOKEN)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "serve", cwd=ROOT, env=ours.environment())
    yield process
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_a_report_is_answered_undone_by_a_button_and_what_is_due_is_said(
    telegram: Adapter, bot: asyncio.subprocess.Process, capfd: pytest.CaptureFixture[str]
) -> None:
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
    bot.terminate()
    assert await bot.wait() == 0
    printed = capfd.readouterr()
    assert TOKEN not in printed.out + printed.err
