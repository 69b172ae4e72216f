"""Command words that were typed with wrong characters: of the same sound, or of a like shape."""

from collections.abc import Iterator
from functools import lru_cache

from messages.reading.names import sounds

COMMANDS = (
    "进度", "待办", "申报", "撤回", "更正", "延期", "帮助", "周报", "台账", "规划", "绑定", "通过", "退回", "记录", "提醒", "汇报",
    "报送", "进展", "简报", "受阻", "附件", "交接", "暂停", "投票", "测评", "未报", "上报", "评定", "减负", "送达",
)  # fmt: skip
"""Words that begin a command; typed with the wrong characters of the same sound they are still understood."""
REAL_WORDS = frozenset({"禁毒", "回报", "会报", "保送", "同国", "惠报"})
"""Words that sound like a command and are not one."""
SHAPES = {
    "撒回": "撤回", "徹回": "撤回", "彻回": "撤回", "撒销": "撤销", "撤消": "撤销", "中报": "申报", "申抱": "申报", "汇抱": "汇报",
    "迸度": "进度", "迸展": "进展", "更证": "更正",
}  # fmt: skip
"""Slips by shape, which no sound gives away."""


@lru_cache(maxsize=1)
def _heard() -> dict[str, str]:
    return {sounds(word): word for word in COMMANDS}


def corrections(start: str) -> Iterator[tuple[str, str]]:
    """(typed, meant) of equal length, for the beginning of a message; the likeliest first.

    >>> list(corrections("撒回上一条"))
    [('撒回', '撤回')]
    """
    for place in range(min(len(start) - 1, 4)):
        typed = start[place : place + 2]
        meant = (SHAPES.get(typed) if place == 0 else None) or _heard().get(sounds(typed))
        if meant and meant != typed and typed not in REAL_WORDS:
            yield typed, meant
