"""Binding: codes work once and in time, groups go to those who may, the last admin stays."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.contract import Here, Sender
from messages.reading.scene import Member
from messages.requests.people import BindGroup, EndMembership, Invite, MakePrimary, Redeem, Unbind
from messages.writing.markup import parse, write
from messages.writing.render import render
from messages.writing.reply import Reply
from storage import chats, invitations, organizations, people
from storage.tables import Invitation, OutboundMessage
from tests.asked import answer, press
from tests.people import town

ADMIN, SECRETARY, CHILD = ("admin", None), ("secretary", "01"), ("secretary", "0101")


def words(reply: Reply) -> str:
    return write(parse(render(reply.template, reply.values)), "plain")


async def code_for(session: AsyncSession, role: str, code: str | None = None) -> str:
    found = await organizations.by_code(session, code) if code else None
    return (await invitations.create(session, role, found.id if found else None, town.NOW))[0]


async def test_a_code_has_at_least_128_bits_and_only_its_hash_is_stored(session: AsyncSession) -> None:
    code = await code_for(session, "staff")
    assert len(invitations.ALPHABET) ** invitations.LENGTH >= 2**128
    stored = (await session.execute(select(Invitation))).scalar_one()
    assert code not in repr(stored.model_dump())
    assert not re.search(r"\d{7}", code)


@pytest.mark.parametrize("typed", [str.lower, lambda code: f"{code[:4]}-{code[4:]} ", lambda code: code.replace("0", "O")])
async def test_a_code_may_be_typed_carelessly(session: AsyncSession, typed: object) -> None:
    await town.build(session)
    code = await code_for(session, "secretary", "01")
    ctx = await town.context(session)
    reply = await answer(ctx, Redeem(code=typed(code)))  # type: ignore[operator]  # each is a function of the code
    assert words(reply).startswith("已绑定：甲局机关党委书记。")
    assert [row.org for row in await people.memberships(session, ctx.sender.account_id)] == ["01"]


async def test_a_code_works_once_and_is_never_repeated(session: AsyncSession) -> None:
    await town.build(session)
    code = await code_for(session, "secretary", "01")
    first = await answer(await town.context(session), Redeem(code=code))
    second = await answer(await town.context(session, who="b"), Redeem(code=code))
    assert "已经用过" in words(second)
    assert code not in words(first) + words(second)


async def test_a_code_that_has_expired_says_so(session: AsyncSession) -> None:
    await town.build(session)
    code = await code_for(session, "secretary", "01")
    ctx = await town.context(session)
    ctx.now += timedelta(days=30, minutes=1)
    assert "已过有效期" in words(await answer(ctx, Redeem(code=code)))


async def test_the_first_admins_code_lasts_a_day(session: AsyncSession) -> None:
    code = await code_for(session, "admin")
    ctx = await town.context(session)
    ctx.now += timedelta(hours=25)
    assert "已过有效期" in words(await answer(ctx, Redeem(code=code)))


async def test_after_five_wrong_codes_an_account_must_wait_an_hour_even_with_a_right_one(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session)
    for _ in range(5):
        assert "没有这个邀请码" in words(await answer(ctx, Redeem(code="7" * 26)))
    code = await code_for(session, "secretary", "01")
    assert "1小时后" in words(await answer(ctx, Redeem(code=code)))
    other = await town.context(session, who="b")
    ctx.now += timedelta(minutes=61)
    assert "已绑定" in words(await answer(ctx, Redeem(code=code)))
    assert other.sender.account_id != ctx.sender.account_id


async def test_a_role_held_already_leaves_the_code_unused(session: AsyncSession) -> None:
    await town.build(session)
    code = await code_for(session, "secretary", "01")
    async with session.begin_nested() as attempt:
        reply = await answer(await town.context(session, SECRETARY), Redeem(code=code))
        await attempt.rollback()
    assert "无需重复绑定" in words(reply)
    assert "已绑定" in words(await answer(await town.context(session, who="b"), Redeem(code=code)))


async def test_a_new_secretary_does_not_end_the_old_one_and_the_committee_may(session: AsyncSession) -> None:
    await town.build(session)
    await town.context(session, ADMIN, who="admin", kind="committee")
    await town.context(session, SECRETARY, who="old")
    reply = await answer(await town.context(session, who="new"), Redeem(code=await code_for(session, "secretary", "01")))
    (told,) = reply.others
    assert "另有1位书记" in words(told)
    assert [one.label for one in told.buttons] == ["解绑", "解绑原书记"]
    one = await organizations.by_code(session, "01")
    assert one is not None
    assert len(await people.of_organization(session, one.id, "secretary")) == 2


@pytest.mark.parametrize(
    ("roles", "fields", "bound", "words_"),
    [
        ([ADMIN], {"role": "committee"}, "committee", "已绑定为工委工作群"),
        ([ADMIN], {"role": "all"}, "all", "已绑定为联络员大群"),
        ([ADMIN], {"role": "unit", "org": "02"}, "unit", "已绑定为乙局党总支工作群"),
        ([ADMIN], {}, "unbound", "哪一类"),
        ([SECRETARY], {}, "unit", "已绑定为甲局机关党委工作群"),
        ([SECRETARY], {"org": "02"}, "unbound", "由该党组织书记或工委管理员绑定"),
        ([SECRETARY], {"org": "0101"}, "unbound", "由该党组织书记或工委管理员绑定"),
        ([CHILD], {"org": "01"}, "unbound", "由该党组织书记或工委管理员绑定"),
        ([SECRETARY], {"role": "committee"}, "unbound", "由工委管理员绑定"),
        ([("staff", None)], {"role": "committee"}, "unbound", "由工委管理员绑定"),
        ([("member", "01")], {"org": "01"}, "unbound", "由该党组织书记或工委管理员绑定"),
        ([], {"org": "01"}, "unbound", "您的账号尚未绑定"),
    ],
)
async def test_a_group_is_bound_by_those_who_may(
    session: AsyncSession, roles: list[tuple[str, str | None]], fields: dict[str, str], bound: str, words_: str
) -> None:
    await town.build(session)
    ctx = await town.context(session, *roles, kind="unbound")
    assert words_ in words(await answer(ctx, BindGroup(**fields)))
    chat = await chats.by_id(session, ctx.chat.id)
    assert chat is not None
    assert chat.kind == bound


async def test_a_second_group_leaves_the_first_one_primary_until_somebody_changes_it(session: AsyncSession) -> None:
    ids = await town.build(session)
    first = await town.context(session, SECRETARY, kind="unit", org="01")
    second = await town.context(session, SECRETARY, kind="unbound")
    reply = await answer(second, BindGroup(org="01"))
    assert "已有主群" in words(reply)
    assert await chats.primary_of(session, ids["01"]) == first.chat.id
    second.chat = Here(second.chat.id, "unit", "01")
    assert "已设为主群" in words(await press(second, reply.buttons[0]))
    assert await chats.primary_of(session, ids["01"]) == second.chat.id


async def test_a_group_of_another_organisation_cannot_be_taken_over(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, ("secretary", "02"), kind="unit", org="01")
    assert "改绑由工委管理员办理" in words(await answer(ctx, BindGroup()))


async def test_a_member_asks_in_the_units_group_and_only_its_secretary_confirms(session: AsyncSession) -> None:
    await town.build(session)
    asking = await town.context(session, who="m", kind="unit", org="01")
    asked = await answer(asking, BindGroup())
    assert "请甲局机关党委书记确认" in words(asked)
    for roles in ((), (CHILD,), (("secretary", "02"),), (("staff", None),)):
        other = await town.context(session, *roles, who=f"x{roles}", kind="unit", org="01")
        assert "未作改动" in words(await press(other, asked.buttons[0]))
    secretary = await town.context(session, SECRETARY, who="s", kind="unit", org="01")
    assert "该同志已绑定为甲局机关党委党员" in words(await press(secretary, asked.buttons[0]))
    assert [row.role for row in await people.memberships(session, asking.sender.account_id)] == ["member"]


async def test_invitations_are_made_by_an_admin_in_private_only(session: AsyncSession) -> None:
    await town.build(session)
    wanted = Invite(role="secretary", org="01")
    for roles in ([("staff", None)], [SECRETARY], []):
        assert "工委管理员签发" in words(await answer(await town.context(session, *roles, who=f"{roles}"), wanted))
    assert "私聊中办理" in words(await answer(await town.context(session, ADMIN, kind="committee"), wanted))
    reply = await answer(await town.context(session, ADMIN), wanted)
    code = str(reply.values["code"])
    assert "甲局机关党委书记的邀请码" in words(reply)
    assert "已绑定" in words(await answer(await town.context(session, who="new"), Redeem(code=code)))


async def test_the_last_admin_stays(session: AsyncSession) -> None:
    ctx = await town.context(session, ADMIN)
    (row,) = await people.memberships(session, ctx.sender.account_id)
    end = EndMembership(membership=row.id)
    assert "至少须保留一位工委管理员" in words(await answer(ctx, end))
    await town.context(session, ADMIN, who="second")
    assert "已解绑：工委管理员" in words(await answer(ctx, end))


async def test_an_end_takes_effect_at_once_and_is_told(session: AsyncSession) -> None:
    await town.build(session)
    theirs = await town.context(session, SECRETARY, who="s")
    (row,) = await people.memberships(session, theirs.sender.account_id)
    ctx = await town.context(session, ADMIN, kind="committee")
    end = EndMembership(membership=row.id)
    reply = await answer(ctx, end)
    assert "目前没有书记在册" in words(reply)
    assert [words(other) for other in reply.others] == [
        "【工作提示】您作为甲局机关党委书记的绑定已解除，即时生效。如有疑问，请与机关工委联系。"
    ]
    assert await people.memberships(session, theirs.sender.account_id) == []
    assert "已经解除" in words(await answer(ctx, end))


async def test_a_group_bound_anew_is_no_longer_made_primary_by_an_old_button(session: AsyncSession) -> None:
    await town.build(session)
    await town.context(session, SECRETARY, kind="unit", org="01")
    ctx = await town.context(session, ADMIN, kind="unit", org="02")
    (told,) = (await answer(ctx, MakePrimary(org="01"))).others
    assert "已经解除" in words(told), "in private: it is of another organisation"


async def test_a_private_chat_is_never_bound_as_a_group(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, ADMIN)
    assert "请发邀请码" in words(await answer(ctx, BindGroup(role="committee")))


async def test_a_secretary_cannot_end_another_secretary(session: AsyncSession) -> None:
    await town.build(session)
    old = await town.context(session, SECRETARY, who="old")
    (row,) = await people.memberships(session, old.sender.account_id)
    ctx = await town.context(session, SECRETARY, who="new")
    end = EndMembership(membership=row.id)
    assert "由工委管理员办理" in words(await answer(ctx, end))


async def test_ones_own_role_is_offered_before_it_ends(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, SECRETARY, CHILD)
    reply = await answer(ctx, Unbind(bare=True))
    assert "1. 甲局机关党委书记，2026年11月23日绑定（本人）" in words(reply)
    assert [one.text for one in reply.buttons] == ["解绑 1", "解绑 2"]


async def test_a_group_that_is_unbound_hears_of_it_and_the_committee_too(session: AsyncSession) -> None:
    ids = await town.build(session)
    await town.context(session, ADMIN, kind="committee")
    ctx = await town.context(session, SECRETARY, who="s", kind="unit", org="01")
    reply = await answer(ctx, Unbind(bare=True))
    assert "本群已解绑" in words(reply)
    assert "甲局机关党委工作群已解绑" in words(reply.others[0])
    assert await chats.primary_of(session, ids["01"]) is None


async def test_a_demoted_admin_can_do_nothing_more(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, ADMIN)
    ctx.sender = Sender(ctx.sender.account_id, ())
    assert "工委管理员签发" in words(await answer(ctx, Invite(role="staff")))
    ctx.sender = Sender(ctx.sender.account_id, (Member("staff"),))
    assert "工委管理员签发" in words(await answer(ctx, Invite(role="staff")))


async def test_a_lost_group_leaves_its_place_to_the_next_one(session: AsyncSession) -> None:
    ids = await town.build(session)
    first = await town.context(session, SECRETARY, kind="unit", org="01")
    second = await town.context(session, SECRETARY, kind="unbound")
    await answer(second, BindGroup(org="01"))
    await chats.gone(session, first.chat.id, town.NOW)
    assert await chats.primary_of(session, ids["01"]) == second.chat.id
    await chats.gone(session, second.chat.id, town.NOW)
    assert await chats.primary_of(session, ids["01"]) is None


async def test_a_code_that_has_been_sent_is_kept_only_as_its_hash(session: AsyncSession) -> None:
    await town.build(session)
    ctx = await town.context(session, ADMIN)
    for number, state in enumerate(("sent", "ready")):
        session.add(
            OutboundMessage(
                dedupe_key=f"{number}",
                chat_id=ctx.chat.id,
                template="bind/invited",
                text="绑定 7",
                plain="绑定 7",
                made_at=town.NOW,
                due_at=town.NOW,
                state=state,
            )
        )
    await session.flush()
    await invitations.forget_sent(session, "bind/invited")
    left = (await session.execute(select(col(OutboundMessage.state)).where(col(OutboundMessage.text) != ""))).scalars().all()
    assert left == ["ready"]
