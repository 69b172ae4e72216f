"""What the bot answers to one stored event: a press, a draft or words become a request, which is carried out."""

import logging
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbound import presses
from bot.inbound.presses import Press
from bot.inbound.scene import Heard
from handlers import naming, routing
from handlers.contract import Context, Refusal
from handlers.routing import Routes
from messages.reading import read
from messages.reading.result import Question
from messages.requests import Request, codec, filled
from messages.requests.words import Cancel, Confirm, Nothing, Unclear
from messages.requests.work import HandIn
from messages.writing.reply import SILENCE, Reply
from storage import drafts

log = logging.getLogger(__name__)
HANDED_IN = "附件请查收"  # what a file without a word is read as


class Refused(Exception):
    """A request was refused: why, what was understood, and the button that was pressed."""

    def __init__(self, refusal: Refusal, said: Request | Question, press: Press | None) -> None:
        super().__init__(refusal.reply.template)
        self.refusal, self.said, self.press = refusal, said, press


@dataclass(frozen=True, slots=True)
class Router:
    """Knows the table of commands; has no other state."""

    routes: Routes

    async def answer(self, session: AsyncSession, heard: Heard) -> Reply:
        """The reply to an event. Raises Refused: what was done so far must be rolled back, and `refuse` asked in its place."""
        ctx = heard.context(session)
        press: Press | None = None
        said: Request | Question = Unclear()
        try:
            press = await self._press(session, heard)
            said = self._pressed(ctx, heard, press) if press else self._read(ctx, heard)
            reply = await self._carry(ctx, heard, said)
            if press is not None:
                await presses.spend(session, press, heard.now)
        except Refusal as refusal:
            log.info("event %s: %s refused as %s", heard.row.id, _request(said).key, refusal.reply.template)
            raise Refused(refusal, said, press) from None
        await self._close(session, heard, said)
        return await self._learn(ctx, heard, said, press, reply)

    async def refuse(self, session: AsyncSession, heard: Heard, refused: Refused) -> Reply:
        """The refusal's own answer; what is missing is asked for, and words that nobody understood are counted."""
        ctx, said, refusal = heard.context(session), refused.said, refused.refusal
        told = said.words if isinstance(said, Question) else None
        again = heard.question is not None and heard.question.words == told
        if heard.row.kind == "text" and (isinstance(said, Unclear) or (told and not again)):
            await naming.count(ctx, said, heard.question.missing if heard.question else ())
        if not refusal.missing:
            return refusal.reply
        if heard.row.kind != "edit":
            await self._ask(ctx, heard, said, refusal)
        return await self._learn(ctx, heard, said, refused.press, refusal.reply)

    async def _press(self, session: AsyncSession, heard: Heard) -> Press | None:
        """The button that was pressed, or whose words were typed while no question is open."""
        if heard.row.kind == "press":
            return await presses.pressed(session, heard.row, heard.now)
        if heard.row.kind != "text" or not heard.row.addressed or heard.question is not None:
            return None
        words = (heard.row.text or "").replace("＠", "@").replace(f"@{heard.bot_name}", "").strip(" 　。")
        return await presses.typed(session, heard.row, words, heard.now)

    def _pressed(self, ctx: Context[Any], heard: Heard, press: Press) -> Request:
        """What the button stands for; an organisation chosen for the open question completes what was said since."""
        ctx.pressed, ctx.version, ctx.words = True, press.offer.version, press.words
        open_one = heard.question.request if heard.question else None
        if type(open_one) is type(press.request) and press.request.organization is not None:
            return filled(open_one, org=press.request.organization)
        return press.request

    def _read(self, ctx: Context[Any], heard: Heard) -> Request | Question:
        row = heard.row
        text = (row.text or "").strip() or (HANDED_IN if row.kind == "file" else "")
        said = read(text, heard.scene()).said
        request = _request(said)
        if row.kind == "edit" and (heard.amends is None or not request.edits):
            return Nothing()  # an edit amends the report of its message, and does nothing else
        if row.kind == "file" and isinstance(request, Unclear | Nothing) and row.addressed:
            return HandIn(org=request.organization)
        ctx.words = said.words if isinstance(said, Question) else _words(heard, request)
        return said

    async def _carry(self, ctx: Context[Any], heard: Heard, said: Request | Question) -> Reply:
        request = _request(said)
        if isinstance(request, Nothing):
            return SILENCE
        if ctx.chat.kind == "unbound" and not request.unbound:
            raise Refusal("common/not_bound_chat")
        if isinstance(request, Cancel):
            return await self._cancel(ctx, heard)
        if isinstance(request, Confirm) and heard.question is not None:
            said, request = heard.question, heard.question.request
        if isinstance(request, Unclear | Confirm):
            raise Refusal("common/unknown")
        return await routing.carry(self.routes, ctx, said)

    async def _cancel(self, ctx: Context[Any], heard: Heard) -> Reply:
        if heard.question is None:
            raise Refusal("common/nothing_to_cancel")
        await drafts.close(ctx.session, heard.row.account_id, heard.row.chat_id)
        return Reply("common/cancelled")

    async def _ask(self, ctx: Context[Any], heard: Heard, said: Request | Question, refusal: Refusal) -> None:
        """Open a question, where it is asked: in this chat, or in the private one to which the refusal was taken."""
        request, words = _request(said), refusal.words or (said.words if isinstance(said, Question) else None)
        taken_away = refusal.reply.template == "rights/in_private"
        asked_in = refusal.reply.others[0].to.id if taken_away else heard.row.chat_id
        kept = codec.encode(request, words)
        await drafts.put(ctx.session, heard.row.account_id, asked_in, request.key, kept, refusal.missing, heard.now)

    async def _close(self, session: AsyncSession, heard: Heard, said: Request | Question) -> None:
        """The open question is answered by a complete request of its kind; another one leaves it alone."""
        if heard.question is not None and heard.question.request.intent == _request(said).intent:
            await drafts.close(session, heard.row.account_id, heard.row.chat_id)

    async def _learn(
        self, ctx: Context[Any], heard: Heard, said: Request | Question, press: Press | None, reply: Reply
    ) -> Reply:
        """Whoever has told which organisation a name means is asked once: the name becomes the account's own alias."""
        words = None
        code = _request(said).organization
        if press is not None:
            words = press.words
        elif heard.question is not None and "org" in heard.question.missing:
            same = type(heard.question.request) is type(_request(said))
            words = heard.question.words if same and naming.is_answer(ctx, code) else None
        learned = await naming.learn(ctx, words, code)
        return reply if learned is None else replace(reply, postscript=learned)


def _request(said: Request | Question) -> Request:
    return said.request if isinstance(said, Question) else said


def _words(heard: Heard, request: Request) -> str | None:
    """The words of the question that this request answers."""
    question = heard.question
    return question.words if question is not None and type(question.request) is type(request) else None
