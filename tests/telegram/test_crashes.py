"""`brandbot serve` is killed, starved and lied to while it talks to a Bot API that keeps the truth; nothing is lost."""

import asyncio
import os
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from storage.tables import Lane, OutboundMessage
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_rules import Fault
from tests.serving import Serving, serving
from tests.town import Unit, settle

pytestmark = pytest.mark.slow
POINTS = ("intake", "commit", "claimed", "sending", "sent")
FAULTS: tuple[Fault, ...] = ("429", "500 before", "500 after", "reset before", "reset after", "hang after")
MARK = "（可能重复）"
NUMBER = re.compile(r"编号(\d{4}-\d{4})")


@pytest.fixture
def seed() -> int:
    """BRANDBOT_TEST_SEED repeats a run; it is printed where the test fails."""
    number = int(os.environ.get("BRANDBOT_TEST_SEED", random.randrange(10**9)))
    print(f"BRANDBOT_TEST_SEED={number}")  # noqa: T201 - pytest shows it where the test fails
    return number


@dataclass(slots=True)
class Town:
    """The bot as a process, its database, its platform, and what was reported so far."""

    bot: Serving
    database: AsyncEngine
    telegram: FakeTelegram
    units: list[Unit]
    said: list[tuple[Unit, str]] = field(default_factory=list)
    chatted: int = 0

    def report(self, one: Unit) -> None:
        """The unit's secretary reports something that is told apart from all else."""
        words = f"第{len(self.said) + 1}次推进会"
        self.said.append((one, words))
        self.telegram.say(one.group, one.secretary, f"@品牌助手 报 今天召开{words}，二十人参加")

    def chat(self, one: Unit, messages: int) -> None:
        """The unit's group talks among itself."""
        for _ in range(messages):
            self.chatted += 1
            self.telegram.say(one.group, one.secretary, "收到")

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the database says."""
        async with self.database.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]

    async def lease_over(self) -> None:
        """The dead process's leases run out (a minute, in the tests at once)."""
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        async with self.database.begin() as connection:
            for table in (OutboundMessage, Lane):
                leases = update(table).where(col(table.lease_until).is_not(None))
                await connection.execute(leases.values(lease_until=long_ago))

    async def settled(self, within: float = 300.0) -> None:
        """Wait until every report is answered and nothing is on its way any more."""
        open_rows = (
            "SELECT (SELECT count(*) FROM inbound_message WHERE state = 'received'),"
            " (SELECT count(*) FROM outbound_message WHERE state IN ('ready', 'claimed', 'sending')),"
            " (SELECT count(*) FROM inbound_message WHERE text IS NOT NULL)"
        )
        found: list[tuple[object, ...]] = []
        for _ in range(int(within / 0.2)):
            found = await self.rows(open_rows)
            if not self.telegram.updates and found == [(0, 0, len(self.said))]:
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"still open: {found} of {len(self.said)}, {len(self.telegram.updates)} updates\n{self.bot.log()}")

    async def audit(self) -> None:
        """The promise: each report recorded once, each answer seen, none repeated without its mark."""
        reports = await self.rows("SELECT number, content FROM progress_report")
        told = Counter(words for _, words in self.said)
        recorded = Counter(next(words for words in told if words in str(content)) for _, content in reports)
        assert recorded == told
        for one in self.units:
            seen = [message for message in self.telegram.seen if message.chat == one.group]
            plain = Counter(number for message in seen for number in NUMBER.findall(message.text) if MARK not in message.text)
            assert all(times == 1 for times in plain.values()), f"repeated without a mark: {plain}"
        answered = {number for message in self.telegram.seen for number in NUMBER.findall(message.text)}
        unsure = await self.rows("SELECT plain FROM outbound_message WHERE state = 'unknown'")
        for number in {str(number) for number, _ in reports} - answered:
            assert any(number in str(plain) for (plain,) in unsure), f"{number} is silently lost"
        states = await self.rows("SELECT DISTINCT state FROM outbound_message")
        assert {state for (state,) in states} <= {"sent", "unknown", "skipped"}
        arrived = await self.rows("SELECT count(*) FROM inbound_message WHERE kind = 'text'")
        assert arrived == [(len(self.said) + self.chatted,)]


