"""The post in what was typed: every word of it is a word of posts, so that no name can be a part of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from messages.reading.text import Text

HEADS = """
书记 支书 支委 委员 主任 主席 秘书长 秘书 干事 专干 联络员 协理员 组织员 指导员 教导员 辅导员 政委 会计 出纳 党务工作者
科长 处长 局长 厅长 司长 部长 院长 所长 站长 队长 组长 校长 馆长 园长 团长 庭长 股长 会长 社长 台长 行长 厂长 段长 班长
市长 县长 区长 镇长 乡长 村长 理事长 董事长 监事长 检察长 审判长 护士长 经理 总监 总编 总会计师 总审计师 总工程师
总经济师 总规划师 科员 调研员 巡视员
"""
"""What a post ends with; each is a post by itself."""
WEAK = "负责人 成员 领导 干部 助理 专员 主管"
"""What a post ends with when another word of it stands before: 综合科负责人, 党组成员."""
RANKS = "副 专职 兼职 挂职 常务 第一 执行 名誉 轮值 驻村 分管 主管 一级 二级 三级 四级"
PARTY = """
党委 纪委 党组 机关 直属 总支 支部 支委会 党委会 工委 党小组 党办 党务 党员 团委 工会 妇联
人大 政协 政府 办公室 委员会 班子 中心 医院 学校 学院
"""
FUNCTIONS = """
综合 人事 组织 宣传 纪检 监察 统战 群团 群工 财务 行政 业务 政工 政治 秘书 机要 档案 信访 后勤 总务 审计 督查 督导 法规
法务 政策 调研 研究 规划 预算 决算 采购 招标 征收 税政 稽查 统计 投资 项目 产业 经贸 物价 粮食 储备 工作 事务 公共 干部
监督 基层 治理 人才 选任 任免 调配 离退休 退休 代表 联络 提案 议案 案件 审理 执法 信息 宣教 网信 舆情 媒体 机构 编制
教务 教导 教学 教研 教科 教师 学工 学生 招生 就业 年级 护理 医务 医政 门诊 急诊 急救 院前 院感 药剂 检验 影像 内科 外科
儿科 产科 产房 传染病 防制 疾控 免疫 心理 预防 舞台 演出 场馆 运营 服务 流通 借阅 读者 展览 陈列 活动 推广 群体 竞赛
训练 票务 调度 运输 养护 维修 设备 物资 仓储 营销 销售 客服 热线 窗口 审批 政务 电商 招商 市场 监管 质量 计量 标准 食品
药品 测绘 不动产 登记 耕地 矿产 监测 环境 资源 节能 市政 燃气 环卫 立案 审判 刑事 民事 户政 社会 社区 救助 福利 养老
殡葬 优抚 经办 医保 基金 仲裁 技能 工资 培训 考试 考核 科研 技术 实验 工程 基建 住校 教工 舞团 旅游 农技 畜牧 渔政 种植
防汛 消防 应急 值班 指挥 资产 资金 核算 支付 绩效 评审 编辑 播出 外联 企业 体制 表彰 评估
"""
"""What a department, a branch or a member of the committee is there for. Some are given names too (李学生)."""
NAMELIKE = """
建设 安全 保卫 保密 保健 保安 治安 公安 安保 安监 安置 文保 文化 文明 文艺 文体 文教 文旅 文物 文秘 康复 国库 国防 国土
国资 金融 管理 计生 卫生 林业 农业 水利 工业 商业 党建 党政 党群 史志 方志 路政 外事 司法 教育 发展 创新 民政 民族 宗教
新闻 环保 绿化 科技 德育 保教 双拥 爱卫 武装 海洋 妇幼 生态 高教 职教 信用 改革 体育 劳动 生产
"""
"""What is often somebody's name: a part of the post only as a department (建设科科长, not 建设科长)."""
DEPARTMENT = "科处室部办股组队站所院庭馆局团会"
MORE = """
党支部 党总支 党组织 团支部 总支部 党工委 党群工作部 党政办公室 支队 大队 中队 青年 保密 开放 科室 德育 保教 市委 县委 区委
省委
"""
"""Words that a name may run into (王建党|支部书记)."""
PLACES = "局厅院乡镇县市省校馆站所厂"
"""One character for the place, before a party organisation or a department of it: 局党组成员, 院办公室主任."""
FIXED = "组织委员 宣传委员 纪检委员"
"""Posts of every branch's committee: kept in whole behind a name, too (詹伟组织委员)."""
LONG_HEADS = "党支书 大队长 中队长 支队长 小队长 总队长 小组长 班组长 总经理 总干事 主任科员"
"""Heads that a name may run into (李大|队长)."""
OF_A_PLAN = "首席 品牌 高级 特约 总 网格 片区 楼栋 阵地 平台 项目 小组 专班 工作室 车间 班组 街道 社区"
"""What a post of the plan's own may be made of, beside the words above."""
ENDS_OF_A_PLAN = "联系人 召集人 牵头人 责任人 代表 顾问 导师 网格员"
"""What it may end with, beside the heads above."""
NUMBER = "[一二三四五六七八九十0-9]{1,3}"
LEAD = re.compile("(?:(?:(?:品牌)?(?:责任人|负责人|牵头人)|现|改|暂|拟|仍|请)*(?:由|为|是|交给))*(?:我们?|咱们?|本|该)?")
"""What may stand before the post, at the beginning of a part."""
TRAIL = re.compile("(?:来?(?:负责|担任|牵头|兼任)|本人|[吧呢了])+$")
"""What may stand behind it."""
APART = re.compile(r"(?:[\n,、/;:()。!?-]|同志任?|担任|现任|的)+")
"""What sets a name off from a post, beside blanks."""
JOINS = frozenset("、,/() ")
"""What may stand between two posts that are kept together: 组织委员、宣传委员; 科长（兼干事）."""
LONGEST = 30  # characters of a part


