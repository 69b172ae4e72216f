"""What the bot answers to one stored event: screens, presses, drafts, then the command that reading found."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbound import presses
from bot.inbound.readings import from_fields, to_fields
from bot.inbound.scene import Heard
from handlers import naming
from handlers.contract import Command, Context, Pressed, Refusal
from messages.reading import read
from messages.reading.result import Reading
from messages.writing.reply import SILENCE, Reply
from storage import drafts
from storage.tables import Action

log = logging.getLogger(__name__)
UNBOUND = frozenset({"help", "bind"})  # all that a chat without a binding may ask
HANDED_IN = "附件请查收"  # what a file without a word is read as
EDITABLE = frozenset({"report", "correct"})
ROLE_NAMES = {"admin": "工委管理员", "staff": "工委工作人员", "secretary": "党组织书记", "member": "党员"}


@dataclass(frozen=True, slots=True)
class Answerer:
    """Knows the table of commands; has no other state."""

    commands: Mapping[str, Command]

    async def answer(self, session: AsyncSession, said: Heard) -> Reply:
        """The reply to an event. A refused command leaves nothing behind but its answer and, perhaps, an open question."""
        action: Action | None = None
        reading = Reading("unknown")
        ctx = said.context(session)
        try:
            action = await self._action(session, said)
            reading = self._pressed(said, action) if action else self._read(said)
            async with session.begin_nested():
                reply = await self._run(ctx, said, reading, action)
            if action is not None:
                await presses.spend(session, action, said.now)
        except Refusal as refusal:
            log.info("event %s: %s refused as %s", said.row.id, reading.intent, refusal.reply.template)
            return await self._refused(ctx, said, reading, action, refusal)
        await self._close(session, said, reading)
        return await self._learn(ctx, said, reading, action, reply)

    async def _refused(self, ctx: Context, said: Heard, reading: Reading, action: Action | None, refusal: Refusal) -> Reply:
        """The refusal's own answer; what is missing is asked for, and words that nobody understood are counted."""
        asked = said.draft is not None and said.draft.fields.get("org_words") == reading.org_words
        if said.row.kind == "text" and (reading.intent == "unknown" or (reading.org_words and not asked)):
            await naming.count(ctx, reading)
        if not refusal.missing:
            return refusal.reply
        await self._ask(ctx.session, said, reading, refusal.missing)
        return await self._learn(ctx, said, reading, action, refusal.reply)

    async def _learn(self, ctx: Context, said: Heard, reading: Reading, action: Action | None, reply: Reply) -> Reply:
        """Whoever has told which organisation a name means is asked once: the name becomes the account's own alias."""
        words = None
        if action is not None:
            words = action.fields.get("org_words")
        elif said.draft is not None and said.draft.intent == reading.intent and "org" in said.draft.missing:
            words = said.draft.fields.get("org_words") if naming.is_answer(ctx, reading.org) else None
        learned = await naming.learn(ctx, words, reading.org)
        return reply if learned is None else replace(reply, postscript=learned)

    async def _action(self, session: AsyncSession, said: Heard) -> Action | None:
        """The button that was pressed, or whose words were typed while no question is open."""
        if said.row.kind == "press":
            return await presses.pressed(session, said.row, said.now)
        if said.row.kind != "text" or not said.row.addressed or said.draft is not None:
            return None
        words = (said.row.text or "").replace("＠", "@").replace(f"@{said.bot_name}", "").strip(" 　。")
        return await presses.typed(session, said.row, words, said.now)

    def _pressed(self, said: Heard, action: Action) -> Reading:
        """What the button stands for; one that answers the open question adds to what was said before."""
        known = said.draft.fields if said.draft is not None and said.draft.intent == action.intent else {}
        return from_fields(action.intent, {**known, **action.fields})

    def _read(self, said: Heard) -> Reading:
        text = (said.row.text or "").strip() or (HANDED_IN if said.row.kind == "file" else "")
        reading = read(text, said.scene())
        if said.row.kind == "edit" and (said.amends is None or reading.intent not in EDITABLE):
            return Reading("none")  # an edit amends the report of its message, and does nothing else
        if said.row.kind == "file" and reading.intent in {"unknown", "none"} and said.row.addressed:
            return replace(reading, intent="attach")
        return reading

    async def _run(self, ctx: Context, said: Heard, reading: Reading, action: Action | None) -> Reply:
        if reading.intent == "none":
            return SILENCE
        if ctx.chat.kind == "unbound" and reading.intent not in UNBOUND:
            raise Refusal("common/not_bound_chat")
        if action is None and reading.action == "cancel" and (said.draft is not None or reading.intent == "unknown"):
            return await self._cancel(ctx, said)
        if reading.intent == "unknown":
            raise Refusal("common/unknown")
        command = self.commands.get(reading.intent)
        if command is None:
            raise Refusal("common/not_open_yet")
        self._may(command, ctx)
        if action is not None:
            ctx.pressed = Pressed(action.label, dict(action.fields), action.version)
        else:
            self._complete(ctx, reading)
        return await command.handler(ctx, reading)

    async def _cancel(self, ctx: Context, said: Heard) -> Reply:
        if said.draft is None:
            raise Refusal("common/nothing_to_cancel")
        await drafts.close(ctx.session, said.draft.account_id, said.draft.chat_id)
        return Reply("common/cancelled")

    def _may(self, command: Command, ctx: Context) -> None:
        """Whether this role may use the command at all; for which organisation, the handler asks rights.py."""
        if not command.who & ctx.sender.roles:
            if not ctx.sender.members:
                raise Refusal("common/stranger")
            whose = "、".join(name for role, name in ROLE_NAMES.items() if role in command.who)
            raise Refusal("common/not_allowed", whose=whose)
        if command.needs_plan and ctx.plan is None:
            raise Refusal("common/no_plan")

    def _complete(self, ctx: Context, reading: Reading) -> None:
        """What any command would have to ask back: an impossible value, an organisation that is not clear."""
        asked = reading.problem == "impossible_date" and reading.intent in EDITABLE
        asked = asked or (reading.problem == "unknown_org" and "org" in reading.missing)
        if reading.problem is not None and not asked:
            raise Refusal(f"common/{reading.problem}", problem_text=reading.problem_text or "")
        if "org" in reading.missing:
            raise naming.ask(ctx, reading)

    async def _ask(self, session: AsyncSession, said: Heard, reading: Reading, missing: tuple[str, ...]) -> None:
        if said.row.kind != "edit":
            row = said.row
            await drafts.put(session, row.account_id, row.chat_id, reading.intent, to_fields(reading), missing, said.now)

    async def _close(self, session: AsyncSession, said: Heard, reading: Reading) -> None:
        """The open question is answered by a complete command of its kind; another command leaves it alone."""
        if said.draft is not None and said.draft.intent == reading.intent:
            await drafts.close(session, said.draft.account_id, said.draft.chat_id)
