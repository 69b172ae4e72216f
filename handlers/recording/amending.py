"""A report's next version: an edited message replaces it, a 更正 changes what it names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers import acting
from handlers.contract import Context, Refusal
from handlers.matters import Record
from handlers.recording import effects, parts, promised, readback
from handlers.recording.effects import Caused
from handlers.recording.parts import Told
from handlers.views import item
from messages.requests import filled
from messages.requests.work import Correct, Report
from messages.writing.reply import Reply
from storage import commitments, reports
from storage.reports import Part, ReportFacts
from storage.tables import Organization

ONLY_FIELDS = re.compile(
    r"20\d\d-\d{4}|编号|上一?条|刚才|那个?|这个?|一下|报的|登记的?|写|说|填|报|错|了|有误|不对|应该?|是|为|改成|改为|更正为?|改|不|而|请|把|将|"
    r"时间|日期|参加|参会|人数|人次|次数|进度|完成度|总体|下一?步|时限|期限|完成|前|之前|[第号月日年人次个名位%％\d]|[一二三四五六七八九十百两零]|"
    r"(?:上|本|这|下)?(?:个)?(?:周|星期)[一二三四五六日天]|昨天|前天|今天|[\s，,。；;：:、.（）()“”]"
)
NEW_WORDS = re.compile(
    r"(?:内容|事项|活动|工作)(?:应该?是|应为|应当是|改成|改为|更正为|[:：])\s*(?P<words>[^\n]{2,})"
    r"|^(?!.*(?:错|有误|不对))[^，,。]{0,12}?(?:应该?是|应为|应当是|改成|改为|更正为)(?P<more>[^\n]{4,})"
)
PLACE = re.compile(r"第([一二三四五六七八九1-9])[项条件个]")
PLACES = "一二三四五六七八九"
Ctx = Context[Any]


async def amend(ctx: Ctx, said: Report, record: Record) -> Reply:
    """The message that made a report was edited: the report says what the message now says."""
    report, organization = record.report, record.organization
    told = parts.of(ctx, said)
    if [_plain(part) for part in told] == [_plain(part) for part in report.parts] and said.due is None:
        raise Refusal("correct/unchanged", number=report.number)
    return await _store(ctx, said, report, organization, told, anew=True)


async def correct(ctx: Ctx, said: Correct, record: Record) -> Reply:
    """Change the fields that a 更正 names; what it does not name stays."""
    report, organization = record.report, record.organization
    parts.check_dates(ctx, said)
    words = new_words(said)
    if said.events and len(said.events) > 1:
        return await _store(ctx, said, report, organization, parts.of(ctx, said), anew=True)
    place = _place(ctx, report)
    told = [_changed(ctx, said, part, words) if at == place else part for at, part in enumerate(report.parts)]
    if [_plain(part) for part in told] == [_plain(part) for part in report.parts] and said.due is None:
        raise Refusal("correct/what", missing=("content",), number=report.number)
    return await _store(ctx, said, report, organization, told, anew=words is not None)


def new_words(said: Told) -> str | None:
    """The new words for what was done, where a 更正 gives any: told in full, or after 内容应为."""
    text = (said.content or "").strip()
    found = NEW_WORDS.search(text)
    if found is not None:
        words = (found["words"] or found["more"]).strip(" ，,。；;：:“”")
        return words if ONLY_FIELDS.sub("", words) else None
    restated = len(ONLY_FIELDS.sub("", text)) >= 6 and not re.search(r"错|有误|不对|应|不是|改成|改为", text)
    return text if restated else None


def _place(ctx: Ctx, report: ReportFacts) -> int:
    """Which part is meant: 第二项, or the last one."""
    found = PLACE.search(ctx.text)
    if found is not None:
        word = found.group(1)
        place = (PLACES.index(word) + 1 if word in PLACES else int(word)) - 1
        if place < len(report.parts):
            return place
    return len(report.parts) - 1


def _changed(ctx: Ctx, said: Told, part: Part, words: str | None) -> Part:
    new: dict[str, Any] = {
        "occurred_on": said.date,
        "participants": said.participants,
        "percent": said.percent,
        "activities": dict(said.activities) or None,
        "content": words and parts.done_words(ctx, filled(said, content=words)),
    }
    if words is None and (figures := _figures(part, said)) != part.content:
        new["content"] = figures
    changed = replace(part, **{name: value for name, value in new.items() if value is not None})
    return replace(changed, milestone_id=parts.milestone_in(ctx, changed.content)) if new["content"] else changed


def _figures(part: Part, said: Told) -> str:
    """The words with a corrected figure in the old one's place, where that stands in them just once."""
    text = part.content
    for old, new, unit in ((part.participants, said.participants, "人|名"), (part.percent, said.percent, "[%％]")):
        pattern = rf"(?<!\d){old}(?=(?:{unit}))"
        if old is not None and new is not None and len(re.findall(pattern, text)) == 1:
            text = re.sub(pattern, str(new), text)
    return text


def _plain(part: Part) -> Part:
    return replace(part, id=0)


async def _store(
    ctx: Ctx, said: Told, report: ReportFacts, organization: Organization, told: Sequence[Part], *, anew: bool
) -> Reply:
    """Write the next version with what it causes; `anew`: the words changed, so promises kept are looked for again."""
    rows = await reports.correct(ctx.session, report, told, _origin(ctx))
    caused = await _settle(ctx, report, organization, told, rows, anew=anew)
    promise = await _promise(ctx, said, report, organization, rows[-1], anew=anew)
    await acting.record(
        ctx,
        organization.id,
        "report_corrected",
        report.number,
        {"parts": [part.content for part in told], "version": report.version + 1},
    )
    return readback.reply(ctx, "correct/done", organization, report.number, told, caused, promise)


def _origin(ctx: Ctx) -> reports.Origin:
    return reports.Origin(ctx.now, ctx.sender.account_id, ctx.amends or ctx.inbound_id)


async def _settle(
    ctx: Ctx, report: ReportFacts, organization: Organization, told: Sequence[Part], rows: Sequence[int], *, anew: bool
) -> Caused:
    if anew:
        await effects.take_back(ctx, report.number, promises_too=False)
        return await effects.apply(ctx, organization, told, rows)
    return await effects.apply_milestones(ctx, report.number, organization, told, rows)


async def _promise(
    ctx: Ctx, said: Told, report: ReportFacts, organization: Organization, row: int, *, anew: bool
) -> dict[str, Any] | None:
    """The promise as it stands after the correction: a new day or step replaces the old one."""
    earlier = await commitments.made_by(ctx.session, await reports.versions(ctx.session, report.number))
    if said.due is None:
        if earlier and not (anew and ctx.amends is not None):
            return item.promise(earlier[-1].object, earlier[-1].due_on, ctx.today, ctx.calendar)
        await commitments.drop(ctx.session, [promise.id for promise in earlier], ctx.now)
        return None
    await commitments.drop(ctx.session, [promise.id for promise in earlier], ctx.now)
    if earlier and not said.next_step:
        said = filled(said, next_step=earlier[-1].object)
    return await promised.make(ctx, said, organization, row, await commitments.open_of(ctx.session, organization.id))
