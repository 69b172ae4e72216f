"""Plays a transcript against the real app with a simulated clock, on the console or another carrier."""

import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import seed
from bot.app import App
from bot.channels.contract import Incoming, IncomingFile, Outgoing
from bot.config import Settings
from bot.failpoints import Crash as Died
from bot.process.clock import SimulatedClock
from bot.replay.carrier import Carrier, ConsoleCarrier
from bot.replay.events import Crash, Expect, Line, Move, Off, Say, Script, Shell
from bot.replay.record import Difference, Record, Shown

RunShell = Callable[[str, Settings, Callable[[], datetime]], Awaitable[str]]
"""Runs the words of a `$` line on these settings at this time; returns what it printed."""


@dataclass(slots=True)
class Player:
    """One transcript; `differences` is empty when every expectation held."""

    script: Script
    settings: Settings
    engine_of: Callable[[], AsyncEngine]
    shell: RunShell
    emit: Callable[[dict[str, Any]], None] | None = None
    carrier: Carrier = field(default_factory=ConsoleCarrier)
    differences: list[Difference] = field(default_factory=list)
    record: Record = field(default_factory=Record)
    _app: App = field(init=False)
    _clock: SimulatedClock = field(init=False)
    _zone: tzinfo = field(init=False)
    _emitted: int = 0
    _last: dict[tuple[str, str], str] = field(default_factory=dict)
    _number: int = 0
    _starts: int = 0

    async def play(self) -> None:
        """From the first line to the last; raises BadStage, never for a failed expectation."""
        await self.open()
        try:
            for line in self.script.lines[1:]:
                await self.step(line)
        finally:
            await self.close()

    async def open(self) -> None:
        """Set the stage and the clock; the first messages may leave."""
        first = self.script.starts_at.replace(tzinfo=self.settings.timezone)
        engine = self.engine_of()
        try:
            await seed.prepare(engine, self.script.stage, first, self.carrier.names)
        except seed.BadStage as wrong:
            raise seed.BadStage(f"{self.script.path}: {wrong}") from None
        finally:
            await engine.dispose()
        self._clock = SimulatedClock(first - timedelta(days=1))  # room for a plan in another zone
        await self._start()
        self._zone = (await self._app.local(first)).tzinfo or self.settings.timezone
        await self._begin(self.script.starts_at.replace(tzinfo=self._zone))

    async def close(self) -> None:
        """Let go of the platform and the database."""
        await self.carrier.close()
        await self._app.close()

    async def step(self, line: Line) -> None:
        """One line of the story."""
        await self._play(line)
        await self._emit()

    @property
    def now(self) -> datetime:
        """The story's time, in the plan's zone."""
        return self._clock.now().astimezone(self._zone)

    async def _begin(self, at: datetime) -> None:
        self._clock.set(at)
        if self.script.switched_on:
            await seed.switch_on(self._app.engine, at)
        await self._live(self._app.tick)
        await self._emit()

    async def _play(self, line: Line) -> None:
        event = line.event
        if isinstance(event, Say | Move | Crash):
            self.record.forget()
        match event:
            case Say():
                await self._say(line, event)
            case Expect():
                if not self.record.holds(event):
                    self._differ(line, line.source, self.record.recent(event.chat))
            case Move():
                await self._move(line, event.to.replace(tzinfo=self._zone))
            case Shell():
                words = self._located(self.record.filled(event.words))
                self.record.printed = await self.shell(words, self.settings, self._clock.now)
                await self._live(self._app.tick)
            case Crash():
                await self._crash(event)
            case Off():
                pass

    async def _say(self, line: Line, said: Say) -> None:
        incoming = self._incoming(said)
        if incoming is None:
            self._differ(line, f"{said.chat}：没有可按的按钮 [{said.label}]", self.record.recent(said.chat))
            return

        async def happen() -> None:
            await self.carrier.arrive(self._app, incoming)
            await self._app.settle()
            await self._app.tick()

        await self._live(happen)

    def _located(self, words: str) -> str:
        """A command line in which the files that stand beside the transcript are named by their place."""
        folder = self.script.path.parent
        return shlex.join(str(folder / word) if (folder / word).is_file() else word for word in shlex.split(words))

    def _incoming(self, said: Say) -> Incoming | None:
        """What the channel would hand over; None for a press on a button that is not there."""
        self._number += 1
        private = next(chat.kind == "private" for chat in self.script.stage.chats if chat.name == said.chat)
        common: dict[str, Any] = {"chat": said.chat, "private": private, "sender": said.person, "at": self._clock.now()}
        identity = f"{said.chat}:{self.script.path.stem}:{self._number}"
        if said.label is not None:
            found = self.record.button(said.chat, self.record.filled(said.label))
            if found is None:
                return None
            return Incoming(f"press:{identity}", kind="press", action=found[0], message=found[1], addressed=True, **common)
        text = self.record.filled(said.text)
        named = f"@{self.settings.bot_name}" in text.replace("＠", "@")
        common |= {"text": text, "addressed": private or named or said.reply or text.startswith("/")}
        if said.edit:
            message = self._last.get((said.chat, said.person), "none")
            return Incoming(f"{message}:edit:{self._number}", kind="edit", message=message, **common)
        self._last[said.chat, said.person] = identity
        reply_to = self.record.newest(said.chat) if said.reply else None
        file = IncomingFile(said.file, None, None, {}) if said.file is not None else None
        kind: Any = "file" if file else "text"
        return Incoming(identity, kind=kind, message=identity, file=file, reply_to=reply_to, **common)

    async def _move(self, line: Line, to: datetime) -> None:
        if to < self._clock.now():
            self._differ(line, "时间不能倒退", ())
        else:
            await self._live(lambda: self._app.pass_time(self._clock, to))

    async def _crash(self, crash: Crash) -> None:
        if crash.at is not None:
            self._app.points.arm(crash.at)
            return
        await self._app.close()
        if crash.down is not None:
            self._clock.set(self._clock.now() + crash.down)
        await self._restart()

    async def _live(self, happen: Callable[[], Awaitable[None]]) -> None:
        """Let something happen; if the process dies of it, start it again on the same database."""
        try:
            await happen()
        except Died:
            await self._app.close()
            await self._restart()

    async def _restart(self) -> None:
        await self._start()
        await self._app.tick()

    async def _start(self) -> None:
        self._starts += 1
        await self.carrier.close()
        channel = self.carrier.channel(self._show, self._clock.now, self._starts)
        self._app = App(self.settings, self.engine_of(), [channel], now=self._clock.now, sleep=self._clock.sleep)
        await self._app.start(alone=True)
        await self.carrier.run(self._app)

    def _show(self, message: Outgoing, external: str) -> None:
        self.record.shown.append(Shown(self._clock.now(), message, external))

    def _differ(self, line: Line, expected: str, instead: tuple[str, ...]) -> None:
        self.differences.append(Difference(f"{self.script.path}:{line.number}", expected, instead))

    async def _emit(self) -> None:
        """The messages of this step as `--json` shows them."""
        if self.emit is None:
            return
        new, self._emitted = self.record.shown[self._emitted :], len(self.record.shown)
        outcomes = await self._app.outcome([one.message.id for one in new])
        for one in new:
            template, state = outcomes[one.message.id]
            self.emit({
                "at": one.at.astimezone(self._zone).isoformat(),
                "chat": one.message.chat,
                "template": template,
                "text": one.message.text,
                "buttons": [button.label for button in one.message.buttons],
                "files": [file.name for file in one.message.files],
                "state": state,
            })  # fmt: skip
