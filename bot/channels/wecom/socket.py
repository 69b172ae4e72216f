"""The robot's one connection: subscribes, stays alive, comes back after every close, and matches acknowledgements."""

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State as Protocol

from bot.channels.contract import NotSent, Unsure
from bot.channels.wecom import commands, frames

log = logging.getLogger(__name__)

State = Literal["connecting", "connected", "refused", "standby", "stopped"]
Open = Callable[[str], Awaitable[ClientConnection]]
LARGEST_FRAME = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take, in seconds; the defaults are the official client's."""

    acknowledged: float = 5.0
    connected: float = 15.0
    heartbeat: float = 30.0
    missed: int = 2
    backoff: float = 1.0
    longest_backoff: float = 30.0
    refused: float = 300.0


class Refused(Exception):
    """The platform does not accept bot_id and secret."""


class Kicked(Exception):
    """Another instance has subscribed with the same robot."""


class Dead(Exception):
    """Heartbeats are no longer answered."""


async def open_connection(url: str) -> ClientConnection:
    """A WebSocket without the library's own pings: the protocol has its own heartbeat."""
    return await connect(url, ping_interval=None, max_size=LARGEST_FRAME, close_timeout=2)


@dataclass(slots=True)
class Socket:
    """One robot's connection. `arrived` gets every message and event, in order; it must not wait for `request`."""

    url: str
    bot_id: str
    secret: str = field(repr=False)
    arrived: Callable[[frames.Message | frames.Event], Awaitable[None]]
    now: Callable[[], datetime]
    timing: Timing = field(default_factory=Timing)
    open: Open = open_connection
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: random.Random = field(default_factory=random.SystemRandom)

    state: State = field(default="stopped", init=False)
    since: datetime | None = field(default=None, init=False)
    trouble: str = field(default="", init=False)
    _live: ClientConnection | None = field(default=None, init=False)
    _waiting: dict[str, asyncio.Future[frames.Ack]] = field(default_factory=dict, init=False)
    _turns: dict[str, tuple[asyncio.Lock, int]] = field(default_factory=dict, init=False)
    _missed: int = field(default=0, init=False)

    async def run(self) -> None:
        """Stay connected until cancelled. After a kick it stands by: the other instance has the robot now."""
        failures = 0
        try:
            while True:
                self._be("connecting")
                failures += 1
                wait = min(self.timing.longest_backoff, self.timing.backoff * 2 ** min(failures - 1, 10))
                try:
                    await self._once()
                except Kicked:
                    self._be("standby", "another instance has connected with this robot")
                    log.error("wecom: another instance has connected with this robot; standing by until restarted")
                    await asyncio.Event().wait()
                except Refused as refused:
                    self._be("refused", str(refused))
                    log.error("wecom: bot_id or secret refused (%s); trying again slowly", refused)
                    wait = self.timing.refused
                except (OSError, TimeoutError, WebSocketException, Dead) as lost:
                    failures = 0 if self._held() else failures
                    self._be("connecting", _why(lost))
                    log.warning("wecom: connection lost: %s", self.trouble)
                except Exception:
                    log.exception("wecom: the connection failed in an unexpected way")
                await self.sleep(wait * self.chance.uniform(0.5, 1.0))
        finally:
            self._be("stopped")

    async def request(self, command: commands.Command) -> frames.Ack:
        """Send one command and wait for its acknowledgement; commands of one req_id go one after the other.

        Raises NotSent while there is no connection, Unsure when the acknowledgement is lost.
        """
        async with self._turn(command.req_id):
            live = self._live
            if live is None or live.state is not Protocol.OPEN or self.state != "connected":
                raise NotSent(f"not connected ({self.state})")  # without a time: the wait grows
            return await self._exchange(live, command)

    def new_id(self, prefix: str) -> str:
        """A req_id as the official client makes them: <prefix>_<ms>_<8hex>."""
        return f"{prefix}_{int(self.now().timestamp() * 1000)}_{secrets.token_hex(4)}"

    async def _once(self) -> None:
        """One connection from opening to its end; always ends with an exception."""
        async with asyncio.timeout(self.timing.connected):
            live = await self.open(self.url)
        self._live, self._missed = live, 0
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(live))
                tasks.create_task(self._subscribe_and_beat(live))
        except BaseExceptionGroup as group:
            raise _first(group) from None
        finally:
            self._live = None
            self._lose("the connection was lost")
            with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                await live.close()

    async def _subscribe_and_beat(self, live: ClientConnection) -> None:
        try:
            await self._exchange(live, commands.subscribe(self.new_id(commands.SUBSCRIBE), self.bot_id, self.secret))
        except Unsure as silent:
            raise Dead(str(silent)) from None
        self._be("connected")
        log.info("wecom: connected")
        while True:
            await asyncio.sleep(self.timing.heartbeat)
            if self._missed >= self.timing.missed:
                raise Dead(f"{self._missed} heartbeats were not answered")
            self._missed += 1
            await live.send(commands.ping(self.new_id(commands.PING)).encode())

    async def _listen(self, live: ClientConnection) -> None:
        async for raw in live:
            try:
                frame = frames.parse(raw)
            except frames.BadFrame as bad:
                log.warning("wecom: a frame was passed over: %s (msgid %s)", bad, bad.msgid[:64] or "none")
                continue
            if isinstance(frame, frames.Ack):
                self._acknowledged(frame)
            elif isinstance(frame, frames.Event) and frame.kind == "disconnected_event":
                raise Kicked
            else:
                await self.arrived(frame)
        raise ConnectionError(f"closed with code {live.close_code}")

    def _acknowledged(self, ack: frames.Ack) -> None:
        if ack.req_id.startswith(commands.PING + "_"):
            self._missed = 0
            return
        if ack.req_id.startswith(commands.SUBSCRIBE + "_") and ack.errcode:
            raise Refused(f"errcode {ack.errcode}")  # here, so that a close right after it does not hide the reason
        waiter = self._waiting.get(ack.req_id)
        if waiter is None or waiter.done():
            log.info("wecom: an acknowledgement that nobody waits for")
        else:
            waiter.set_result(ack)

    async def _exchange(self, live: ClientConnection, command: commands.Command) -> frames.Ack:
        waiter: asyncio.Future[frames.Ack] = asyncio.get_running_loop().create_future()
        self._waiting[command.req_id] = waiter
        try:
            async with asyncio.timeout(self.timing.acknowledged):
                await live.send(command.encode())
                return await waiter
        except TimeoutError:
            raise Unsure(f"no acknowledgement of {command.cmd} in time") from None
        except (ConnectionClosed, OSError):
            raise Unsure(f"the connection was lost while {command.cmd} was on its way") from None
        finally:
            self._waiting.pop(command.req_id, None)

    def _lose(self, why: str) -> None:
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(Unsure(why))

    @contextlib.asynccontextmanager
    async def _turn(self, req_id: str) -> AsyncIterator[None]:
        """Hold the only turn of a req_id; forgotten when nobody waits for it."""
        lock, users = self._turns.get(req_id, (asyncio.Lock(), 0))
        self._turns[req_id] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._turns[req_id]
            if users == 1:
                del self._turns[req_id]
            else:
                self._turns[req_id] = (lock, users - 1)

    def _held(self) -> bool:
        """Whether the connection that was just lost had lasted: only then the next attempt is a quick one."""
        if self.state != "connected" or self.since is None:
            return False
        return (self.now() - self.since).total_seconds() >= self.timing.longest_backoff

    def _be(self, state: State, trouble: str = "") -> None:
        self.state, self.since = state, self.now()
        self.trouble = trouble or (self.trouble if state == "connecting" else "")


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    """What really ended a connection: a kick or a refusal explains a close that came with it."""
    ended = [_first(one) if isinstance(one, BaseExceptionGroup) else one for one in group.exceptions]
    return min(ended, key=lambda one: 0 if isinstance(one, Kicked | Refused) else 1)


def _why(lost: BaseException) -> str:
    """A short reason without addresses or secrets."""
    if isinstance(lost, ConnectionClosed):
        return f"closed with code {lost.rcvd.code if lost.rcvd else 1006}"
    return str(lost) if isinstance(lost, Dead | ConnectionError) and not lost.args[1:] else type(lost).__name__
