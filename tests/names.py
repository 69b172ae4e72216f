"""Invented names of people, many of them awkward: what must never be kept where a post is asked for."""

import random
import re
from collections.abc import Iterator

from messages.reading import posts

SURNAMES = """
王 李 张 刘 陈 杨 赵 黄 周 吴 詹 阚 付 傅 高 文 安 干 纪 席 常 任 时 项 应 管 方 史 康 金 林 成 石 师 车 水 宗
段 司 班 区 支 经 部 党 组 宣 科 处 局 厂 校 院 主 书 委 总 理 长 政 厅
欧阳 司马 上官 诸葛 长孙 尉迟 司徒 司空 公孙 段干 第五
"""
GIVEN = """
建设 卫国 安全 文明 志强 保卫 保密 建党 爱党 向党 青年 建国 建军 教育 发展 创新 振兴 德育 文保 康复 文化 民政 建中 远大
学文 登科 海洋 爱卫 劳动 生产 改革 开放 建委 中书 建政 光明 团结 建队 援朝 跃进 红旗 修远 伟 学生 人才 国防 长青 长春
长江 长明 长征 长河 理想 理明 书文 书香 计划 计春 事成 任重 员外 委任 席珍 统战 统计 标准 资源 和平 公共 心理 研究 业务 党员
书记 主任 科长 经理 委员 班长 中心 党 文 明 长 书 理 任 科 支 记 员 兼 和
"""
WHOLE = """
买买提·艾力 艾力·吐尔逊 古丽·委员 阿不都·书记 扎西·资源 帕提古丽·党员 巴特尔·长江 Smith SmithJohn Müller Nguyễn McLeod
"""
"""Names of other shapes: with a dot, and in Latin letters."""
SIGNS = (
    "伟芳娜敏静强磊洋勇艳杰超文书党大中小总委政秘支主任记长组科处部办室局院员干事专正"
    "代兼和一三五第国民安全会计席团工青年机关纪检宣传统战联络业务"
)
HEADS = frozenset(" ".join((posts.HEADS, posts.LONG_HEADS)).split())
SPELLS_WORDS = re.compile(
    f"(?:{posts.FIRST})?{posts.WORD}*(?:{'|'.join(sorted((*HEADS, *posts.WEAK.split()), key=len, reverse=True))})?|"
    f"[{posts.PLACES}]党"
)
"""A name that is nothing but words of posts (段长, 宣传, 院党委): no list of words can tell it from them."""


def names(count: int, seed: int = 8) -> Iterator[str]:
    """Invented names, many of them awkward; none that spells words of posts from its first character to its last."""
    chance = random.Random(seed)
    while count:
        given = chance.choice(GIVEN.split()) if chance.random() < 0.5 else "".join(chance.sample(SIGNS, chance.randint(1, 2)))
        name = chance.choice(WHOLE.split()) if chance.random() < 0.03 else chance.choice(SURNAMES.split()) + given
        if not SPELLS_WORDS.fullmatch(name):
            count -= 1
            yield name
