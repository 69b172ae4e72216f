"""Which milestones a text names as done: 优化培育已完成 does, 正在优化培育 does not."""

import re

from storage.plans import MilestoneFacts, PlanFacts

CLAUSE = re.compile(r"[，,。；;！!？?\n]+")
DONE = re.compile(r"完成|已经?|结束|做完|到位|收官|告一段落|了$")
NOT_DONE = re.compile(
    r"未|没|尚|下一?步|接下来|后续|即将|将要|准备|计划|打算|争取|力争|预计|正在|着手|推进中|进行中|基本|接近|阶段性|%|百分之"
)


def done(plan: PlanFacts, text: str) -> list[MilestoneFacts]:
    """The milestones that some clause of the text names as done, in the order of the plan."""
    clauses = [clause.strip() for clause in CLAUSE.split(text)]
    finished = [clause for clause in clauses if DONE.search(clause) and not NOT_DONE.search(clause)]
    return [milestone for milestone in plan.milestones if any(milestone.name in clause for clause in finished)]
