"""Both fake platforms with seeded bad luck: they refuse, throttle, hang and drop, and keep the truth."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.http import Request, Reset
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import Answer
from tests.fakes.wecom import FakeWeCom, Fault

LUCK: tuple[tuple[Fault, float], ...] = (
    ("throttle", 0.04),
    ("busy", 0.02),
    ("hang", 0.01),
    ("hang_undone", 0.01),
    ("drop", 0.004),
    ("drop_undone", 0.004),
)
SEEN_BY_PEOPLE = ("aibot_respond_msg", "aibot_send_msg")


@dataclass(slots=True)
class Luck:
    """Decides what happens to each message on its way; the chats in `stuck` are throttled until they are let go."""

    seed: int
    stuck: set[str] = field(default_factory=set)
    happened: "Counter[str]" = field(default_factory=Counter)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def of(self, chat: str) -> Fault:
        if chat in self.stuck:
            return "throttle"
        number = self._dice.random()
        for fault, share in LUCK:
            if number < share:
                self.happened[fault] += 1
                return fault
            number -= share
        return "none"


class UnluckyTelegram(FakeTelegram):
    """The Bot API of `luck`."""

    luck: Luck

    def _method(self, name: str) -> Any:
        return self._unlucky if name == "sendMessage" else FakeTelegram._method(self, name)

    async def _unlucky(self, request: Request) -> Any:
        fault = self.luck.of(request.fields["chat_id"])
        if fault in {"throttle", "busy"}:
            raise Answer(429, "Too Many Requests", retry_after=30)
        result = None if fault.endswith("_undone") else await self._text(request)
        if fault.startswith("hang"):
            await asyncio.sleep(3600)
        if fault.startswith("drop"):
            raise Reset
        return result


def unlucky_wecom(fake: FakeWeCom, luck: Luck) -> None:
    """Give the robot's platform the same luck."""

    def fault(command: str, body: dict[str, Any]) -> Fault:
        return luck.of(body["chatid"]) if command in SEEN_BY_PEOPLE else "none"

    fake.fault = fault
