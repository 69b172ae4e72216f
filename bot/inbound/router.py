"""What the bot answers to one stored event: a press, a draft or words become a request, which is carried out."""

import logging
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbound import presses
from bot.inbound.scene import Heard
from handlers import asking_back, naming, routing
from handlers.contract import Context, Refusal, WhichOrganization
from handlers.routing import Routes
from messages.reading import chosen, read
from messages.reading.result import Question, Reading
from messages.requests import Request, codec
from messages.requests.words import Cancel, Confirm, Nothing, Unclear
from messages.requests.work import Correct, HandIn
from messages.writing.reply import SILENCE, Reply
from storage import drafts
from storage.mail import inbox

log = logging.getLogger(__name__)
LAPSED = "common/lapsed"  # the question that was answered is one of another version of the program
HANDED_IN = "附件请查收"  # what a file without a word is read as


class Refused(Exception):
    """A request was refused: why, and what was understood."""

    def __init__(self, refusal: Refusal, wanted: Reading) -> None:
        super().__init__(refusal.reply.template)
        self.refusal, self.wanted = refusal, wanted


@dataclass(frozen=True, slots=True)
class Router:
    """Knows the table of commands; has no other state."""

    routes: Routes

    async def answer(self, session: AsyncSession, heard: Heard) -> Reply:
        """The reply to an event. Raises Refused: what was done so far must be rolled back, and `refuse` asked in its place."""
        wanted = Reading(Unclear())
        try:
            press = await presses.meant(session, heard)
            wanted = chosen(press.request, press.words, heard.scene()) if press else self._read(heard)
            version = press.version if press else None
            ctx = heard.context(session, pressed=press is not None, version=version, words=wanted.words)
            reply = await self._carry(ctx, heard, wanted.said)
        except Refusal as refusal:
            log.info("event %s: %s refused as %s", heard.row.id, wanted.request.key, refusal.reply.template)
            raise Refused(refusal, wanted) from None
        await self._close(session, heard, wanted.request)
        await self._forget(session, heard, wanted)
        return await self._learn(ctx, wanted, reply)

    async def refuse(self, session: AsyncSession, heard: Heard, refused: Refused) -> Reply:
        """The refusal's own answer; what is missing is asked for, and words that nobody understood are counted."""
        ctx, refusal, wanted = heard.context(session), refused.refusal, refused.wanted
        if refusal.reply.template == LAPSED:  # told once
            await drafts.close(session, heard.row.account_id, heard.row.chat_id)
            return refusal.reply
        await self._forget(session, heard, wanted)
        told = wanted.question.words if wanted.question else None
        again = heard.question is not None and heard.question.words == told
        if heard.row.kind == "text" and (isinstance(wanted.said, Unclear) or (told and not again)):
            await naming.count(ctx, wanted.said, heard.question.missing if heard.question else ())
        if isinstance(refusal, WhichOrganization):
            refusal = asking_back.which(ctx, wanted.said)
        if not refusal.missing:
            return refusal.reply
        if heard.row.kind != "edit":
            await self._ask(session, heard, wanted, refusal)
        return await self._learn(ctx, wanted, refusal.reply)

    def _read(self, heard: Heard) -> Reading:
        row = heard.row
        text = (row.text or "").strip() or (HANDED_IN if row.kind == "file" else "")
        wanted = read(text, heard.scene())
        if row.kind == "edit":
            return self._edited(heard, text, wanted)
        if row.kind == "file" and isinstance(wanted.request, Unclear | Nothing) and row.addressed:
            return Reading(HandIn(org=wanted.request.organization))
        if isinstance(wanted.request, Confirm) and heard.question is not None:
            return Reading(heard.question)
        return wanted

    def _edited(self, heard: Heard, text: str, wanted: Reading) -> Reading:
        """An edit amends the report that its message made, also by answering a question; of any other it is said what to do."""
        if heard.edits is None:  # the bot hears it for the first time
            return wanted
        if not heard.edits.changed:
            return Reading(Nothing())
        if wanted.request.edits:
            return wanted
        if not heard.edits.reported:
            raise Refusal("correct/edited")
        corrected = read(f"更正 {text}", heard.scene()).said
        return Reading(corrected if isinstance(corrected, Correct) else Correct())

    async def _carry(self, ctx: Context[Any], heard: Heard, said: Request | Question) -> Reply:
        request = said.request if isinstance(said, Question) else said
        if isinstance(request, Nothing):
            return SILENCE
        if ctx.chat.kind == "unbound" and not request.unbound:
            raise Refusal("common/not_bound_chat")
        if isinstance(request, Cancel):
            return await self._cancel(ctx, heard)
        if isinstance(request, Unclear | Confirm):
            raise Refusal("common/unknown") if heard.lapsed is None else Refusal(LAPSED, word=heard.lapsed)
        return await routing.carry(self.routes, ctx, said)

    async def _cancel(self, ctx: Context[Any], heard: Heard) -> Reply:
        if heard.question is None and heard.lapsed is None:
            raise Refusal("common/nothing_to_cancel")
        await drafts.close(ctx.session, heard.row.account_id, heard.row.chat_id)
        return Reply("common/cancelled")

    async def _ask(self, session: AsyncSession, heard: Heard, wanted: Reading, refusal: Refusal) -> None:
        """Open a question, where it is asked: in this chat, or in the private one to which the refusal was taken."""
        taken_away = refusal.reply.template == "rights/in_private"
        asked_in = refusal.reply.others[0].to.id if taken_away else heard.row.chat_id
        request, name = wanted.request, wanted.question.name if wanted.question else None
        kept = codec.encode(request, name)
        await drafts.put(session, heard.row.account_id, asked_in, request.key, kept, refusal.missing, heard.now)

    async def _close(self, session: AsyncSession, heard: Heard, request: Request) -> None:
        """The open question is answered by a complete request of its kind; another one leaves it alone."""
        if heard.question is not None and heard.question.request.intent == request.intent:
            await drafts.close(session, heard.row.account_id, heard.row.chat_id)

    async def _forget(self, session: AsyncSession, heard: Heard, wanted: Reading) -> None:
        """Words that carried a secret are not kept."""
        if wanted.request.secret:
            await inbox.forget_text(session, heard.row.id)

    async def _learn(self, ctx: Context[Any], wanted: Reading, reply: Reply) -> Reply:
        """Whoever has told which organisation a name means is asked once: the name becomes the account's own alias."""
        if not wanted.taught:
            return reply
        return replace(reply, postscript=await naming.learn(ctx, wanted.words, wanted.request.organization))
