"""Filters: dates, shares and ordinals as official Chinese writes them."""

from datetime import date

import pytest

from messages.writing import filters


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (filters.full("2026-11-20"), "2026年11月20日（星期五）"),
        (filters.day(date(2026, 1, 5)), "2026年1月5日"),
        (filters.md("2026-11-20"), "11月20日"),
        (filters.md_weekday("2026-12-10"), "12月10日（星期四）"),
        (filters.md_weekday("2026-12-13T00:00:00+08:00"), "12月13日（星期日）"),
        (filters.clock("2026-11-23T10:05:00+08:00"), "10:05"),
        (filters.span("2026-11-16", "2026-11-20"), "2026年11月16日至20日"),
        (filters.span("2026-11-30", "2026-12-04"), "2026年11月30日至12月4日"),
        (filters.span("2026-12-28", "2027-01-01"), "2026年12月28日至2027年1月1日"),
        (filters.span("2026-12-28", "2026-12-28"), "2026年12月28日"),
        (filters.percent(17, 22), "77.3%"),
        (filters.percent(77.27), "77.3%"),
        (filters.percent(22, 22), "100%"),
        (filters.percent(2999, 3000), "99.9%"),
        (filters.percent(0, 22), "0%"),
        (filters.percent(0, 0), "—"),
        (filters.cn(1), "一"),
        (filters.cn(10), "十"),
        (filters.cn(12), "十二"),
        (filters.cn(20), "二十"),
        (filters.cn(35), "三十五"),
        (filters.cn(120), "120"),
    ],
)
def test_values_are_written_as_officials_write_them(said: str, shown: str) -> None:
    assert said == shown
