"""Polling keeps the promise that nothing is acknowledged before it is stored."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.contract import Incoming
from bot.channels.telegram.api import Refused, Unreached
from bot.channels.telegram.mentions import Me
from bot.channels.telegram.polling import STUCK, Pauses, Polling
from bot.channels.telegram.translate import translate

ME = Me(4242, "brand_bot", "品牌助手")


def said(number: int, words: str = "进度", /, **more: Any) -> dict[str, Any]:
    """An update with a private message."""
    message = {"message_id": number, "date": 1795399500, "chat": {"id": 7, "type": "private"}, "text": words}
    return {"update_id": number, "message": message | {"from": {"id": 7, "is_bot": False, "first_name": "甲"}} | more}


class Source:
    """Telegram's side: forgets what is acknowledged, and fails where the script says so."""

    def __init__(self, *updates: dict[str, Any], errors: tuple[Exception, ...] = ()) -> None:
        self.waiting = list(updates)
        self.errors = list(errors)
        self.offsets: list[int | None] = []

    async def raw_updates(self, offset: int | None, wait: int, allowed: list[str]) -> list[dict[str, Any]]:
        self.offsets.append(offset)
        if self.errors:
            raise self.errors.pop(0)
        self.waiting = [update for update in self.waiting if update.get("update_id", 0) >= (offset or 0)]
        if not self.waiting:
            raise asyncio.CancelledError
        return list(self.waiting)


class Store:
    """Intake's side: keeps events by their key, and fails as often as it is told."""

    def __init__(self, fails: Callable[[Incoming], bool] = lambda _: False) -> None:
        self.kept: dict[str, Incoming] = {}
        self.fails = fails

    async def receive(self, incoming: Incoming) -> None:
        if self.fails(incoming):
            raise ConnectionError("the database is gone")
        self.kept[incoming.event] = incoming

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.kept.values()]


async def poll(source: Source, store: Store) -> tuple[Polling, list[float]]:
    """Poll until nothing is left; how long it paused."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    polling = Polling(source, lambda raw: translate(raw, ME, lambda: datetime.now(UTC)), sleep=sleep)
    with suppress(asyncio.CancelledError):
        await polling.run(store.receive)
    return polling, pauses


async def test_everything_is_stored_and_acknowledged_once() -> None:
    source, store = Source(said(1, "一"), said(2, "二")), Store()
    await poll(source, store)
    assert (store.texts, source.offsets) == (["一", "二"], [None, 3])


async def test_while_the_database_is_down_nothing_is_acknowledged_and_afterwards_all_arrives() -> None:
    down = [True] * 4
    source, store = Source(said(1, "一"), said(2, "二")), Store(lambda _: bool(down) and down.pop())
    _, pauses = await poll(source, store)
    assert store.texts == ["一", "二"]
    assert source.offsets == [None] * 5 + [3]
    assert len(pauses) == 4
    assert pauses == sorted(pauses)


async def test_what_was_stored_before_the_database_went_down_is_acknowledged() -> None:
    down = [False, True, False]
    source, store = Source(said(1, "一"), said(2, "二")), Store(lambda _: bool(down) and down.pop(0))
    await poll(source, store)
    assert (store.texts, source.offsets) == (["一", "二"], [None, 2, 3])


@pytest.mark.parametrize(
    "bad",
    [
        {"update_id": 1, "message": {"text": 5}},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "callback_query": {"id": "1"}},
        said(1, date="yesterday"),
        said(1, date=1795399500000),
    ],
    ids=["no ids", "not an object", "half a press", "a word for a date", "milliseconds"],
)
async def test_an_update_that_cannot_be_understood_never_stops_the_rest(bad: dict[str, Any]) -> None:
    source, store = Source(bad, said(2, "二")), Store()
    await poll(source, store)
    assert (store.texts, source.offsets) == (["二"], [None, 3])


async def test_an_update_without_a_number_is_passed_over() -> None:
    source, store = Source({"message": {}}, said(2, "二")), Store()
    await poll(source, store)
    assert store.texts == ["二"]


async def test_one_update_that_can_never_be_stored_does_not_hold_up_the_others_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, store = Source(said(1, "毒"), said(2, "毒"), said(3, "三"), said(4, "四")), Store(lambda event: event.text == "毒")
    await poll(source, store)
    assert store.texts == ["三", "四"]
    assert source.offsets == [None] * (2 * STUCK) + [5] or source.offsets[-1] == 5
    assert "update 1 cannot be stored" in caplog.text
    assert "update 2 cannot be stored" in caplog.text


async def test_an_update_is_not_given_up_because_the_database_came_back_in_between() -> None:
    tries: list[str] = []

    def fails(event: Incoming) -> bool:
        tries.append(event.text)
        return event.text == "一" and tries.count("一") <= STUCK

    source, store = Source(said(1, "一"), said(2, "二")), Store(fails)
    await poll(source, store)
    assert sorted(store.texts) == ["一", "二"]


@pytest.mark.parametrize(
    ("error", "least"),
    [
        (Refused(409, "Conflict: terminated by other getUpdates request"), 5.0),
        (Refused(401, "Unauthorized"), 5.0),
        (Refused(429, "Too Many Requests", 17.0), 17.0),
        (Refused(502, "Bad Gateway"), 0.3),
        (Unreached("ConnectError", left=False), 0.3),
        (RuntimeError("something else"), 0.3),
    ],
    ids=["another poller", "a revoked token", "flood", "a gateway", "no network", "anything"],
)
async def test_a_failed_request_is_waited_out_and_nothing_is_lost(error: Exception, least: float) -> None:
    source, store = Source(said(1, "一"), errors=(error, error)), Store()
    polling, pauses = await poll(source, store)
    assert store.texts == ["一"]
    assert len(pauses) == 2
    assert min(pauses) >= least
    assert polling.trouble == ""


def test_pauses_grow_and_never_exceed_a_minute() -> None:
    pauses = Pauses()
    waited = [pauses.next() for _ in range(40)]
    assert waited[0] <= 0.5
    assert 40 <= max(waited) <= 60


def picture(number: int, chat: int, caption: str | None) -> dict[str, Any]:
    """One item of an album."""
    place = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
    document = {"file_id": "F", "file_unique_id": "F", "file_name": "照片.pdf", "file_size": 9}
    update = said(number, chat=place, media_group_id="12", document=document)
    del update["message"]["text"]
    if caption is not None:
        update["message"]["caption"] = caption
    return update


@pytest.mark.parametrize("chat", [7, -100])
async def test_an_album_is_one_message(chat: int) -> None:
    source = Source(picture(1, chat, "@品牌助手 附件"), picture(2, chat, None), picture(3, chat, None), said(4, "进度"))
    store = Store()
    await poll(source, store)
    assert store.texts == ["@品牌助手 附件", "进度"]


async def test_the_rest_of_an_album_is_waited_for_before_its_first_item_is_stored() -> None:
    _, pauses = await poll(Source(picture(1, 7, None), picture(2, 7, None)), store := Store())
    assert (len(store.kept), pauses) == (1, [1.0])
