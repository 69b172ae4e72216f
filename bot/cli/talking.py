"""One person in one chat on this terminal: lines become events, messages become lines."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count

from bot.app import App
from bot.channels.console import ConsoleChannel
from bot.channels.contract import Incoming, Outgoing
from bot.cli import database
from bot.cli.shell import Shell
from bot.server import Server


class Terminal:
    """One person in one chat: lines become events, messages become lines."""

    def __init__(self, shell: Shell, who: str, group: str | None) -> None:
        self._shell = shell
        self._who, self._chat, self._private = who, group or f"私聊:{who}", group is None
        self._buttons: dict[str, str] = {}
        self._run = f"{shell.now():%Y%m%d%H%M%S%f}"
        self._numbers = count(1)
        self.channel = ConsoleChannel(self.show, prefix=f"bot:{self._run}")

    def show(self, message: Outgoing, external: str) -> None:
        """Print a message; one to another chat carries that chat's name."""
        place = "" if message.chat == self._chat else f"（{message.chat}）"
        self._shell.say(f"{place}{message.text}")
        if message.buttons:
            self._shell.say(" ".join(f"[{button.label}]" for button in message.buttons))
        if message.chat == self._chat:
            self._buttons |= {button.label: button.token for button in message.buttons}

    def heard(self, line: str, now: datetime) -> Incoming:
        """A typed line as an event."""
        event = f"{self._run}:{next(self._numbers)}"
        label = line[1:-1] if line.startswith("[") and line.endswith("]") else ""
        if label in self._buttons:
            token = self._buttons[label]
            return Incoming(event, self._chat, self._private, self._who, now, kind="press", action=token, addressed=True)
        return Incoming(event, self._chat, self._private, self._who, now, text=line, message=event, addressed=True)


async def talk(shell: Shell, terminal: Terminal) -> None:
    """Take what is typed to the bot until its end."""
    settings = shell.settings()
    async with database.current(shell) as engine:
        app = App(settings, engine, [terminal.channel], now=shell.now)
        await app.start(alone=settings.sqlite_file is not None)
        if sys.stdin.isatty():
            async with _served(app):
                async for line in _typed():
                    await app.receive(terminal.channel, terminal.heard(line, shell.now()))
        else:
            await app.tick()
            while line := await asyncio.to_thread(sys.stdin.readline):
                if line.strip():
                    await app.receive(terminal.channel, terminal.heard(line.strip(), shell.now()))
                    await app.settle()


@asynccontextmanager
async def _served(app: App) -> AsyncIterator[None]:
    server = Server(app, alone=False)
    running = asyncio.create_task(server.run())
    try:
        yield
    finally:
        server.stop.set()
        await running


async def _typed() -> AsyncIterator[str]:
    """Lines of a terminal with editing and history, while the bot may print at any time."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    session: PromptSession[str] = PromptSession("> ")
    with patch_stdout():
        while True:
            try:
                line = await session.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return
            if line.strip():
                yield line.strip()
