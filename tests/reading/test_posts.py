"""A post is recognised by its words alone, and a person's name is never a part of it."""

import random

import pytest

from messages.reading.characters import simplify
from messages.reading.posts import WEAK, may_be_added, recognised
from tests.names import HEADS, names
from tests.reading.corpus import corpus, traditional
from tests.reading.test_blind import BATCHES, batch

POSTS = """
书记 副书记 第一书记 支书 委员 组织委员 宣传委员 纪检委员 青年委员 统战委员 群团委员 工会主席 主任 副主任 科长 副科长
处长 站长 院长 园长 政委 教导员 干事 联络员 会计 秘书长 专职副书记 党支部书记 支部副书记 党总支书记 总支副书记
支部组织委员 总支宣传委员 机关党委书记 机关党委副书记 机关党委专职副书记 机关纪委书记 局机关党委书记 厅机关党委书记
乡党委副书记 乡人大主席 学院党总支书记 中心党支部书记、主任 第一支部书记 第3党支部书记 三支部书记 机关党支部副书记
护理支部书记 教工支部书记 党办主任 党建办主任 应急办主任 政工办主任 办公室主任 办公室副主任 局办公室主任 院办公室主任
人事科科长 综合科长 综合处处长 规划处副处长 干部教育科科长 政治部主任 政治部党建科科长 组织部办公室主任 保卫科副科长
建设科科长 文保科科长 国库股股长 康复科主任 护理部主任 产房护士长 心理门诊护士长 年级组长 德育主任 保教主任 业务副院长
代表联络工委副主任 场馆运营部经理 开放服务部主任 院前急救科科长 传染病防制科科长 支队政工室主任 立案庭庭长 测绘院院长
推广站站长 副总经理 经办科党小组组长 党委组织部部长 总审计师 分管副部长 综合科负责人 局党组成员、副局长
机关党委专职副书记兼办公室主任 组织委员、宣传委员 机关党委副书记兼干部监督室主任 秘书科科长（兼机关党委委员）
办公室主任（分管党务） 校党支部书记 四级主任科员 二级调研员 機關黨委書記 機關黨委專職副書記
"""
"""As people gave them, in labelled messages of several cities."""
LAYOUTS = """
{name} {name}同志 {name}（{post}） {name}({post}) {post}（{name}） {post}：{name} {post}_{name} {name}_{post} {name}，{post}
{name}、{post} {name}同志任{post} {name}同志{post} 由{name}担任{post} 责任人：{name}（{post}） 责任人是{name}
{spaced}（{post}）
"""
"""An underline stands for a blank."""
GLUED_BEFORE = "{name}{post} {spaced}{post} {spaced}_{post} {name}{post}、{other}{second} 责任人：{name}{post}"
"""A name that runs into the beginning of a post."""
GLUED_BEHIND = "{post}{name} 由{post}{name}同志负责 {post}{name}、{second}{other} 责任人：{post}{name}"
"""A name that runs into the end of a post: which of it is the post is asked."""


