"""2,000 messages to 50 chats on both platforms while they refuse, throttle, hang and drop, and the bot is killed."""

import asyncio
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import seed
from bot.app import engine_for
from bot.config import load
from bot.outbound.writer import MARK
from bot.seed import ChatSet, Names, PersonSet, Stage
from storage.database.engine import sessions
from storage.mail import outbox
from tests.fakes.wecom import FakeWeCom
from tests.faults.nemesis import Luck, UnluckyTelegram, unlucky_wecom
from tests.faults.process import SPEED, START, Place, Process

SEED = int(os.environ.get("FAULT_SEED", "20261123"))
CODES = tuple(f"{number:02d}" for number in range(1, 26))
SAID, PLANNED = 400, 1600  # messages to the bot with their answers, and reminders that wait in the outbox
KILLS = 5
NUMBER = re.compile(r"第(\d+)(?:次|条)")
WITHIN = 900.0  # seconds; about a minute on a quiet machine


@dataclass(frozen=True, slots=True)
class TelegramNames(Names):
    """Numbers."""

    platform: str = "telegram"

    def chat(self, chat: ChatSet) -> str:
        return str(-1000 - int(chat.name[2:]))

    def person(self, name: str) -> str:
        return str(1000 + int(name[2:]))


@dataclass(frozen=True, slots=True)
class WeComNames(Names):
    """Names."""

    platform: str = "wecom"


@dataclass(slots=True)
class Town:
    """Both platforms, the bot's process, and what is expected of it."""

    place: Place
    telegram: UnluckyTelegram
    wecom: FakeWeCom
    luck: Luck
    process: Process
    engine: AsyncEngine
    wanted: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def seen(self) -> list[tuple[str, str, str]]:
        """(platform, chat, text) of what people have seen."""
        return [("telegram", str(one.chat), one.text) for one in self.telegram.seen] + [
            ("wecom", one.chat, one.text or str((one.card or {}).get("sub_title_text", ""))) for one in self.wecom.tenant.said
        ]

    async def count(self, query: str) -> int:
        async with self.engine.connect() as connection:
            return int((await connection.execute(text(query))).scalar_one())

    async def settled(self, deadline: float, but: frozenset[str] = frozenset()) -> None:
        """Until nothing is open any more, but for these chats."""
        names = ",".join(f"'{name}'" for name in but) or "''"
        chats = f"chat_id IN (SELECT id FROM chat WHERE external NOT IN ({names}))"
        opened = f"SELECT count(*) FROM outbound_message WHERE state IN ('ready','claimed','sending') AND {chats}"
        waiting = f"SELECT count(*) FROM inbound_message WHERE state = 'received' AND {chats}"
        while await self.count("SELECT count(*) FROM inbound_message") < SAID or await self.count(waiting) + await self.count(
            opened
        ):
            assert time.monotonic() < deadline, f"open: {await self.count(opened)} out, {await self.count(waiting)} in"
            await asyncio.sleep(0.2)


async def until(true: Callable[[], bool], deadline: float) -> None:
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError("not in time")
        await asyncio.sleep(0.05)


async def prepare(engine: AsyncEngine, folder: Path) -> None:
    """25 unit groups and 50 secretaries on each platform."""
    chats = [ChatSet(f"群-{code}", "unit", code) for code in CODES]
    people = [PersonSet(f"人-{code}{which}", "secretary", code) for code in CODES for which in "12"]
    await seed.prepare(engine, Stage(folder, chats=chats, people=people), START, TelegramNames())
    await seed.furnish(engine, Stage(folder, "empty", "none", chats, people), START, WeComNames())


async def plan(town: Town) -> None:
    """The reminders, evenly over all chats."""
    async with sessions(town.engine).begin() as session:
        chats = list(await session.execute(text("SELECT id, platform, external FROM chat ORDER BY id")))
        for nth in range(PLANNED):
            chat = chats[nth % len(chats)]
            number = 10_000 + nth
            town.wanted[chat.platform, chat.external].append(number)
            said = f"第{number}条工作提示"
            row: dict[str, Any] = {
                "dedupe_key": f"planned:{nth}", "chat_id": chat.id, "template": "planned", "text": said, "plain": said,
                "buttons": [], "attachments": [], "about": {}, "policy": "reminder", "counts": False, "unprompted": True,
                "made_at": START, "due_at": START, "state": "ready", "reason": "", "attempts": 0,
            }  # fmt: skip
            await outbox.add(session, row)


