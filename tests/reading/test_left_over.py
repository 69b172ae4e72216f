"""What a decision says beside its verb, its organisation and its declaration is left over; the ordinary ways leave nothing."""

from typing import Any

import pytest

from bot.cli.read import scene_of
from messages.reading import read
from messages.requests import Request
from messages.requests.asking import Status
from messages.requests.brand import Agree, Approve, PaperNotReceived, PaperReceived, Refuse, Return
from storage.invitations import new_code
from tests.reading.corpus import CALENDAR, directory

ADMIN = {"role": "admin", "org": "00"}


def said(text: str, sender: dict[str, str] = ADMIN, chat: str = "committee") -> Request:
    """What a message of the committee's admin wants."""
    message = {"now": "2026-11-25T15:00:00+08:00", "chat": chat, "addressed": True, "sender": sender, "text": text}
    return read(text, scene_of(message, directory(), CALENDAR, "品牌助手")).request


def part(request: Request, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(request, name, None) for name in names)


@pytest.mark.parametrize(
    ("text", "kind", "subject", "reason"),
    [
        ("通过", Approve, None, None),
        ("同意", Agree, None, None),
        ("通过 生态环境局", Approve, None, None),
        ("通过 18", Approve, None, None),
        ("生态环境局的申报通过", Approve, "declaration", None),
        ("同意生态环境局的品牌申报", Agree, "declaration", None),
        ("通过，很好", Approve, None, None),
        ("通过生态环境局，内涵和措施都很清楚", Approve, None, None),
        ("请通过生态环境局的申报，谢谢", Approve, "declaration", None),
        ("把生态环境局的申报通过了吧", Approve, "declaration", None),
        ("生态环境局改好了，准了", Approve, None, None),
        ("审核通过：生态环境局", Approve, None, None),
        ("退回 生态环境局 定位不清", Return, None, "定位不清"),
        ("退回生态环境局，请补充内涵，12月10日前", Return, None, "请补充内涵"),
        ("退回生态环境局的内涵不实", Return, None, "内涵不实"),
        ("退回生态环境局责任人不能写姓名", Return, None, "责任人不能写姓名"),
        ("退回生态环境局 请更换责任人", Return, None, "请更换责任人"),
        ("生态环境局不通过，理由：内涵空", Return, None, "内涵空"),
        ("生态环境局的不行，退回", Return, None, None),
        ("不同意生态环境局，理由是口号太空", Refuse, None, "口号太空"),
        ("已收到科技局的纸质材料", PaperReceived, None, None),
        ("未收到 科技局", PaperNotReceived, None, None),
    ],
)
def test_the_ordinary_ways_leave_nothing(text: str, kind: type[Request], subject: str | None, reason: str | None) -> None:
    found = said(text)
    assert (type(found), *part(found, "other", "subject", "reason")) == (kind, None, subject, reason)


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("通过，生态环境局延期", "extension", "延期"),
        ("生态环境局（延期）通过", "extension", "延期"),
        ("通过生态环境局暂停提醒", None, "暂停提醒"),
        ("通过生态环境局的申报，典型也通过", "declaration", "典型也"),
        ("批准生态环境局更换责任人", "owner", "更换责任人"),
        ("通过生态环境局第2号方案", None, "第2号方案"),
        ("通过生态环境局“绿水先行”", None, "绿水先行"),
        ("生态环境局的申报不要通过", "declaration", "不要通过"),
        ("先别批准生态环境局", None, "先别批准"),
        ("暂缓通过生态环境局", None, "暂缓"),
        ("听说生态环境局通过", None, "听说"),
        ("生态环境局已通过", None, "已"),
        ("通过生态环境局，不是住建局", None, "不是住建局"),
        ("退回生态环境局的延期", "extension", "延期"),
        ("退回生态环境局延期申请", "extension", "延期申请"),
        ("生态环境局的延期退回，理由不充分", "extension", "延期"),
        ("退回生态环境局（延期申请）", "extension", "延期申请"),
        ("退回生态环境局的整改报告", None, "整改报告"),
        ("退回生态环境局的补充材料", None, "补充材料"),
        ("未通过生态环境局，内涵偏空", None, "未通过"),
        ("收到科技局的现场会回执了", None, "现场会回执"),
        ("已收到科技局的附件", None, "附件"),
    ],
)
def test_what_else_is_named_is_left_over(text: str, subject: str | None, other: str) -> None:
    assert part(said(text), "subject", "other") == (subject, other)


@pytest.mark.parametrize(
    "text",
    ["生态环境局还没通过", "生态环境局未通过", "生态环境局尚未通过", "生态环境局是否通过", "通过了吗", "没通过的有哪些"],
)
def test_what_is_reported_or_asked_is_a_question_of_state(text: str) -> None:
    assert isinstance(said(text), Status)


def test_letters_and_figures_of_a_code_name_no_organisation() -> None:
    nobody = {"role": "none", "org": "00"}
    codes = ("1J2ZXGHK3M4N5P6Q7R8S9TVW14", *(new_code() for _ in range(50)))
    found = [said(f"绑定 {code}", nobody, "private") for code in codes]
    assert {(one.key, one.organization) for one in found} == {("bind.code", None)}


@pytest.mark.parametrize(
    ("text", "other", "reason"),
    [
        ("通过 生态环境局 “绿水 先行”，11 月 23 日生效", "绿水 先行，11 月 23 日生效", None),
        ("通过 生态环境局，㋊20㏳说好的整改", "㋊20㏳说好的整改", None),
        ("退回 生态环境局 12 月 3 日报的测评结果", "12 月 3 日报的测评结果", "12 月 3 日报的测评结果"),
        ("退回 生态环境局的责任人变更，2026 年 12 月 10 日前，理由不充分", "责任人变更", "2026 年 12 月 10 日前，理由不充分"),
    ],
)
def test_words_are_as_typed_where_the_one_form_is_shorter_or_longer(text: str, other: str, reason: str | None) -> None:
    assert part(said(text), "other", "reason") == (other, reason)
