"""When it was said: what was handed over late counts from the day on which it was said, and is no flood."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.inbound.hearing import said_at
from tests.bot.house import House

NOW = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)  # Monday 08:30 in Shanghai
FRIDAY = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # 20:00 there


@pytest.mark.parametrize(
    ("told", "silent_since", "believed"),
    [
        (NOW, None, NOW),
        (NOW - timedelta(hours=23), None, NOW - timedelta(hours=23)),
        (NOW + timedelta(minutes=4), None, NOW),
        (NOW + timedelta(minutes=6), None, NOW),
        (NOW - timedelta(hours=25), None, NOW),
        (FRIDAY, FRIDAY - timedelta(minutes=1), FRIDAY),
        (FRIDAY, FRIDAY + timedelta(minutes=1), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), None, NOW),
    ],
    ids=["now", "within a day", "a clock ahead", "too far ahead", "too old", "an outage", "before the outage", "no clock"],
)
def test_the_platforms_time_is_believed_within_reason(
    told: datetime, silent_since: datetime | None, believed: datetime
) -> None:
    assert said_at(told, NOW, silent_since) == believed


async def test_what_waited_over_an_outage_counts_from_the_evening_on_which_it_was_said(house: House) -> None:
    house.clock.set(FRIDAY)
    await house.app.tick()  # its last sign of life
    house.clock.set(NOW)
    again = house.another()
    await again.app.start(alone=False)
    waited = [
        again.said("@品牌助手 报 今天召开推进会，下周三前完成设计", "unit", "secretary", at=FRIDAY + timedelta(minutes=5)),
        again.said("@品牌助手 报 昨天开展主题党日1次，明天前完成简报", "unit", "secretary", at=FRIDAY + timedelta(minutes=6)),
    ]
    for incoming in waited:
        await again.app.receive(again.channel, incoming)
    await again.app.settle()
    days = await house.rows("SELECT occurred_on FROM progress_report ORDER BY id")
    assert [str(day) for (day,) in days] == ["2026-11-27", "2026-11-26"]
    promised = await house.rows("SELECT due_on, made_on FROM commitment ORDER BY id")
    assert [(str(due), str(made)) for due, made in promised] == [("2026-12-02", "2026-11-27"), ("2026-11-28", "2026-11-27")]


async def test_a_backlog_is_worked_off_whole(house: House) -> None:
    start = house.clock.now()
    for nth in range(45):
        said = start - timedelta(minutes=10 * (45 - nth))
        await house.app.receive(
            house.channel, house.said(f"@品牌助手 报 11月20日召开第{nth + 1}次推进会", "unit", "secretary", at=said)
        )
    await house.app.settle()
    assert (await house.rows("SELECT count(*) FROM progress_report")) == [(45,)]
    assert (await house.rows("SELECT count(*) FROM inbound_message WHERE screened <> ''")) == [(0,)]


async def test_many_at_the_same_time_are_a_flood_however_late_they_come(house: House) -> None:
    start = house.clock.now() - timedelta(hours=5)
    beyond = house.app.intake.flood.account + 3
    for nth in range(beyond):
        at = start + timedelta(seconds=nth)
        await house.app.receive(house.channel, house.said("@品牌助手 帮助", "unit", "stranger", at=at))
    await house.app.settle()
    assert (await house.rows("SELECT count(*) FROM inbound_message WHERE screened = 'flood'")) == [(3,)]
    assert sum("未登记" in text for text in house.channel.texts("unit")) == 1
