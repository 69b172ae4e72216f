"""From a stored event to the Scene that reading may know and the Context that a handler gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cache import Cache, Facts
from handlers.contract import Context, Here, Sender, SentFile
from messages.reading.result import Question
from messages.reading.scene import ChatKind, Member, Replied, Role, Scene
from messages.requests import BY_KEY
from messages.requests.codec import Unreadable, decode
from storage import drafts, reports
from storage.mail import inbox, outbox
from storage.mail.inbox import Event


@dataclass(frozen=True, slots=True)
class Edits:
    """The message that was edited: its event, whether it made a report, and whether it says something else now."""

    event: int
    reported: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A stored event with everything that is known around it."""

    row: Event
    facts: Facts
    now: datetime
    members: tuple[Member, ...]
    question: Question | None  # the bot's open question to this account in this chat
    lapsed: str | None  # what was asked by another version of the program, whose question cannot be read: its word, or ""
    replied: Mapping[str, Any] | None  # what the bot's message replied to was about; None: no reply to the bot
    edits: Edits | None
    bot_name: str
    file: SentFile | None = None
    seal: Callable[[str, str], str] | None = None

    def scene(self) -> Scene:
        """What reading may know. A chat that is not bound is read as `all`: it belongs to no organisation."""
        kind = self.row.chat_kind if self.row.chat_kind != "unbound" else "all"
        replied = None
        if self.replied is not None or self.row.reply_text:
            replied = Replied(self.row.reply_text or "", dict(self.replied or {}))
        return Scene(
            now=self.facts.local(self.row.said_at),
            chat_kind=cast("ChatKind", kind),
            addressed=self.row.addressed or self.edits is not None,  # who edits what the bot has heard speaks to it
            directory=self.facts.directory,
            workdays=self.facts.calendar,
            bot_names=(self.bot_name,),
            chat_org=self.row.chat_org,
            members=self.members,
            question=self.question,
            replied=replied,
            posts=self.facts.plan.rules.owner_posts if self.facts.plan else (),
        )

    def context(
        self, session: AsyncSession, *, pressed: bool = False, version: int | None = None, words: str | None = None
    ) -> Context[Any]:
        """What a handler gets; the rest is told by what was pressed or said."""
        return Context(
            session=session,
            now=self.now,
            said_at=self.facts.local(self.row.said_at),
            sender=Sender(self.row.account_id, self.members),
            chat=Here(self.row.chat_id, self.row.chat_kind, self.row.chat_org),
            plan=self.facts.plan,
            directory=self.facts.directory,
            calendar=self.facts.calendar,
            organizations=self.facts.organizations,
            bot_name=self.bot_name,
            about=None,
            inbound_id=self.row.id,
            text=self.row.text or "",
            replied=dict(self.replied or {}),
            pressed=pressed,
            version=version,
            words=words,
            file=self.file,
            seal=self.seal,
            amends=self.edits.event if self.edits else None,
        )


async def around(session: AsyncSession, row: Event, cache: Cache, now: datetime, bot_name: str) -> Heard:
    """Look up what belongs to an event: no statement for a message like any other, at most six."""
    known = await cache.speaker(session, row.account_id, row.versions)
    facts = (await cache.facts(session, row.versions)).with_aliases(known.aliases)
    replied = None
    if row.reply_to is not None or row.reply_text:
        found = await outbox.about(session, row.chat_id, row.reply_to, row.reply_text)
        replied = None if found is None else found.about
    members = tuple(Member(cast("Role", role), org) for role, org in known.members)
    question, lapsed = _question(row.draft)
    edits = await _edits(session, row)
    return Heard(row, facts, facts.local(now), members, question, lapsed, replied, edits, bot_name)


async def _edits(session: AsyncSession, row: Event) -> Edits | None:
    """What a message that was edited is to the bot; None where it is no edit, or nobody told the bot of its message."""
    if row.kind != "edit" or row.message is None:
        return None
    event = await inbox.by_message(session, row.chat_id, row.message)
    if event is None:
        return None
    told = await reports.of_inbound(session, event) is not None
    return Edits(event, told, await inbox.earlier_text(session, row.chat_id, row.message, row.id) != row.text)


def _question(draft: drafts.Open | None) -> tuple[Question | None, str | None]:
    """The open question that was kept; of one that another version of the program asked, no more than its word."""
    if draft is None:
        return None, None
    try:
        request, words = decode(draft.intent, draft.fields)
    except Unreadable:
        return None, BY_KEY[draft.intent].words if draft.intent in BY_KEY else ""
    return Question(request, tuple(draft.missing), words=words), None
