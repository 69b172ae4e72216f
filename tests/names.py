"""Invented names of people, many of them awkward: what must never be kept where a post is asked for."""

import random
from collections.abc import Iterator

from messages.reading import posts

SURNAMES = """
王 李 张 刘 陈 杨 赵 黄 周 吴 詹 阚 付 傅 高 文 安 干 纪 席 常 任 时 项 应 管 方 史 康 金 林 成 石 师 车 水 宗 欧阳 司马
上官 诸葛 长孙 尉迟
"""
GIVEN = """
建设 卫国 安全 文明 志强 保卫 保密 建党 爱党 向党 青年 建国 建军 教育 发展 创新 振兴 德育 文保 康复 文化 民政 建中 远大
学文 登科 海洋 爱卫 劳动 生产 改革 开放 建委 中书 建政 光明 团结 建队 援朝 跃进 红旗 修远 伟
"""
SIGNS = (
    "伟芳娜敏静强磊洋勇艳杰超文书党大中小总委政秘支主任记长组科处部办室局院员干事专正"
    "代兼和一三五第国民安全会计席团工青年机关纪检宣传统战联络业务"
)
WORDS = frozenset(
    " ".join((posts.HEADS, posts.WEAK, posts.RANKS, posts.PARTY, posts.FUNCTIONS, posts.FIRST, posts.FIRST_HEADS)).split()
)


def names(count: int, seed: int = 8) -> Iterator[str]:
    """Invented names, many of them awkward; none whose given name is itself a word of the list (李书记, 王主任)."""
    chance = random.Random(seed)
    while count:
        given = chance.choice(GIVEN.split()) if chance.random() < 0.4 else "".join(chance.sample(SIGNS, chance.randint(1, 2)))
        name = chance.choice(SURNAMES.split()) + given
        if (given in GIVEN.split() or given not in WORDS) and name not in WORDS:
            count -= 1
            yield name
