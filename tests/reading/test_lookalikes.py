"""Organisations whose names look alike are never taken for one another: unsure means asking."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from messages.reading import read
from messages.reading.directory import Directory, OrgName
from messages.reading.result import Reading
from messages.reading.scene import Member, Scene
from storage.calendar import Calendar

NAMES = Directory(
    [
        OrgName("01", "市中级人民法院机关党委", aliases=("中院",)),
        OrgName("02", "市中医院党委"),
        OrgName("03", "市第二中学党支部"),
        OrgName("04", "市第九中学党支部"),
        OrgName("05", "市市场监督管理局机关党委"),
        OrgName("06", "市金融监管局党支部"),
        OrgName("07", "市财政局机关党委"),
        OrgName("08", "县财政局党支部"),
        OrgName("09", "市教育局机关党委"),
        OrgName("10", "市教育局第一党支部", parent="09"),
        OrgName("11", "市水利局机关党委"),
        OrgName("12", "市水利局第一党支部", parent="11"),
        OrgName("13", "市农业农村局机关党委"),
        OrgName("14", "市第二人民医院党委"),
        OrgName("15", "市卫生健康委机关党委", aliases=("卫健委",)),
        OrgName("16", "市文化广电旅游局机关党委"),
        OrgName("17", "高新区财政局党支部"),
        OrgName("18", "市应急管理局机关党委"),
        OrgName("19", "市城市管理局机关党委"),
    ]
)


def asked(text: str, member: Member | None = None) -> Reading:
    """The reading of a message to an admin, or to somebody else, in a private chat."""
    now = datetime(2026, 11, 23, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    return read(text, Scene(now, "private", True, NAMES, Calendar(), members=(member or Member("admin"),)))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("市中院", "01"),
        ("中院", "01"),
        ("市中级法院", "01"),
        ("市中医院", "02"),
        ("中医院", "02"),
        ("第二中学", "03"),
        ("市二中", "03"),
        ("市第2中学", "03"),
        ("第九中学", "04"),
        ("九中", "04"),
        ("市监局", "05"),
        ("市场监管局", "05"),
        ("金融监管局", "06"),
        ("市财政局", "07"),
        ("县财政局", "08"),
        ("高新区财政局", "17"),
        ("农业局", "13"),
        ("农业农村局", "13"),
        ("市二院", "14"),
        ("第二人民医院", "14"),
        ("卫健委", "15"),
        ("市卫健委", "15"),
        ("文旅局", "16"),
        ("文广旅局", "16"),
        ("应急局", "18"),
        ("城管局", "19"),
        ("市应急管理局党委", "18"),
        ("应及管理局", "18"),
        ("教育局第一支部", "10"),
        ("水利局第一党支部", "12"),
    ],
)
def test_a_name_that_means_one_organisation_is_taken(name: str, code: str) -> None:
    assert asked(f"查一下{name}进度").request.organization == code


@pytest.mark.parametrize(
    "name",
    ["第三中学", "区财政局", "省财政厅", "第一党支部", "监管局", "市三院", "县教育局", "财政局第三支部", "第五中学", "管理局"],
)
def test_an_unsure_name_is_asked_back(name: str) -> None:
    reading = asked(f"查一下{name}进度")
    assert reading.request.organization is None
    assert reading.request.intent == "status"
    assert reading.question is not None
    assert reading.question.missing == ("org",)
    assert len(reading.question.candidates) <= 3


def test_one_name_of_several_organisations_offers_them() -> None:
    question = asked("查一下第一党支部进度").question
    assert question is not None
    assert question.candidates == ("10", "12")


def test_the_own_one_of_several_organisations_is_meant() -> None:
    assert asked("查一下第一党支部进度", Member("secretary", "11")).request.organization == "12"


def test_an_own_alias_is_understood_unless_it_is_anothers_name() -> None:
    now = datetime(2026, 11, 23, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    learned = NAMES.with_aliases({"老地方": "16", "中院": "02"})
    scene = Scene(now, "private", True, learned, Calendar(), members=(Member("admin"),))
    assert (read("老地方进度", scene).request.organization, read("中院进度", scene).request.organization) == ("16", "01")
