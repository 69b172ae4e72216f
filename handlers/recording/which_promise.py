"""Which open promises a report names: 设计标识 is named by 标识已定稿, not by 标识还没定."""

import re
from collections.abc import Iterable

from storage.commitments import Promise

SAME = (("logo", "标识"), ("徽标", "标识"), ("徽章", "标识"), ("标志", "标识"), ("商标", "标识"))
GENERAL = (
    "完成", "开展", "召开", "推进", "组织", "进行", "制定", "制作", "修订", "修改", "完善", "定稿",
    "定版", "落实", "启动", "印发", "举办", "举行", "实施", "设计", "撰写", "起草", "编写", "编制",
    "整理", "上报", "报送", "提交", "准备", "安排", "建设", "打造", "建立", "形成", "拿出", "争取",
    "力争", "计划", "预计", "工作", "任务", "全部", "初步", "相关", "有关", "我们", "本单位", "下一步",
    "下步", "品牌", "创建", "一个", "一次", "一场", "拍摄", "录制", "申请", "开发", "布置", "更新",
    "梳理", "汇总", "征集",
)  # fmt: skip
NOT_YET = re.compile(
    r"(?:还没|还未|尚未|没有|未能|未完|没完|没能|推迟|延后|延期|正在|着手|准备|打算|计划|将要|拟|下一?步|接下来|争取|力争|预计|后续)[^，。；！？\n]{0,12}$"
)
NOT_AFTER = re.compile(r"^[^，。；！？\n]{0,8}?(?:还没|还未|尚未|没有|未能|未完|没完|没能|推迟|延后|延期|还在|正在|仍在)")
BREAKS = re.compile(r"[\s的了和与及并、，。；：“”\"'（）()《》]+")


def named(promises: Iterable[Promise], told: str) -> list[Promise]:
    """The promises whose object the text says was done, in their order."""
    plain = _plain(told)
    return [promise for promise in promises if any(_done(core, plain) for core in cores(promise.object))]


def cores(promised: str) -> list[str]:
    """What is left of a promise without the words that fit any promise; the whole of it if nothing is."""
    plain = _plain(promised)
    rest = plain
    for word in sorted(GENERAL, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return [word for word in BREAKS.split(rest) if len(word) >= 2] or [_without_verb(BREAKS.sub("", plain))]


def _without_verb(plain: str) -> str:
    verb = next((word for word in GENERAL if plain.startswith(word) and len(plain) - len(word) >= 2), "")
    return plain[len(verb) :]


def _plain(text: str) -> str:
    plain = text.lower()
    for one, other in SAME:
        plain = plain.replace(one, other)
    return plain


def _done(core: str, told: str) -> bool:
    """The core stands in the text at least once without a word around it that says not yet."""
    if not core:
        return False
    for found in re.finditer(re.escape(core), told):
        if not NOT_YET.search(told[: found.start()]) and not NOT_AFTER.search(told[found.end() :]):
            return True
    return False