@pytest.mark.parametrize("post", POSTS.split())
def test_a_post_is_kept_as_it_was_typed(post: str) -> None:
    assert recognised(post) == post


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王建设科长", "科长"),
        ("建设科长", "科长"),
        ("詹伟副书记", "副书记"),
        ("欧阳修远副书记", "副书记"),
        ("张三(组织委员)", "组织委员"),
        ("张三（組織委員）", "組織委員"),
        ("组织委员（张三）", "组织委员"),
        ("李文书记", "书记"),
        ("高书记", "书记"),
        ("李秘书记", "书记"),
        ("李政委员", "委员"),
        ("王建党支部书记", "书记"),
        ("李大队长", "队长"),
        ("王青年委员", "委员"),
        ("张三支部书记", "书记"),
        ("张三机关党委专职副书记", "机关党委专职副书记"),
        ("李学生书记", "书记"),
        ("王人才主任", "主任"),
        ("李 学生书记", "书记"),
        ("欧阳 学生 书记", "书记"),
        ("校统战组织委员", "组织委员"),
        ("詹伟组织委员", "组织委员"),
        ("詹伟统战委员", "委员"),
        ("组织委员—王伟", "组织委员"),
        ("书记本人", "书记"),
        ("市民政局机关党委书记", "机关党委书记"),
        ("李主任科员", "科员"),
        ("组织委员 王伟", "组织委员"),
        ("组织委员：王伟", "组织委员"),
        ("王 主任", "主任"),
        ("段长青（组织委员）", "组织委员"),
        ("班长春副书记", "副书记"),
        ("李文科科长", "科长"),
        ("张 伟 组织委员", "组织委员"),
        ("機關黨委 書記", "機關黨委 書記"),
        ("机关党委张书记", "书记"),
        ("副科长（干事某）", "副科长"),
        ("由党支部书记负责", "党支部书记"),
        ("王伟同志任党支部书记", "党支部书记"),
        ("我们综合科科长吧", "综合科科长"),
        ("安全总监", "总监"),  # 安全 may be a name
        ("办公室付主任", "主任"),  # 付 may be a surname
    ],
)
def test_what_is_no_word_of_a_post_is_cut_away(typed: str, kept: str) -> None:
    assert recognised(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "詹伟",
        "詹偉同志",
        "负责人",
        "联系人",
        "支部委员会",
        "机关党委",
        "科",
        "不知道",
        "（）",
        "张三、李四",
        "段长青",
        "班长春",
        "司长明",
        "区长江",
        "支书文",
        "经理想",
        "段長青",
        "组织委员张某",
        "组织委员张三同志",
        "书记员",
        "书记处",
        "由段长青负责",
        "段长青同志",
        "学生",
        "文明",
        "段_长青",
        "段长_青",
        "段_长",
        "书_记",
    ],
)
def test_where_there_is_no_post_nothing_is_kept(typed: str) -> None:
    assert recognised(typed.replace("_", " ")) is None
    assert recognised("") is None


def test_the_plans_own_posts_are_accepted() -> None:
    known = ("首席联系人", "品牌 专员")
    assert recognised("首席联系人") is None
    assert recognised("首席聯繫人", known) == "首席聯繫人"
    assert recognised("詹伟（首席联系人）", known) == "首席联系人"
    assert recognised("品牌专员", known) == "品牌专员"
    assert recognised("詹伟首席联系人", known) == "首席联系人"


def test_a_name_is_no_post_of_a_plan() -> None:
    posts = [post for post in POSTS.split() if post.isalpha() and "兼" not in post]
    assert [post for post in (*posts, "首席联络员", "饲料科科长", "党建指导员") if not may_be_added(post)] == []
    assert [name for name in names(600) if may_be_added(name)] == []
    assert not any(map(may_be_added, ("张伟", "张伟书记", "李学生书记", "张伟 联络员", "段长青", "")))
    assert recognised("张伟", ("张伟",)) is None


def test_every_post_that_a_message_of_ours_is_labelled_with_is_recognised() -> None:
    labelled = {
        said.expect["owner"]
        for part in ("known", "aside", "late")
        for said in corpus(f"reading_{part}")
        if "owner" in said.expect
    }
    labelled |= {message["expect"]["owner"] for name in BATCHES for message in batch(name) if "owner" in message["expect"]}
    assert len(labelled) > 12
    assert {post for post in labelled - {"*"} if recognised(post) != post} == set()


@pytest.mark.parametrize("layout", [*LAYOUTS.split(), *GLUED_BEFORE.split(), *GLUED_BEHIND.split()])
def test_no_name_is_ever_a_part_of_what_is_kept(layout: str) -> None:
    chance = random.Random(layout)
    others = names(600, seed=9)
    apart = layout in LAYOUTS.split()
    choice = [post for post in POSTS.split() if apart or (post.isalpha() and not post.endswith(tuple(WEAK.split())))]
    for name in names(600):
        post, second = chance.sample(choice, 2)
        values = {"name": name, "post": post, "second": second, "other": next(others), "spaced": " ".join(name)}
        typed = layout.format(**values).replace("_", " ")
        told = [simplify(values[one]) for one in ("post", "second") if f"{{{one}}}" in layout]
        possible = [] if layout in GLUED_BEHIND.split() else told
        for spelled in (typed, traditional(typed)):
            kept = simplify(recognised(spelled) or "")
            if kept in HEADS and any(values[one].endswith(kept) for one in ("name", "other")):
                continue  # 李书记 is a name to nobody but us
            assert bool(kept) == bool(possible), (spelled, kept)
            whole = kept in possible or (not apart and any(post.endswith(kept) for post in possible))
            assert whole or not kept, (spelled, kept)
