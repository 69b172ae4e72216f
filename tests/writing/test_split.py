"""Splitting: nothing is lost, everything fits, tags stay closed, characters stay whole."""

import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from messages.writing.markup import parse, write
from messages.writing.reply import Limits
from messages.writing.split import measure, parts

TELEGRAM = Limits(text=60, unit="utf16", markup="html")
WECOM = Limits(text=120, unit="bytes", markup="wecom")
PLAIN = Limits(text=40, unit="chars", markup="plain")

TEXTS = st.text(alphabet="报送进展。，a<&>\n 😀👩‍💻_*[é", max_size=400)
TAGGED = st.lists(st.tuples(st.sampled_from(["", "b", "i", "code"]), TEXTS), max_size=4)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked(pieces: list[tuple[str, str]]) -> str:
    return "".join(f"<{tag}>{escaped(text)}</{tag}>" if tag else escaped(text) for tag, text in pieces)


@settings(max_examples=150, deadline=None)
@given(TAGGED, st.sampled_from([TELEGRAM, WECOM, PLAIN]))
def test_every_part_fits_and_together_they_say_everything(pieces: list[tuple[str, str]], limits: Limits) -> None:
    whole = "".join(text for _, text in pieces)
    made = parts(marked(pieces), limits)
    for text, plain in made:
        assert measure(plain if limits.markup == "html" else text, limits.unit) <= limits.text
        text.encode()
    assert re.sub(r"\n", "", "".join(plain for _, plain in made)) == whole.replace("\n", "")


@settings(max_examples=100, deadline=None)
@given(TAGGED)
def test_tags_are_closed_in_every_part_and_the_text_survives_reading_back(pieces: list[tuple[str, str]]) -> None:
    for text, plain in parts(marked(pieces), TELEGRAM):
        opened: list[str] = []
        for closing, name in re.findall(r"<(/?)(\w+)>", text):
            assert not closing or opened.pop() == name
            opened += [] if closing else [name]
        assert not opened
        assert unescape(re.sub(r"<[^>]+>", "", text)) == plain
        assert write(parse(text), "plain") == plain


def test_a_cut_stands_at_the_end_of_a_paragraph() -> None:
    first, second = "一" * 30, "二" * 30
    assert [plain for _, plain in parts(f"{first}\n\n{second}", PLAIN)] == [first, second]


def test_a_short_unfinished_paragraph_moves_as_a_whole() -> None:
    text = "\n".join(["甲" * 20, "", "标题", "乙" * 19])
    assert [plain for _, plain in parts(text, PLAIN)] == ["甲" * 20, "标题\n" + "乙" * 19]


def test_a_line_too_long_for_one_message_is_cut_after_a_sentence() -> None:
    text = "第一句话说完了，共二十来个字，写到这里为止。" + "第二句话接着说，也有二十来个字，写到这里为止。"
    assert [plain for _, plain in parts(text, PLAIN)] == [text[:22], text[22:]]


def test_a_bold_text_that_is_cut_stays_bold_in_both_parts() -> None:
    made = parts(f"<b>{'字' * 80}</b>", TELEGRAM)
    assert all(text.startswith("<b>") and text.endswith("</b>") for text, _ in made)
    assert len(made) == 2


def test_an_emoji_made_of_several_characters_is_not_torn() -> None:
    family = "👩\u200d💻"
    made = parts("字" * 38 + family + "字" * 10, PLAIN)
    assert [family in plain for _, plain in made].count(True) == 1


def test_an_empty_text_is_one_empty_message() -> None:
    assert parts("", PLAIN) == [("", "")]
