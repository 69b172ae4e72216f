"""Six hundred invented names, typed wherever a post is asked for: none of them is kept, shown or logged."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlmodel import SQLModel

from storage import plan_file
from storage.database.engine import sessions
from storage.database.inserting import table_of
from storage.roster.export import as_csv, rows
from storage.tables import Brand, BrandEvent, BrandMilestone, Draft
from tests.bot.house import House
from tests.names import names

KEPT_AS_SAID = {("inbound_message", "text"), ("inbound_message", "reply_text"), ("progress_report", "content")}
"""Where words stay as they were typed (masked, and in the inbox for 30 days): README says so."""
LAYOUTS = (
    "{}", "{}副书记", "组织委员{}", "{}（组织委员）", "{}同志", "由{}负责", "{}，机关党委书记", "组织委员、{}",
    "{}担任组织委员", "{} 组织委员", "组织委员 {}", "组织委员：{}", "机关党委副书记{}同志", "{}书记、主任", "{}干事",
)  # fmt: skip
SAID = (
    ("申报 名称：履职有声 类型：组织文化 责任人：{} 内涵：委员联系群众",),
    ("申报\n品牌名称：履职有声\n类型：组织文化\n内涵：委员联系群众\n品牌责任人：{}",),
    ("申报 名称：履职有声；类型：组织文化；负责人是{}；内涵：委员联系群众",),
    ("申报 名称：履职有声 类型：组织文化", "{}", "取消"),
    ("申报 名称：履职有声 类型：组织文化", "责任人：{}", "取消"),
    ("责任人：{}",),
    ("责任人改为{}",),
)


TEMPLATES = "".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "messages" / "templates").rglob("*.j2"))


async def everything(house: House) -> str:
    """All that is stored, but for the words as they were said."""
    told: list[str] = []
    for table in SQLModel.metadata.sorted_tables:
        kept = [column for column in table.columns if (table.name, column.name) not in KEPT_AS_SAID]
        async with house.engine.connect() as connection:
            told += [str(tuple(row)) for row in await connection.execute(select(*kept))]
    return "\n".join(told)


async def exported(house: House) -> str:
    """What the files hold that can be taken out: the roster and the plan."""
    async with sessions(house.engine)() as session:
        return as_csv(await rows(session)).decode() + str(await plan_file.export(session))


async def undeclared(house: House) -> None:
    """Nobody has declared, and nothing is asked: otherwise an answer would be a report, whose words stay as they were said."""
    async with house.engine.begin() as connection:
        for model in (BrandMilestone, BrandEvent, Brand, Draft):
            await connection.execute(delete(table_of(model)))


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_name_typed_where_a_post_belongs_is_nowhere(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "handlers")
    plain = TEMPLATES + "".join(LAYOUTS) + str(SAID) + await everything(house) + await exported(house)
    typed = list(dict.fromkeys(name for name in names(1000) if name not in plain))[:600]
    assert len(typed) == 600
    for nth, name in enumerate(typed):
        owner = LAYOUTS[nth % len(LAYOUTS)].format(name)
        await undeclared(house)
        for words in SAID[nth // len(LAYOUTS) % len(SAID)]:
            house.clock.set(house.clock.now() + timedelta(seconds=5))
            await house.say(f"@品牌助手 {words.format(owner)}", "unit", "secretary")
        brand = str(await house.rows("SELECT * FROM brand")) + str(await house.rows("SELECT * FROM brandevent"))
        assert name not in brand + str(await house.rows("SELECT fields FROM draft")) + await exported(house)
    stored = await everything(house)
    said = "\n".join(text for chat in ("unit", "committee") for text in house.channel.texts(chat))
    assert "责任人只登记岗位" in said, "the post was asked for"
    assert "已提交申报" in said, "and was declared where one was told"
    assert [name for name in typed if name in stored] == []
    assert [name for name in typed if name in said or name in caplog.text] == []