async def speak(town: Town) -> None:
    """People report, on all chats in turn."""
    for nth in range(SAID):
        code, which, said = CODES[nth // 2 % 25], nth % 4 // 2 + 1, f"@品牌助手 报 11月20日召开第{nth}次推进会"
        if nth % 2:
            town.telegram.say(-1000 - int(code), 1000 + int(f"{code}{which}"), said)
            town.wanted["telegram", str(-1000 - int(code))].append(nth)
        else:
            town.wanted["wecom", f"群-{code}"].append(nth)
            await town.wecom.say(f"人-{code}{which}", said, chat=f"群-{code}")
        await asyncio.sleep(0.02)


async def killing(town: Town) -> None:
    """Kill it whenever another share of everything has been seen, and start it again."""
    total = SAID + PLANNED
    for nth in range(1, KILLS + 1):
        await until(lambda: len(town.seen()) >= nth * total // (KILLS + 2), time.monotonic() + WITHIN)  # noqa: B023
        await town.process.kill()
        await asyncio.sleep(0.2)
        await town.process.start()


@pytest.mark.slow
async def test_nothing_is_lost_repeated_in_silence_or_out_of_order(
    tmp_path: Path, capsys: Any, record_property: Callable[[str, object], None]
) -> None:
    luck = Luck(SEED, stuck={"-1001", "群-01"})
    telegram = UnluckyTelegram()
    telegram.luck = luck
    began = time.time()
    async with telegram, FakeWeCom(clock=lambda: (time.time() - began) * SPEED, redelivers=True) as wecom:
        unlucky_wecom(wecom, luck)
        wecom.tenant.open_chats.update(f"群-{code}" for code in CODES)
        place = Place(tmp_path, telegram.api, wecom.url, wecom.http.base, began)
        engine = engine_for(load({"BRANDBOT_DATABASE_URL": place.database, "BRANDBOT_DATA": str(tmp_path)}))
        town = Town(place, telegram, wecom, luck, Process(place), engine)
        await prepare(engine, tmp_path)
        await plan(town)
        await town.process.start()
        started = time.monotonic()
        try:
            await asyncio.gather(speak(town), killing(town))
            await town.settled(started + WITHIN, frozenset(luck.stuck))
            held_up = [said for _, chat, said in town.seen() if chat in luck.stuck]
            luck.stuck.clear()
            await town.settled(started + WITHIN)
        except AssertionError as error:
            log = (tmp_path / "log").read_text(encoding="utf-8", errors="replace")
            raise AssertionError(f"seed {SEED}: {error}\n{log[-4000:]}") from None
        finally:
            await town.process.kill()
        counts = await verdict(town)
        counts |= {"seconds": round(time.monotonic() - started), "kills": town.process.kills - 1, "seed": SEED}
        await engine.dispose()
    assert held_up == []  # while two chats were throttled, the other 48 got everything
    with capsys.disabled():
        sys.stdout.write(f"\nfaults: {counts} {dict(luck.happened)}\n")
    record_property("counts", counts)


async def verdict(town: Town) -> dict[str, int]:
    """Compare what people saw and what is stored with what was said; the counts."""
    assert await town.count("SELECT count(*) FROM inbound_message") == SAID
    assert await town.count("SELECT count(*) FROM progress_report") == SAID
    async with town.engine.connect() as connection:
        rows = list(await connection.execute(text("SELECT plain, state FROM outbound_message")))
    unknown = Counter(int(found[1]) for row in rows if row.state == "unknown" and (found := NUMBER.search(row.plain)))
    assert {row.state for row in rows} <= {"sent", "unknown"}
    repeats = honest = 0
    chats: dict[tuple[str, str], list[str]] = defaultdict(list)
    for platform, chat, line in town.seen():
        chats[platform, chat].append(line)
    for key, wanted in town.wanted.items():
        said = chats[key]
        first = list(dict.fromkeys(int(found[1]) for one in said if (found := NUMBER.search(one))))
        unmarked = Counter(int(found[1]) for one in said if not one.startswith(MARK) and (found := NUMBER.search(one)))
        assert not [number for number, times in unmarked.items() if times > 1], f"repeated without a mark in {key}"
        lost = set(wanted) - set(first)
        assert all(unknown[number] == 3 for number in lost), f"lost in {key}: {sorted(lost)} of {said}"
        for kind in (range(10_000), range(10_000, 20_000)):
            assert [n for n in first if n in kind] == sorted(n for n in first if n in kind), f"order in {key}"
        honest += len(lost)
        repeats += len(said) - len(first)
    return {"messages": SAID + PLANNED, "seen": len(town.seen()), "marked repeats": repeats, "unknown to the end": honest}