def _any(*words: str) -> str:
    """One of the words, the longest first."""
    return f"(?:{'|'.join(sorted(' '.join(words).split(), key=len, reverse=True))})"


_PARTY = f"第?{NUMBER}党?总?支部|{_any(PARTY, MORE)}"
WORD = f"(?:{_PARTY}|{_any(FUNCTIONS)}[{DEPARTMENT}]?|{_any(NAMELIKE)}[科处股部室办组队站]|{_any(RANKS)})"
FIRST = f"[{PLACES}](?:{_PARTY}|{_any(FUNCTIONS, NAMELIKE)}[科处股部室办])"
BARE = "(?:机关(?:党委|纪委|党总支|党支部))?(?:专职|兼职|挂职|第一)?副?"
"""What is kept before the head where a name may stand before it; none of it is a given name."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """The shapes of what is kept.

    `whole`: posts, every word of them known; `piece`: what blanks set off in one; `aside`: what may follow one;
    `end`: a bare post behind unknown words.
    """

    whole: re.Pattern[str]
    piece: re.Pattern[str]
    aside: re.Pattern[str]
    end: re.Pattern[str]


@lru_cache(maxsize=8)
def _rule(known: tuple[str, ...]) -> _Rule:
    spelled = sorted((_spelled(post) for post in known if may_be_added(post)), key=len, reverse=True)
    own = "".join(f"{re.escape(post)}|" for post in spelled)
    more = f"(?:{WORD}|{_any(HEADS)})"
    post = f"(?:(?:{FIRST})?{WORD}*(?:{own}{_any(HEADS, LONG_HEADS)})|(?:{FIRST}|{more}){more}*{_any(WEAK)})"
    whole = f"{post}(?:(?:兼任?|[和及]){post})*"
    shapes = (whole, f"{whole}|(?:{FIRST})?{WORD}+", f"兼任?{whole}|分管{WORD}+", f"(?:{own}{BARE}{_any(HEADS, FIXED)})$")
    return _Rule(*map(re.compile, shapes))


@lru_cache(maxsize=1)
def _addable() -> re.Pattern[str]:
    word = f"(?:{FIRST}|{WORD}|{_any(OF_A_PLAN, NAMELIKE, HEADS)}|[一-鿿]{{2,6}}[{DEPARTMENT}])"
    return re.compile(f"{word}*{_any(HEADS, LONG_HEADS)}|{word}+{_any(WEAK, ENDS_OF_A_PLAN)}")


def may_be_added(post: str) -> bool:
    """A plan may add this post: it ends as posts do, and before that stand words of posts or a department (饲料科科长)."""
    spelled = _spelled(post)
    return len(spelled) <= LONGEST and _addable().fullmatch(spelled) is not None


def recognised(typed: str, known: tuple[str, ...] = ()) -> str | None:
    """The post as typed; None where there is none, and where something that is no word of a post follows it at once (段长青).

    A name is left out where a blank, a sign or 同志 sets it off: 王伟（组织委员）. What runs into the beginning of a post leaves
    the bare post: 李学生书记 → 书记. `known` are the plan's own posts.
    """
    text, rule = Text.of(typed), _rule(known)
    kept: list[tuple[int, int]] = []
    bare: list[tuple[int, int]] = []
    for start, end in _parts(text.norm):
        pieces = list(_pieces(text.norm, start, end))
        joins = bool(kept) and JOINS.issuperset(text.norm[kept[-1][1] : start])
        if _explained(text.norm[start:end], pieces, rule):
            kept.append((kept.pop()[0] if joins else start, end))
        elif joins and rule.aside.fullmatch(text.norm, start, end):
            kept.append((kept.pop()[0], end))
        else:
            for first, last, firm in pieces:
                if firm and rule.whole.fullmatch(text.norm, first, last):
                    kept.append((kept.pop()[0] if joins and first == start else first, last))
                elif found := rule.end.search(text.norm[first:last]):
                    bare.append((first + found.start(), last))
    spans = [(start, _closed(text.norm, start, end)) for start, end in kept] or bare
    return max((text[start:end].raw for start, end in spans), key=len, default=None)


def _parts(norm: str) -> Iterator[tuple[int, int]]:
    """What signs set off, without what is said around a post."""
    start = 0
    for end, after in [*(sign.span() for sign in APART.finditer(norm)), (len(norm), len(norm))]:
        part = norm[start:end]
        first = start + len(part) - len(part.lstrip())
        if lead := LEAD.match(norm, first, end):
            first = lead.end()
        last = first + len(norm[first:end].rstrip())
        if trail := TRAIL.search(norm[first:last]):
            last = first + trail.start()
        if first < last:
            yield first, last
        start = after


def _pieces(norm: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """What blanks set off in a part, and whether it may be read as a whole: one character beside it belongs to it (段 长青, 段长 青)."""
    pieces = [(start + piece.start(), start + piece.end()) for piece in re.finditer(r"\S+", norm[start:end])]
    single = [last - first == 1 for first, last in pieces]
    if single[-2:] == [False, True]:
        pieces = pieces[:-2]
    for nth, (first, last) in enumerate(pieces):
        if not single[nth]:
            yield first, last, last - first <= LONGEST and not (nth and single[nth - 1])


def _explained(part: str, pieces: list[tuple[int, int, bool]], rule: _Rule) -> bool:
    """Nothing but posts stands in the part, and no blank in the middle of a word."""
    words = part.split()
    firm = len(words) == sum(firm for *_, firm in pieces)
    return firm and all(map(rule.piece.fullmatch, words)) and rule.whole.fullmatch("".join(words)) is not None


def _closed(norm: str, start: int, end: int) -> int:
    """Where the posts end, with the bracket that closes the last; an open one and what it holds is left out."""
    opened = norm.count("(", start, end) - norm.count(")", start, end)
    if opened == 1 and norm[end : end + 1] == ")":
        return end + 1
    return end if opened == 0 else start + len(re.split("[()]", norm[start:end])[0])


def _spelled(post: str) -> str:
    """A post as the rule compares it."""
    return "".join(Text.of(post).norm.split())
