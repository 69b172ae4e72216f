"""A transcript on Telegram: people write to the fake Bot API, our channel polls and answers there."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.app import App
from bot.channels import build
from bot.channels.contract import Channel, Incoming, Outgoing, OutgoingButton
from bot.channels.telegram import TelegramChannel
from bot.config import load
from bot.replay.carrier import Show
from bot.replay.events import Script
from bot.seed import ChatSet, Names
from tests.carriers.base import Running, Watched
from tests.fakes.telegram import TOKEN, FakeTelegram, Seen


@dataclass(frozen=True, slots=True)
class TelegramNames(Names):
    """Numbers: people by their place in the transcript, groups below zero, a private chat is its person."""

    platform: str = "telegram"
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def chat(self, chat: ChatSet) -> str:
        return self.person(chat.of or "") if chat.kind == "private" else str(-1001 - self.groups.index(chat.name))

    def person(self, name: str) -> str:
        return str(101 + self.people.index(name))


@dataclass(slots=True)
class TelegramCarrier:
    """Use as a context manager around the player."""

    script: Script
    names: Names = field(init=False)
    fake: FakeTelegram = field(default_factory=FakeTelegram)
    _inner: TelegramChannel = field(init=False)
    _running: Running | None = None
    _said: dict[str, int] = field(default_factory=dict)  # the transcript's id of a message → Telegram's
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def __post_init__(self) -> None:
        stage = self.script.stage
        groups = tuple(chat.name for chat in stage.chats if chat.kind != "private")
        self.names = TelegramNames(people=tuple(person.name for person in stage.people), groups=groups)

    async def __aenter__(self) -> "TelegramCarrier":
        await self._stack.enter_async_context(self.fake)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def channel(self, show: Show, now: Callable[[], datetime], start: int) -> Channel:
        settings = replace(load({}), telegram_token=TOKEN, telegram_api=self.fake.api)
        inner = build.telegram(settings, now, wait=30)
        self._inner = inner
        self._running = Running(Watched(inner, self._people_see), show)
        return self._running.channel

    async def run(self, app: App) -> None:
        assert self._running is not None
        polls = self.fake.polls
        self._running.run(app)
        await self.fake.until(lambda: self.fake.polls > polls)

    async def arrive(self, app: App, incoming: Incoming) -> None:
        """Say it to the platform."""
        assert self._running is not None
        chat = int(self.names.chat(next(one for one in self.script.stage.chats if one.name == incoming.chat)))
        user = int(self.names.person(incoming.sender))
        if incoming.kind == "press":
            self.fake.press_data(self._of_bot(incoming.message), user, incoming.action or "")
        elif incoming.kind == "edit":
            self.fake.edit(chat, user, self._said.get(incoming.message or "", 999_999), incoming.text)
        else:
            self._said[incoming.message or ""] = self._say(chat, user, incoming)
        await self._running.heard()

    async def close(self) -> None:
        if self._running is not None:
            await self._running.close()
            await self._inner.close()
            self._running = None

    def _say(self, chat: int, user: int, incoming: Incoming) -> int:
        reply_to = self._of_bot(incoming.reply_to) if incoming.reply_to else None
        if incoming.file is None:
            return self.fake.say(chat, user, incoming.text, reply_to=reply_to)
        number = f"f{len(self.fake.files)}"
        self.fake.files[number] = b"%PDF-1.7 a file of the transcript"
        document = {"file_id": number, "file_unique_id": number, "file_name": incoming.file.name, "file_size": 33}
        return self.fake.say(chat, user, "", reply_to=reply_to, caption=incoming.text, document=document)

    def _of_bot(self, external: str | None) -> Seen:
        return next(seen for seen in self.fake.seen if str(seen.id) == external)

    def _people_see(self, message: Outgoing) -> None:
        assert self._running is not None
        seen = self.fake.seen[-1]
        name = next(chat.name for chat in self.script.stage.chats if self.names.chat(chat) == message.chat)
        buttons = tuple(OutgoingButton(label, token) for label, token in seen.buttons)
        self._running.show(replace(message, chat=name, text=seen.text, buttons=buttons), str(seen.id))
