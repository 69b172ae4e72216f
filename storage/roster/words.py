"""The words of a roster file: its columns, the kinds of organisation, and the states of brands."""

import re
from dataclasses import dataclass

COMMITTEE = frozenset({"0", "00", "000", "工委"})
"""What stands in the parent column of an organisation directly under the committee."""

COLUMNS: dict[str, tuple[str, frozenset[str], bool]] = {
    # field: title as exported, other titles that are understood, required
    "code": ("id", frozenset({"编号", "代码", "组织编号", "序号"}), True),
    "short_name": ("规范简称", frozenset({"简称", "组织名称", "党组织名称", "名称"}), True),
    "full_name": ("全称", frozenset({"组织全称", "党组织全称"}), False),
    "kind": ("组织类型", frozenset({"类型", "类别"}), True),
    "parent": ("上级id", frozenset({"上级", "上级编号", "上级组织"}), True),
    "member_count": ("党员数", frozenset({"党员人数", "党员总数"}), True),
    "brand": ("品牌名称", frozenset({"品牌"}), False),
    "brand_type": ("品牌类型", frozenset(), False),
    "state": ("申报状态", frozenset({"状态"}), False),
    "submitted_on": ("申报日期", frozenset({"报送日期"}), False),
    "decided_on": ("审核日期", frozenset({"通过日期", "审核通过日期"}), False),
    "return_due": ("完善期限", frozenset({"退回期限", "重新报送期限"}), False),
    "ended_on": ("撤销日期", frozenset(), False),
    "aliases": ("别名", frozenset({"其他称呼", "俗称"}), False),
}

KINDS = {
    "党委": "party_committee", "机关党委": "party_committee",
    "党总支": "general_branch", "总支": "general_branch", "机关党总支": "general_branch",
    "党支部": "branch", "支部": "branch", "机关党支部": "branch",
    "联合党支部": "joint_branch", "联合支部": "joint_branch",
}  # fmt: skip
KIND_NAMES = {"party_committee": "党委", "general_branch": "党总支", "branch": "党支部", "joint_branch": "联合党支部"}

STATES = {
    "未申报": "", "草稿": "draft", "待审": "submitted", "待审核": "submitted", "退回": "returned", "退回完善": "returned",
    "通过": "approved", "审核通过": "approved", "成型": "matured", "示范": "exemplar", "典型": "exemplar",
}  # fmt: skip
STATE_NAMES = {
    "": "未申报", "draft": "草稿", "submitted": "待审", "returned": "退回", "approved": "通过", "matured": "成型",
    "exemplar": "示范",
}  # fmt: skip
SEPARATELY = re.compile(r"^单独申报(?:[·・•.\-—/](.+))?$")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the state column says: where the brand is counted, its state ("": none yet), may it declare separately."""

    standing: str  # direct, separate, branch
    state: str
    separate: bool | None = None  # permitted, refused for good (不单独申报), never asked

    def label(self) -> str:
        """The state as a roster file has it."""
        if self.standing == "branch":
            return "支部品牌" if self.state else {None: "未申报", False: "不单独申报", True: "单独申报·未申报"}[self.separate]
        name = STATE_NAMES[self.state]
        return name if self.standing == "direct" else f"单独申报·{name}"


def standing(label: str, *, direct: bool) -> Standing | None:
    """Read a state label; None when it is not one, or not one for this level."""
    label = label.strip()
    if direct:
        state = STATES.get(label or "未申报")
        return None if state is None else Standing("direct", state)
    if label in {"", "未申报"}:
        return Standing("branch", "")
    if label == "支部品牌":
        return Standing("branch", "approved")
    if label == "不单独申报":
        return Standing("branch", "", separate=False)
    match = SEPARATELY.match(label)
    state = STATES.get((match[1] or "未申报").strip()) if match else None
    return None if state is None else Standing("separate", state, separate=True)


DIRECT_LABELS = ("未申报", "待审", "退回", "通过", "成型", "示范")
SUBORDINATE_LABELS = ("支部品牌", "不单独申报", *(f"单独申报·{name}" for name in DIRECT_LABELS))
