"""解释: why a message is read as it is, for an admin in private: the rule, the organisation, the dates."""

import json

from handlers.contract import ADMIN, Audience, Context, Refusal, Shown, command
from handlers.matters import NOTHING
from messages.reading import read
from messages.reading.scene import Scene
from messages.requests.words import Explain
from messages.writing.reply import Reply
from storage.mail import inbox


@command(
    Explain,
    who=ADMIN,
    about=NOTHING,
    audience=Audience.PRIVATE,
    where=("private",),
    summary="解释：一句话为什么这样理解（私聊）",
    examples={"解释 进度": "意图：status", "（回复一条消息）解释": Shown("explain.chat")},
    needs_plan=False,
)
async def explain(ctx: Context[None], asked: Explain) -> Reply:
    """The words after 解释, else those of the message replied to, as the bot would read them from this sender here."""
    words = asked.text or ""
    if not words and ctx.inbound_id is not None:
        words = (await inbox.quoted(ctx.session, ctx.inbound_id) or "").strip()
    if not words:
        raise Refusal("explain/what")
    scene = Scene(
        now=ctx.now,
        chat_kind="private",
        addressed=True,
        directory=ctx.directory,
        workdays=ctx.calendar,
        bot_names=(ctx.bot_name,),
        members=ctx.sender.members,
        posts=ctx.plan.rules.owner_posts if ctx.plan else (),
    )
    found = read(words, scene)
    return Reply("explain/why", {"why": list(found.why), "read": json.dumps(found.to_json(), ensure_ascii=False)})
