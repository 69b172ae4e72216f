"""A made-up city of any size, always the same for a size, with its counts known without asking the program."""

import random
from dataclasses import dataclass, field

HEADER = "id,规范简称,组织类型,上级id(00=工委),党员数,品牌名称,品牌类型,申报状态,别名"
DIRECT = {"未申报": 20, "待审": 10, "退回": 8, "通过": 40, "成型": 12, "示范": 5}
BELOW = {"": 10, "支部品牌": 40, "单独申报·通过": 8, "单独申报·待审": 6, "单独申报·未申报": 4, "不单独申报": 20}


@dataclass(slots=True)
class City:
    """The roster as CSV text, and what is true of it, counted while it was made up."""

    csv: str
    codes: list[str] = field(default_factory=list)
    direct: int = 0
    states: dict[str, int] = field(default_factory=dict)

    @property
    def declared(self) -> int:
        """Direct organisations that have declared."""
        return sum(self.states.get(name, 0) for name in ("待审", "退回", "通过", "成型", "示范"))

    @property
    def approved(self) -> int:
        """… whose brand is approved, matured and exemplary ones included."""
        return sum(self.states.get(name, 0) for name in ("通过", "成型", "示范"))

    @property
    def separate(self) -> int:
        """Subordinates that declared on their own."""
        return self.states.get("单独申报·通过", 0) + self.states.get("单独申报·待审", 0)


def city(size: int, *, seed: int = 1) -> City:
    """A city of so many organisations: about a third directly under the committee, the others on two levels below."""
    chance = random.Random(f"{seed}/{size}")
    made = City("")
    lines = [HEADER]
    parents: list[str] = []
    for number in range(1, size + 1):
        code = f"C{number:06}"
        direct = number == 1 or chance.random() < 0.35
        parent = "00" if direct else chance.choice(parents)
        odds = DIRECT if direct else BELOW
        state = chance.choices(list(odds), weights=list(odds.values()))[0]
        brand = "" if state in {"", "未申报", "不单独申报", "单独申报·未申报"} else f"号{number}品牌"
        members, kind = chance.choice([(12, "党支部"), (60, "党总支"), (130, "党委")])
        name = f"第{number}单位{kind}"
        lines.append(f"{code},{name},{kind},{parent},{members},{brand},,{state},{number}号")
        made.codes.append(code)
        made.direct += direct
        made.states[state] = made.states.get(state, 0) + 1
        if direct or chance.random() < 0.05:
            parents.append(code)
    made.csv = "\n".join(lines) + "\n"
    return made
