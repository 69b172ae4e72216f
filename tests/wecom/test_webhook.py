"""The group webhook: mentions, tables, files, its pace, and its failures sorted."""

import logging

import httpx
import pytest

from bot.channels.contract import Gone, NotSent, OutgoingFile, Unsure
from bot.channels.wecom import splitting
from bot.channels.wecom.webhook import BadKey, Webhook
from tests.fakes.wecom_http import Fault
from tests.wecom.rig import GROUP, Rig, rig

KEY = "11111111-2222-3333-4444-555555555555"
TABLE = "| 单位 | 状态 |\n| --- | --- |\n" + "\n".join(f"| 第{nth}党支部 | 已申报 |" for nth in range(300))


def with_webhook(town: Rig) -> None:
    town.fake.http.keys[KEY] = GROUP
    town.webhooks[GROUP] = KEY


async def test_what_must_call_somebody_goes_through_the_webhook() -> None:
    async with rig() as town:
        with_webhook(town)
        await town.channel.send(town.message("请于12月4日前报送", mention=("wo1", "wo2")))
        (said,) = town.fake.http.said
        assert (said.chat, said.kind) == (GROUP, "markdown")
        assert said.text == "<@wo1> <@wo2>\n请于12月4日前报送"
        assert not town.fake.tenant.said


async def test_answers_and_groups_without_a_webhook_go_by_the_robot() -> None:
    async with rig() as town:
        await town.connected()
        town.fake.tenant.open_chats.update({GROUP, "wrTwo"})
        with_webhook(town)
        await town.channel.send(town.message("一"))
        await town.channel.send(town.message("二", chat="wrTwo", mention=("wo1",)))
        assert town.texts == ["一", "二"]
        assert not town.fake.http.said


async def test_buttons_of_a_message_that_calls_somebody_come_from_the_robot() -> None:
    async with rig() as town:
        await town.connected()
        town.fake.tenant.open_chats.add(GROUP)
        with_webhook(town)
        await town.channel.send(town.message("请于12月4日前报送", mention=("wo1",), buttons=(("申请延期", "tok"),)))
        assert len(town.fake.http.said) == 1
        (card,) = town.fake.tenant.said
        assert [one["text"] for one in (card.card or {})["button_list"]] == ["申请延期"]
        town.fake.remove_robot(GROUP)
        await town.channel.send(town.message("请于12月4日前报送", mention=("wo1",), buttons=(("申请延期", "tok"),)))
        assert len(town.fake.http.said) == 2


async def test_a_refused_key_is_reported_and_the_robot_writes() -> None:
    async with rig() as town:
        await town.connected()
        town.fake.tenant.open_chats.add(GROUP)
        town.webhooks[GROUP] = KEY
        await town.channel.send(town.message("一", mention=("wo1",)))
        assert town.texts == ["一"]
        assert town.channel.describe()["refused_webhooks"] == 1


async def test_a_table_and_a_call_are_two_messages() -> None:
    async with rig() as town:
        with_webhook(town)
        await town.channel.send(town.message("本周情况\n\n" + TABLE[:200].rsplit("\n", 1)[0], mention=("wo1",)))
        table, call = town.fake.http.said
        assert table.kind == "markdown_v2"
        assert "<@" not in table.text
        assert (call.kind, call.mentions, call.text) == ("text", ("wo1",), "本周情况")


async def test_a_long_table_is_cut_between_rows_with_its_header_again() -> None:
    async with rig() as town:
        with_webhook(town)
        await town.channel.send(town.message(TABLE, mention=("wo1",)))
        tables = [said.text for said in town.fake.http.said if said.kind == "markdown_v2"]
        assert len(tables) > 2
        assert all(table.startswith("| 单位 | 状态 |\n| --- | --- |\n| 第") for table in tables)
        assert sum(table.count("已申报") for table in tables) == 300


async def test_a_picture_and_a_file_go_by_the_webhook() -> None:
    async with rig() as town:
        with_webhook(town)
        files = (OutgoingFile("图.png", "image/png", b"\x89PNG" * 10), OutgoingFile("台账.xlsx", "application/x", b"x" * 99))
        await town.channel.send(town.message("一", mention=("wo1",), files=files))
        assert [(said.kind, said.filename) for said in town.fake.http.said] == [
            ("markdown", ""), ("image", ""), ("file", "台账.xlsx"),
        ]  # fmt: skip
        assert town.fake.http.said[2].file == b"x" * 99


