"""An answer to the bot's question fills the draft; another command leaves it alone."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cli.read import directory_of, packaged_roster
from messages.reading import chosen, read
from messages.reading.result import Question
from messages.reading.scene import Member, Scene
from messages.requests.asking import Status
from messages.requests.brand import Approve, Declare, SetOwner
from messages.requests.hindrance import Extend
from messages.requests.words import Cancel
from messages.requests.work import Report
from storage.calendar import Calendar

SCENE = Scene(
    now=datetime(2026, 11, 23, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai")),
    chat_kind="private",
    addressed=True,
    directory=directory_of(packaged_roster()),
    workdays=Calendar(),
    members=(Member("secretary", "14"),),
)
DECLARATION = Question(Declare(org="14", brand="春风"), ("type", "owner", "connotation"))
EXTENSION = Question(Extend(org="14"), ("due", "reason"))


@pytest.mark.parametrize(
    ("question", "text", "filled", "missing"),
    [
        (DECLARATION, "服务群众", {"type": "服务群众"}, ("owner", "connotation")),
        (replace(DECLARATION, missing=("owner", "connotation")), "组织委员", {"owner": "组织委员"}, ("connotation",)),
        (
            replace(DECLARATION, missing=("connotation",)),
            "想群众所想，把服务送到家",
            {"connotation": "想群众所想，把服务送到家"},
            (),
        ),
        (DECLARATION, "类型：服务群众；责任人：组织委员", {"type": "服务群众", "owner": "组织委员"}, ("connotation",)),
        (EXTENSION, "明年1月15日", {"due": date(2027, 1, 15)}, ("reason",)),
        (EXTENSION, "到1月15日，班子还没配齐", {"due": date(2027, 1, 15), "reason": "班子还没配齐"}, ()),
        (replace(EXTENSION, missing=("reason",)), "班子还没配齐", {"reason": "班子还没配齐"}, ()),
        (
            Question(Report(org="14", percent=80), ("content",)),
            "完成了标识设计",
            {"percent": 80, "content": "完成了标识设计"},
            (),
        ),
        (Question(Approve(), ("org",)), "财政局", {"org": "15"}, ()),
        (Question(SetOwner(org="14"), ("owner",)), "宣传委员", {"owner": "宣传委员"}, ()),
    ],
)
def test_an_answer_fills_what_was_asked(
    question: Question, text: str, filled: dict[str, Any], missing: tuple[str, ...]
) -> None:
    reading = read(text, replace(SCENE, question=question))
    assert type(reading.request) is type(question.request)
    assert {name: getattr(reading.request, name) for name in filled} == filled
    assert (reading.question.missing if reading.question else ()) == missing


@pytest.mark.parametrize(("typed", "owner"), [("首席联系人", "首席联系人"), ("詹伟，首席联系人", "首席联系人"), ("詹伟", None)])
def test_a_post_of_the_plan_answers_the_question_for_a_post(typed: str, owner: str | None) -> None:
    question = Question(SetOwner(org="14"), ("owner",))
    reading = read(typed, replace(SCENE, question=question, posts=("首席联系人",)))
    assert reading.request == SetOwner(org="14", owner=owner)
    assert (reading.question.missing if reading.question else ()) == (() if owner else ("owner",))


@pytest.mark.parametrize(
    ("text", "intent"), [("进度", "status"), ("还有几天截止", "todo"), ("撤回上一条", "withdraw"), ("帮助", "help")]
)
def test_another_command_leaves_the_question_alone(text: str, intent: str) -> None:
    assert read(text, replace(SCENE, question=DECLARATION)).request.intent == intent


def test_cancelling_gives_up_what_was_asked() -> None:
    reading = read("取消", replace(SCENE, question=DECLARATION))
    assert reading.said == Cancel()


def test_there_is_nothing_to_cancel_without_a_question() -> None:
    reading = read("取消", SCENE)
    assert reading.said == Cancel()


@pytest.mark.parametrize(
    ("words", "text", "taught"),
    [
        ("养老院", "市社会福利院党支部", True),
        ("养老院", "@品牌助手 是“市社会福利院党支部”吧。", True),
        ("养老院", "市社会福利院党支部进度", False),
        ("县福利院", "市社会福利院党支部", False),
        ("财政局", "市社会福利院党支部", False),
        (None, "市社会福利院党支部", False),
    ],
)
def test_an_answer_that_is_only_a_name_teaches_whose_it_is(words: str | None, text: str, taught: bool) -> None:
    reading = read(text, replace(SCENE, question=Question(Status(), ("org",), words=words)))
    assert (reading.request, reading.words, reading.taught) == (Status(org="23"), words, taught)


def test_an_answer_to_another_question_teaches_nothing() -> None:
    question = Question(Report(org="23"), ("content",), words="养老院")
    reading = read("11月20日召开了座谈会", replace(SCENE, question=question))
    assert (reading.words, reading.taught) == ("养老院", False)


def test_a_button_completes_what_was_said_since_it_was_made() -> None:
    question = Question(Report(content="召开了座谈会"), ("org",), words="养老院")
    reading = chosen(Report(org="23"), "养老院", replace(SCENE, question=question))
    assert (reading.said, reading.taught) == (Report(org="23", content="召开了座谈会"), True)


@pytest.mark.parametrize("question", [None, Question(Report(content="召开了座谈会"), ("org",))])
def test_a_button_of_another_kind_means_what_it_says(question: Question | None) -> None:
    reading = chosen(Status(org="23"), "县福利院", replace(SCENE, question=question))
    assert (reading.said, reading.taught) == (Status(org="23"), False)
