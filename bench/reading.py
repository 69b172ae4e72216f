"""How long reading takes: per message at 150, 1,500 and 100,000 organisations, and to build the index."""

import json
import random
import statistics
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from messages.reading import read
from messages.reading.directory import Directory, OrgName
from messages.reading.scene import Member, Scene
from storage.calendar import Calendar

SIZES = (150, 1_500, 100_000)
MESSAGES = Path(__file__).parents[1] / "tests" / "data" / "messages_dev.jsonl"
PLACES = "东西南北中上下前后新旧大小长安平和兴隆福永康宁清源泉山水林田江河湖海天地日月星云龙凤金银石玉春夏秋冬"
WORK = (
    "民政",
    "财政",
    "教育",
    "水利",
    "农业农村",
    "卫生健康",
    "文化旅游",
    "应急管理",
    "审计",
    "统计",
    "市场监管",
    "住房建设",
    "交通运输",
    "自然资源",
)
KINDS = ("局机关党委", "局党总支", "局党支部", "中心党支部", "大队党支部", "站党支部", "医院党总支", "中学党支部")


def town(size: int, seed: int = 7) -> list[OrgName]:
    """Organisations with names as a province would have them; every tenth one stands below another."""
    chance = random.Random(seed)
    names = []
    for number in range(size):
        place = "".join(chance.choices(PLACES, k=2)) + chance.choice("市县区")
        short = f"{place}{chance.choice(WORK)}{chance.choice(KINDS)}"
        parent = f"{chance.randrange(number):06d}" if number and number % 10 == 0 else None
        names.append(OrgName(f"{number:06d}", short, aliases=(short[:2] + short[3:7],), parent=parent))
    return names


def texts(names: list[OrgName], count: int, seed: int = 11) -> list[str]:
    """The development messages, a third of them with an organisation of this town written in, full or short."""
    chance = random.Random(seed)
    said = [json.loads(line)["text"] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    result = []
    for _ in range(count):
        text = chance.choice(said)
        if chance.random() < 1 / 3:
            name = chance.choice(names)
            text = f"@品牌助手 {chance.choice([name.short, name.short[:-4], *name.aliases])}进度"
        result.append(text)
    return result


def measure(size: int, count: int) -> tuple[float, float, float]:
    """Seconds to build the index; median and 99th percentile in milliseconds a message."""
    names = town(size)
    started = time.perf_counter()
    directory = Directory(names)
    now = datetime(2026, 11, 23, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    scene = Scene(now, "all", True, directory, Calendar(), members=(Member("secretary", names[10].code),))
    read("长安县眠政局进度", scene)  # a homophone: the parts of the index that are built on first use are counted too
    built = time.perf_counter() - started
    said = texts(names, count)
    for text in said[:50]:
        read(text, scene)
    spent = []
    for text in said:
        started = time.perf_counter()
        read(text, scene)
        spent.append((time.perf_counter() - started) * 1000)
    spent.sort()
    return built, statistics.median(spent), spent[int(len(spent) * 0.99)]


def main(*_options: str) -> None:
    """Print the table."""
    read("热身", Scene(datetime.now(ZoneInfo("Asia/Shanghai")), "all", True, Directory(()), Calendar()))
    print("reading  organisations  index s  median ms  p99 ms")
    for size in SIZES:
        built, median, p99 = measure(size, 2_000 if size < 100_000 else 1_000)
        print(f"         {size:>13,}  {built:7.2f}  {median:9.3f}  {p99:6.2f}")