async def test_twenty_a_minute_and_no_more() -> None:
    async with rig() as town:
        with_webhook(town)
        for nth in range(20):
            await town.channel.send(town.message(f"{nth}", mention=("wo1",)))
        with pytest.raises(NotSent) as caught:
            await town.channel.send(town.message("再一条", mention=("wo1",)))
        assert caught.value.retry_after == 60
        assert len(town.fake.http.requests) == 20
        town.clock.move(60)
        await town.channel.send(town.message("再一条", mention=("wo1",)))


@pytest.mark.parametrize(
    ("fault", "outcome"), [("reset", Unsure), ("500", Unsure), ("garbage", Unsure), ("hang", Unsure)]
)  # fmt: skip
async def test_what_is_not_known_is_unsure(fault: Fault, outcome: type[Exception]) -> None:
    async with rig(start=False) as town:
        town.fake.http.keys[KEY] = GROUP
        town.fake.http.fault = lambda: fault
        webhook = Webhook(town.fake.http.base, now=town.clock.now, client=httpx.AsyncClient(timeout=httpx.Timeout(60, read=1)))
        with pytest.raises(outcome):
            await webhook.push(KEY, town.message("一"))
        await webhook.close()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"errcode": -1}, NotSent),
        ({"errcode": 45009}, NotSent),
        ({"errcode": 45033}, NotSent),
        ({"errcode": 93000}, BadKey),
        ({"errcode": 44004}, Gone),
        ({"errcode": 40008}, Gone),
        ({"errcode": 45002}, Gone),
        ({"errcode": 123456}, Gone),
        ({"errcode": "0"}, Unsure),
        ([], Unsure),
    ],
)
async def test_codes_are_sorted(answer: object, outcome: type[Exception]) -> None:
    async with rig(start=False) as town:
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: httpx.Response(200, json=answer)))
        webhook = Webhook("https://example.invalid", now=town.clock.now, client=client)
        with pytest.raises(outcome) as caught:
            await webhook.push(KEY, town.message("一"))
        assert type(caught.value) is outcome
        await webhook.close()


@pytest.mark.parametrize(("status", "outcome"), [(404, Gone), (429, NotSent), (502, Unsure)])
async def test_statuses_are_sorted(status: int, outcome: type[Exception]) -> None:
    async with rig(start=False) as town:
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: httpx.Response(status, text="no")))
        webhook = Webhook("https://example.invalid", now=town.clock.now, client=client)
        with pytest.raises(outcome):
            await webhook.push(KEY, town.message("一"))
        await webhook.close()


async def test_a_refused_connection_left_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with rig(start=False) as town:
        webhook = Webhook("http://127.0.0.1:1", now=town.clock.now)
        with pytest.raises(NotSent) as caught:
            await webhook.push(KEY, town.message("一"))
        await webhook.close()
    assert KEY not in str(caught.value) + caplog.text


async def test_doctor_checks_a_key_without_writing() -> None:
    async with rig(start=False) as town:
        town.fake.http.keys[KEY] = GROUP
        assert await town.channel.check_webhook(KEY)
        assert not await town.channel.check_webhook("0" * 36)
        assert not town.fake.http.said


@pytest.mark.parametrize("limit", [64, 200, 4096])
@pytest.mark.parametrize("text", ["", "一。" * 900, "一\n\n" * 500, "a" * 5000, TABLE, "前\n" + TABLE + "\n\n后"])
def test_pieces_fit_and_nothing_is_left_out(text: str, limit: int) -> None:
    pieces = splitting.split(text, limit)
    assert all(len(piece.encode()) <= limit for piece in pieces)
    assert _bare("".join(pieces)) == _bare(text)


def test_a_header_that_is_too_wide_to_repeat_goes_once() -> None:
    pieces = splitting.split("| " + "宽" * 90 + TABLE, 400)
    assert sum(piece.count("单位") for piece in pieces) == 1
    assert sum(piece.count("已申报") for piece in pieces) == 300


def _bare(text: str) -> str:
    """The characters without headers, which are repeated, and without the spaces where it was cut."""
    return "".join(text.split()).replace("|单位|状态||---|---|", "")
