"""The way out: every message ends sent, dead, unknown or skipped, in order, and never twice without its mark."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.contract import Gone, NotSent, Outgoing, Pace, Unsure
from bot.failpoints import Crash
from bot.outbound.delivery import LEASE, REPEATS
from bot.outbound.writer import MARK, Cause
from messages.writing.reply import Policy, Reply, ToChat
from tests.bot.house import House

TEMPLATE = "common/undelivered"


async def write(house: House, chat: str, *words: str, policy: Policy = "answer", unprompted: bool = False) -> None:
    """Put messages into the outbox as a commit would."""
    chat_id = (await house.rows(f"SELECT id FROM chat WHERE external = '{chat}'"))[0][0]
    async with house.app.sessions.begin() as session:
        for word in words:
            reply = Reply(TEMPLATE, {"place": "", "why": "", "start": word}, to=ToChat(chat_id), policy=policy)
            cause = Cause(f"test:{chat}:{word}", house.clock.now(), unprompted=unprompted)
            await house.app.dispatch.writer.write(session, reply, cause)


async def states(house: House) -> list[str]:
    return [row[0] for row in await house.rows("SELECT state FROM outbound_message ORDER BY id")]


def ends(house: House, chat: str = "unit") -> list[str]:
    """The words of the messages that arrived, with their mark."""
    return [(MARK if text.startswith(MARK) else "") + text.rpartition("：")[2] for text in house.channel.texts(chat)]


def once(error: Exception) -> Callable[[Outgoing], None]:
    """A platform that goes wrong once."""
    left = [error]

    def go(_: Outgoing) -> None:
        if left:
            raise left.pop()

    return go


async def test_messages_of_a_chat_leave_in_order_and_end_sent(house: House) -> None:
    await write(house, "unit", *"abcdefghijklmno")
    await house.app.settle()
    assert ends(house) == list("abcdefghijklmno")
    assert set(await states(house)) == {"sent"}


async def test_the_same_key_is_written_once(house: House) -> None:
    await write(house, "unit", "a")
    await write(house, "unit", "a")
    await house.app.settle()
    assert ends(house) == ["a"]


async def test_a_rate_limit_holds_its_lane_until_then_and_no_other(house: House) -> None:
    house.channel.before = once(NotSent("429", retry_after=30))
    await write(house, "unit", "a", "b")
    await house.app.settle()
    await write(house, "committee", "c")
    await house.app.settle()
    assert ends(house) == []
    assert ends(house, "committee") == ["c"]
    await house.pass_by(seconds=29)
    assert ends(house) == []
    await house.pass_by(seconds=2)
    assert ends(house) == ["a", "b"]


async def test_what_was_provably_not_sent_is_tried_again_without_a_mark(house: House) -> None:
    house.channel.before = once(NotSent("connection refused"))
    await write(house, "unit", "a", "b")
    await house.app.settle()
    assert await states(house) == ["ready", "ready"]
    await house.pass_by(seconds=10)
    assert ends(house) == ["a", "b"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("policy", ["answer", "reminder", "summary"])
async def test_what_may_have_arrived_is_said_again_with_its_mark_before_what_follows(
    house: House, when: str, policy: Policy
) -> None:
    setattr(house.channel, when, once(Unsure("read timeout")))
    await write(house, "unit", "a", "b", policy=policy)
    await house.app.settle()
    await house.pass_by(seconds=10)
    arrived = ["a"] if when == "after" else []
    assert ends(house) == [*arrived, f"{MARK}a", "b"]
    assert await states(house) == ["unknown", "sent", "sent"]


async def test_repeats_are_capped(house: House) -> None:
    def never_sure(_: Outgoing) -> None:
        raise Unsure("reset")

    house.channel.after = never_sure
    await write(house, "unit", "a")
    for _ in range(10):
        await house.pass_by(minutes=10)
    assert ends(house) == ["a"] + [f"{MARK}a"] * REPEATS
    assert set(await states(house)) == {"unknown"}


async def test_what_goes_to_a_superior_is_held_and_shown_instead(house: House) -> None:
    house.channel.after = once(Unsure("read timeout"))
    await write(house, "unit", "a", policy="superior")
    await house.app.settle()
    await house.pass_by(minutes=10)
    assert ends(house) == ["a"]
    assert "held" in await states(house)
    assert ["上级" in text for text in house.channel.texts("committee")] == [True]


async def test_a_refused_message_is_dead_and_the_lane_goes_on(house: House) -> None:
    house.channel.before = once(Gone("400 bad request"))
    await write(house, "unit", "a", "b", unprompted=True)
    await house.app.settle()
    assert ends(house) == ["b"]
    assert (await states(house))[:2] == ["dead", "sent"]
    assert ["未能送达" in text for text in house.channel.texts("committee")] == [True]


async def test_a_chat_that_is_gone_gets_nothing_more_and_the_committee_hears_of_it(house: House) -> None:
    house.channel.before = once(Gone("403 kicked", chat_gone=True))
    await write(house, "unit", "a", "b")
    await house.app.settle()
    await write(house, "unit", "c")
    await house.app.settle()
    assert ends(house) == []
    assert [state for state in await states(house) if state != "sent"] == ["dead", "skipped", "skipped"]
    assert ["已不可用" in text for text in house.channel.texts("committee")] == [True]


async def test_an_answer_that_nobody_waits_for_any_more_is_skipped_with_its_reason(house: House) -> None:
    house.channel.before = once(NotSent("down", retry_after=3600 * 30))
    await write(house, "unit", "a")
    await house.app.settle()
    await house.pass_by(hours=31)
    assert ends(house) == []
    assert await house.rows("SELECT state, reason FROM outbound_message") == [("skipped", "已过时效，不再发送")]


@pytest.mark.parametrize(
    ("point", "arrived", "left"),
    [
        ("commit", [], ["进度"]),
        ("claimed", [], ["进度"]),
        ("sending", [], [f"{MARK}进度"]),
        ("sent", ["进度"], [f"{MARK}进度"]),
    ],
)
async def test_a_crash_at_each_point_loses_nothing_and_repeats_nothing_unmarked(
    house: House, point: str, arrived: list[str], left: list[str]
) -> None:
    house.app.points.arm(point)
    with pytest.raises(Crash):
        await house.say("@品牌助手 帮助")
    other = house.another()
    await other.app.tick()
    if point in {"claimed", "sending", "sent"}:
        assert other.channel.arrived == [], "the lease of the dead process still holds"
    await other.pass_by(seconds=LEASE.total_seconds() + 1)
    assert len(house.channel.arrived) == len(arrived)
    assert [message.text.startswith(MARK) for message in other.channel.arrived] == [text.startswith(MARK) for text in left]


async def test_a_crash_between_parts_sends_only_the_unsent_ones_in_order(house: House) -> None:
    house.app.points.arm("sending", nth=3)
    await write(house, "unit", *"abcde")
    with pytest.raises(Crash):
        await house.app.settle()
    assert ends(house) == ["a", "b"]
    other = house.another()
    await other.app.start(alone=True)
    await other.app.settle()
    assert ends(other) == [f"{MARK}c", "d", "e"]


async def test_a_worker_that_slept_past_its_lease_changes_nothing(house: House) -> None:
    other = house.another()

    await write(house, "unit", "a", "b")
    await _send_while_another_recovers(house, other)
    assert ends(house) == ["a"]
    assert ends(other) == [f"{MARK}a", "b"]
    assert await states(house) == ["unknown", "sent", "sent"]
    late = await house.rows("SELECT outcome FROM delivery_attempt WHERE outcome LIKE 'late:%'")
    assert late == [("late:sent",)]


async def _send_while_another_recovers(house: House, other: House) -> None:
    original = house.channel.send

    async def slow(message: Outgoing) -> Any:
        sent = await original(message)
        house.clock.set(house.clock.now() + LEASE + timedelta(seconds=1))
        await other.app.tick()
        return sent

    house.channel.send = slow  # type: ignore[method-assign]  # the platform takes its time
    await house.app.settle()


async def test_two_workers_at_once_send_each_message_once(house: House) -> None:
    other = house.another()
    for chat in ("unit", "committee", "private"):
        await write(house, chat, *"abcdefgh")
    await asyncio.gather(house.app.settle(), other.app.settle())
    for chat in ("unit", "committee", "private"):
        assert sorted(ends(house, chat) + ends(other, chat)) == list("abcdefgh")
    assert set(await states(house)) == {"sent"}


async def test_a_platforms_pace_is_kept_for_each_chat(house: House) -> None:
    house.channel.pace = Pace(per_chat=1.0, windows=((3, 60.0),))
    await write(house, "unit", *"abcd")
    await house.app.settle()
    assert ends(house) == ["a"]
    for _ in range(5):
        await house.pass_by(seconds=1.1)
    assert ends(house) == ["a", "b", "c"]
    await house.pass_by(seconds=60)
    assert ends(house) == ["a", "b", "c", "d"]


async def test_a_split_message_leaves_in_order_with_its_buttons_last(house: House) -> None:
    await write(house, "unit", "字" * 10_000)
    await house.app.settle()
    assert len(house.channel.texts("unit")) >= 3
    assert sum(text.count("字") for text in house.channel.texts("unit")) == 10_000


async def test_a_platform_that_this_process_does_not_serve_is_left_alone(house: House) -> None:
    other = house.another()
    other.channel.name = "elsewhere"
    other.app.delivery.channels = {"elsewhere": other.channel}
    await write(house, "unit", "a")
    await other.app.settle()
    assert await states(house) == ["ready"]
