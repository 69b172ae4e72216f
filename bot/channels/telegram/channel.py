"""The Telegram channel: connects polling, translation and sending to the bot's contract."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.contract import Gone, Incoming, IncomingFile, Outgoing, Pace, Receive, Sent, Settled
from bot.channels.telegram.api import Api, Refused
from bot.channels.telegram.errors import outcome, why
from bot.channels.telegram.mentions import Me
from bot.channels.telegram.polling import Pauses, Polling
from bot.channels.telegram.sending import send
from bot.channels.telegram.translate import translate
from messages.writing.reply import Limits

log = logging.getLogger(__name__)
TOAST = 200
DEFAULT_API = "https://api.telegram.org"


class TelegramChannel:
    """One bot account on Telegram. `menu` is what the / menu shows: (a–z name, Chinese description)."""

    name = "telegram"
    limits = Limits(text=4096, unit="utf16", markup="html")
    pace = Pace(per_chat=1.0, overall=1 / 30, windows=((20, 60.0),))

    def __init__(
        self,
        token: str,
        *,
        bot_name: str,
        now: Callable[[], datetime],
        api: str = DEFAULT_API,
        menu: Sequence[tuple[str, str]] = (),
        timeout: float = 10.0,
        wait: int = 50,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.account = token.partition(":")[0]
        self._api = Api(token, api.rstrip("/"), timeout=timeout)
        self._now = now
        self._menu = tuple(menu)
        self._sleep = sleep
        self._me = Me(int(self.account) if self.account.isdigit() else 0, "", bot_name)
        self._polling = Polling(self._api, self._translate, wait=wait, sleep=sleep)
        self._since: datetime | None = None
        self._reads_all: bool | None = None

    async def run(self, receive: Receive) -> None:
        """Learn who we are, show the menu, and poll until cancelled."""
        try:
            await self._introduce()
            await self._polling.run(receive)
        finally:
            self._since = None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.hang_up()

    async def send(self, message: Outgoing) -> Sent:
        """Send one message; raises NotSent, Unsure or Gone."""
        return await send(self._api, message)

    async def fetch(self, file: IncomingFile, limit: int) -> bytes:
        """The content of a file, at most `limit` bytes (Telegram itself hands out 20 MB); raises NotSent or Gone."""
        if file.size is not None and file.size > limit:
            raise Gone(f"larger than {limit} bytes")
        try:
            found = await self._api.get_file(file.handle["file_id"])
            if found.file_size is not None and found.file_size > limit:
                raise Gone(f"larger than {limit} bytes")
            content = bytes(await found.download_as_bytearray())
        except Gone:
            raise
        except Exception as error:
            raise outcome(error) from error
        if len(content) > limit:
            raise Gone(f"larger than {limit} bytes")
        return content

    async def settled(self, incoming: Settled) -> None:
        """Stop a pressed button's spinner and show what became of it; a press that is too old is let go."""
        if incoming.kind != "press":
            return
        query = incoming.event.removeprefix("press:")
        try:
            await self._api.call("answerCallbackQuery", callback_query_id=query, text=(incoming.toast or "")[:TOAST] or None)
        except Exception as error:
            log.info("press %s is not answered: %s", query, error)

    def describe(self) -> Mapping[str, Any]:
        """Connected since when, who we are there, and whether groups let the bot read all (privacy mode)."""
        trouble = self._polling.trouble
        return {
            "connected": self._since is not None and not trouble,
            "since": self._since.isoformat() if self._since and not trouble else None,
            "trouble": trouble,
            "username": self._me.username,
            "can_read_all_group_messages": self._reads_all,
        }

    async def check(self) -> Mapping[str, Any]:
        """Ask Telegram who we are, for `doctor`; raises NotSent, Unsure or Gone."""
        try:
            await self._ask()
        except Exception as error:
            raise outcome(error) from error
        return self.describe()

    def _translate(self, raw: dict[str, Any]) -> Incoming | None:
        return translate(raw, self._me, self._now)

    async def _ask(self) -> None:
        user = await self._api.call("getMe")
        self._me = Me(int(user["id"]), str(user.get("username", "")), self._me.name)
        self._reads_all = user.get("can_read_all_group_messages")

    async def _introduce(self) -> None:
        """Until it has worked: without our own name no mention is recognised."""
        pauses = Pauses()
        while True:
            try:
                await self._ask()
                await self._api.call("deleteWebhook")  # polling is refused while one is set; what waits there is kept
                break
            except Exception as error:
                self._polling.trouble = why(error)
                log.warning("Telegram does not answer and is asked again: %s", self._polling.trouble)
                await self._sleep(pauses.next(error.retry_after if isinstance(error, Refused) else None))
        self._polling.trouble = ""
        self._since = self._now()
        await self._show_menu()

    async def _show_menu(self) -> None:
        commands = [{"command": name, "description": description} for name, description in self._menu]
        if not commands:
            return
        try:
            await self._api.call("setMyCommands", commands=commands)
            await self._api.call("setMyCommands", commands=commands, language_code="zh")
        except Exception as error:
            log.warning("the menu is not shown: %s", error)
