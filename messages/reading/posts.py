"""The post in what was typed: made of nothing but the words listed here, so that no name can be a part of it."""

import re
from functools import lru_cache

from messages.reading.text import Text

HEADS = """
书记 支书 支委 委员 主任 主席 秘书长 秘书 干事 专干 联络员 协理员 组织员 指导员 教导员 辅导员 政委 会计 出纳 党务工作者
科长 处长 局长 厅长 司长 部长 院长 所长 站长 队长 组长 校长 馆长 园长 团长 庭长 股长 会长 社长 台长 行长 厂长 段长 班长
市长 县长 区长 镇长 乡长 村长 理事长 董事长 监事长 检察长 审判长 护士长 经理 总监 总编 总会计师 总审计师 总工程师
总经济师 总规划师 科员 主任科员 调研员 巡视员
"""
"""What a post ends with; each is a post by itself."""
WEAK = "负责人 成员 领导 干部 助理 专员 主管"
"""What a post ends with when another word of it stands before: 综合科负责人, 党组成员."""
RANKS = "副 专职 兼职 挂职 常务 第一 执行 名誉 轮值 驻村 分管 主管"
PARTY = """
机关党委 党委 机关纪委 纪委 党组 机关 直属机关 直属 总支 支部 支委会 党委会 工委 党小组 党办 党务 党员 团委 工会 妇联
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
"""What a department, a branch or a member of the committee is there for; none of them is a given name, alone or in part."""
NAMELIKE = """
建设 安全 保卫 保密 保健 保安 治安 公安 安保 安监 安置 文保 文化 文明 文艺 文体 文教 文旅 文物 文秘 康复 国库 国防 国土
国资 金融 管理 计生 卫生 林业 农业 水利 工业 商业 党建 党政 党群 史志 方志 路政 外事 司法 教育 发展 创新 民政 民族 宗教
新闻 环保 绿化 科技 德育 保教 双拥 爱卫 武装 海洋 妇幼 生态 高教 职教 信用 改革 体育 劳动 生产
"""
"""What may be somebody's name too: a part of the post only where it begins and before 科 with its 科长, 办 with its 主任 …: 建设科科长, not 建设科长."""
OWN = "科科长 科主任 处处长 处主任 股股长 部部长 部主任 部经理 室主任 办主任"
DEPARTMENT = "科处室部办股组队站所院庭馆局团会"
FIRST = """
党支部 党总支 党组织 团支部 总支部 党工委 党群工作部 党政办公室 支队 大队 中队 青年 保密 开放 科室 德育 保教 局 厅 院 乡
镇 县 市 区 省 校 馆 站 所 市委 县委 区委 省委
"""
"""What a name may run into (王建党|支部书记): a part of the post only where the post begins, or behind another word of it."""
FIRST_HEADS = "党支书 大队长 中队长 支队长 小队长 总队长 小组长 班组长 总经理 总干事"
"""Heads of that kind (李大|队长)."""
NUMBER = "[一二三四五六七八九十0-9]{1,3}"
LEAD = re.compile("^(?:(?:品牌)?(?:责任人|负责人|牵头人)|现|改|暂|拟|仍|请)*(?:由|为|是|交给)")
"""What may stand before the post, at the very beginning."""
BLANK = frozenset(" \n\t")


def _any(words: str) -> str:
    """One of the words, spelled backwards, the longest first."""
    return f"(?:{'|'.join(sorted((word[::-1] for word in words.split()), key=len, reverse=True))})"


@lru_cache(maxsize=8)
def _rule(known: tuple[str, ...]) -> re.Pattern[str]:
    """A post from its end to its beginning: names stand before posts, and a post's last word tells that it is one."""
    own = "|".join(f"{form[:0:-1]}副?{form[0]}" for form in OWN.split())
    word = f"(?:部支党?{NUMBER}第|{_any(RANKS + PARTY)}|[{DEPARTMENT}]?{_any(FUNCTIONS)})"
    edge = rf"(?=$|\W|任担|任兼|任?志同|{word})"
    more = f"(?:(?:{_any(FIRST)}|部支党?{NUMBER}){edge}|{word})"
    heads = "|".join([*(re.escape(post[::-1]) for post in known), _any(HEADS), f"{_any(WEAK)}(?={more})"])
    post = f"(?:(?:{own}){_any(NAMELIKE)}{edge}|{_any(FIRST_HEADS)}{edge}|(?<![会期])(?:{heads})){more}*"
    return re.compile(rf"(?:\)(?:{word}+\()?)?{post}(?:(?:[、,/和及]|任?兼[(]?|\(){post})*")


def recognised(typed: str, known: tuple[str, ...] = ()) -> str | None:
    """The post as typed, without whatever is no word of a post (a name before, behind or between); None where there is none.

    `known` are the plan's own posts, accepted as they are. Where a name and a word may run into each other the word is lost.
    """
    text = Text.of(typed)
    places = [place for place, sign in enumerate(text.norm) if sign not in BLANK]
    norm = "".join(text.norm[place] for place in places)
    lead = LEAD.match(norm)
    places = places[lead.end() if lead else 0 :]
    backwards = norm[lead.end() if lead else 0 :][::-1]
    found = max(_rule(_spelled(known)).finditer(backwards), key=lambda match: match.end() - match.start(), default=None)
    if found is None:
        return None
    start, end = len(places) - found.end(), len(places) - found.start()
    if (spelled := found[0][::-1]).count("(") != spelled.count(")"):  # 张三(组织委员), 科长(干事某)
        end = start + len(re.split("[()]", spelled)[0])
    return text[places[start] : places[end - 1] + 1].raw


def _spelled(known: tuple[str, ...]) -> tuple[str, ...]:
    """The plan's own posts as the rule compares them, the longest first."""
    return tuple(sorted(("".join(Text.of(post).norm.split()) for post in known if post.strip()), key=len, reverse=True))
