"""A transcript on WeCom: people write to the fake platform, our channel answers there."""

import asyncio
import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.app import App
from bot.channels import build
from bot.channels.contract import Channel, Incoming, Outgoing, OutgoingButton
from bot.channels.wecom.socket import Timing
from bot.config import load
from bot.replay.carrier import Show
from bot.replay.events import Script
from bot.seed import ChatSet, Names
from tests.carriers.base import Running, Watched, same
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_rules import Said

NOT_CARRIED = ("edit", "file", "unaddressed")
"""What `arrive` leaves unsaid, because no WeCom group carries it (docs/channels.md)."""

LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class WeComNames(Names):
    """Groups and people by their names; a private chat is its person."""

    platform: str = "wecom"

    def chat(self, chat: ChatSet) -> str:
        return chat.of or chat.name if chat.kind == "private" else chat.name


@dataclass(slots=True)
class WeComCarrier:
    """Use as a context manager around the player."""

    script: Script
    names: Names = field(default_factory=WeComNames)
    fake: FakeWeCom = field(init=False)
    _now: Callable[[], datetime] = field(init=False)
    _running: Running | None = None
    _seen: int = 0
    _texts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # chat → (id, text)
    _tasks: dict[str, str] = field(default_factory=dict)  # a button's token → its card
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> "WeComCarrier":
        self.fake = await self._stack.enter_async_context(FakeWeCom(clock=lambda: self._now().timestamp()))
        self.fake.tenant.open_chats.update(self.names.chat(chat) for chat in self.script.stage.chats if chat.bound)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def channel(self, show: Show, now: Callable[[], datetime], start: int) -> Channel:
        self._now = now
        fake = self.fake
        settings = replace(
            load({}), wecom_bot_id=fake.bot_id, wecom_secret=fake.secret, wecom_url=fake.url, wecom_webhook_api=fake.http.base
        )
        inner = build.wecom(settings, now, timing=Timing(heartbeat=3600))
        self._running = Running(Watched(inner, self._people_see), show)
        return self._running.channel

    async def run(self, app: App) -> None:
        assert self._running is not None
        self._running.run(app)
        await self.fake.connection()
        while not self._running.channel.describe()["connected"]:  # noqa: ASYNC110  # the channel announces nothing
            await asyncio.sleep(0.005)

    async def arrive(self, app: App, incoming: Incoming) -> None:
        """Say it to the platform; what no WeCom group carries is not said at all."""
        assert self._running is not None
        chat = next(one for one in self.script.stage.chats if one.name == incoming.chat)
        group = None if incoming.private else self.names.chat(chat)
        if incoming.kind == "press":
            token = incoming.action or ""  # also one that a decided card no longer shows: not every client is up to date
            await self.fake.press(incoming.sender, self._tasks[token], token, group)
        elif incoming.kind == "text" and incoming.addressed:
            await self._say(incoming, group)
        else:
            return
        await self._running.heard()

    async def close(self) -> None:
        if self._running is not None:
            await self._running.close()
            self._running = None

    async def _say(self, incoming: Incoming, group: str | None) -> None:
        named = "@品牌助手" in incoming.text.replace("＠", "@")
        text = incoming.text if group is None or named else f"@品牌助手 {incoming.text}"
        quoted = dict(self._texts.get(incoming.chat, ())).get(incoming.reply_to or "")
        more = {} if quoted is None else {"quote": {"msgtype": "text", "text": {"content": quoted}}}
        await self.fake.say(incoming.sender, text, chat=group, **more)

    def _people_see(self, message: Outgoing) -> None:
        """Show what the platform has shown since the last look, as one message."""
        assert self._running is not None
        new, self._seen = self.fake.tenant.said[self._seen :], len(self.fake.tenant.said)
        texts = [text for said in new for text in (_plain(said.text), _on_card(said)) if text]
        buttons = [OutgoingButton(one["text"], one["key"]) for said in new for one in (said.card or {}).get("button_list", ())]
        self._tasks |= {key: str((said.card or {})["task_id"]) for said in new for key in _keys(said)}
        name = next(chat.name for chat in self.script.stage.chats if self.names.chat(chat) == message.chat)
        external = f"seen{self._seen}"
        text = "\n".join(texts)
        if same(text) == same(message.plain):
            text = message.plain  # but for the full-width twins of markup characters, people see exactly this
        self._texts.setdefault(name, []).append((external, text))
        self._running.show(replace(message, chat=name, text=text, buttons=tuple(buttons)), external)


def _keys(said: Said) -> list[str]:
    return [one["key"] for one in (said.card or {}).get("button_list", ())]


def _on_card(said: Said) -> str:
    return str((said.card or {}).get("sub_title_text", ""))


def _plain(markdown: str) -> str:
    """What people see of WeCom's markdown."""
    lines = (re.sub(r"^> ", "", line) for line in LINK.sub(r"\1", markdown).split("\n"))
    return "\n".join(lines).replace("**", "").replace("`", "")