@pytest.fixture
async def town(database_url: str, database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Town]:
    units = await settle(database_url, 12)
    async with FakeTelegram() as telegram, serving(tmp_path, database_url, telegram.api, TOKEN) as bot:
        yield Town(bot, database, telegram, units)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


async def test_killed_at_every_point_it_loses_nothing_and_repeats_nothing_unmarked(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    speakers = iter(chance.sample(town.units, 10))
    for point in chance.sample(POINTS, len(POINTS)):
        await town.bot.start(failpoint=f"{point}:{chance.randint(1, 2)}")
        for _ in range(2):
            town.report(next(speakers))
        assert await town.bot.died() == -9
        await town.lease_over()
    await town.bot.start()
    await town.settled()
    await town.audit()


async def test_killed_at_any_moment_with_a_lying_network_it_loses_nothing(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        for one in chance.sample(town.units, 4):
            town.chat(one, 10)
            town.report(one)
            if chance.random() < 0.4:
                town.telegram.fault("sendMessage", chance.choice(FAULTS))
            if chance.random() < 0.3:
                town.telegram.fault("getUpdates", chance.choice(("reset before", "500 before", "reset after")))
            if chance.random() < 0.3:
                town.telegram.redeliver()
        await town.bot.start()
        await asyncio.sleep(chance.uniform(0.3, 1.5))
        await town.bot.kill()
        await town.lease_over()
    await town.bot.start()
    await town.settled()
    await town.audit()


@on_sqlite
async def test_asked_to_stop_while_it_sends_it_finishes_and_says_it_once(town: Town) -> None:
    town.telegram.fault("sendMessage", "slow")
    await town.bot.start()
    town.report(town.units[0])
    await town.telegram.until(lambda: town.telegram.called("sendMessage"))
    assert await town.bot.terminate() == 0
    await town.settled()
    await town.audit()
    assert len(town.telegram.texts(town.units[0].group)) == 1
    assert TOKEN not in town.bot.log()


@on_sqlite
async def test_the_same_update_five_times_makes_one_report_and_one_answer(town: Town) -> None:
    await town.bot.start()
    town.report(town.units[0])
    for _ in range(5):
        await town.telegram.saw(town.units[0].group, "编号")
        town.telegram.redeliver()
        await town.telegram.until(lambda: not town.telegram.updates)
    await town.settled()
    await town.audit()


@on_sqlite
async def test_while_the_database_is_locked_nothing_is_acknowledged_and_then_all_arrives(town: Town) -> None:
    await town.bot.start()
    town.report(town.units[0])
    await town.telegram.saw(town.units[0].group, "编号")
    await town.telegram.until(lambda: not town.telegram.updates)
    before = town.telegram.acknowledged
    async with town.database.begin() as connection:
        await connection.execute(text("UPDATE plan SET title = title"))
        town.report(town.units[1])
        await asyncio.sleep(1.5)
        assert town.telegram.acknowledged == before
    await town.settled()
    await town.audit()


@on_sqlite
async def test_one_chat_that_is_slow_and_one_that_is_gone_hold_up_only_themselves(town: Town) -> None:
    slow, gone, fine = town.units[:3]
    town.telegram.fault("sendMessage", "429", "403")
    await town.bot.start()
    for number, one in enumerate((slow, gone), start=1):
        town.report(one)
        await town.telegram.until(lambda tries=number: len(town.telegram.called("sendMessage")) >= tries)
    town.report(fine)
    await town.telegram.saw(fine.group, "编号")
    await town.telegram.saw(slow.group, "编号")
    for _ in range(1200):
        if await town.rows("SELECT 1 FROM outbound_message WHERE state = 'dead'"):
            break
        await asyncio.sleep(0.1)
    assert len(await town.rows("SELECT 1 FROM outbound_message WHERE state = 'dead'")) == 1
    assert len(await town.rows("SELECT 1 FROM progress_report")) == 3
    assert town.telegram.texts(gone.group) == []


@on_postgres
async def test_two_processes_with_one_token_share_the_work_and_lose_nothing(
    town: Town, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("second")
    async with serving(folder, database_url, town.telegram.api, TOKEN) as second:
        await town.bot.start()
        await second.start()
        for one in town.units[:6]:
            town.report(one)
            await asyncio.sleep(0.1)
        await town.settled()
        await town.audit()
