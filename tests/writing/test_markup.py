"""Markup: the same text on each platform, and nobody's words become markup or call somebody."""

import pytest

from messages.requests import REQUESTS
from messages.writing.markup import parse, write
from messages.writing.render import inert, tidy


@pytest.mark.parametrize(
    ("html", "wecom", "plain"),
    [
        ("<b>一、总体进展。</b>申报率77.3%", "**一、总体进展。**申报率77.3%", "一、总体进展。申报率77.3%"),
        ("<strong>要点</strong>", "**要点**", "要点"),
        ("<b>两行\n都粗</b>", "**两行**\n**都粗**", "两行\n都粗"),
        ("<code>ABCD</code>", "`ABCD`", "ABCD"),
        ('<a href="https://example.org/a">台账</a>', "[台账](https://example.org/a)", "台账"),
        ('<a href="javascript:x">台账</a>', "台账", "台账"),
        ("<blockquote>原文\n两行</blockquote>", "> 原文\n> 两行", "原文\n两行"),
        ("a &lt;b&gt; &amp; c", "a ＜b＞ & c", "a <b> & c"),
    ],
)
def test_the_subset_is_rewritten_for_each_platform(html: str, wecom: str, plain: str) -> None:
    assert write(parse(html), "wecom") == wecom
    assert write(parse(html), "plain") == plain


@pytest.mark.parametrize(
    ("said", "wecom"),
    [
        ("**加粗**", "＊＊加粗＊＊"),
        ("[点这里](https://example.org)", "［点这里］(https://example.org)"),
        ("<@zhangsan> 看", "＜@zhangsan＞ 看"),
        ("# 标题", "＃ 标题"),
        ("> 引用", "＞ 引用"),
        ("_斜_ 文件a_b.xlsx", "＿斜＿ 文件a_b.xlsx"),
        ("&lt;@all&gt;", "＆lt;@all＆gt;"),
        ('<font color="warning">红</font>', '＜font color="warning"＞红＜/font＞'),
    ],
)
def test_words_that_look_like_markup_stay_words_on_wecom(said: str, wecom: str) -> None:
    html = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert write(parse(html), "wecom") == wecom
    assert write(parse(write(parse(html), "html")), "plain") == said


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("请@zhangsan看", "请@zhangsan看"),
        ("请 @zhangsan 看", "请 ＠zhangsan 看"),
        ("@all 集合", "＠all 集合"),
        ("@所有人", "＠所有人"),
        ("写信到a@example.org", "写信到a@example.org"),
        ("反着\u202e写\u0000", "反着写"),
    ],
)
def test_what_people_typed_calls_nobody_and_has_no_hidden_characters(said: str, shown: str) -> None:
    assert inert(said) == shown


def test_lines_are_tidied() -> None:
    assert tidy("\n\n一  \n\n\n\n二\n\n") == "一\n\n二"


def test_labels_are_short_and_plain() -> None:
    labels = [kind.label for kind in REQUESTS if kind.label]
    assert len(labels) > 15
    assert all(len(words) <= 8 and "！" not in words for words in labels)
