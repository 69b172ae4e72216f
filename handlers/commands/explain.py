"""解释: why a message is read as it is, for an admin in private: the rule, the organisation, the dates."""

import json
import re

from handlers import rights
from handlers.contract import ADMIN, Context, Refusal, Shown, command
from messages.reading import read
from messages.reading.addressing import address
from messages.reading.result import Reading
from messages.reading.scene import Scene
from messages.reading.text import Text
from messages.writing.reply import Reply
from storage.mail import inbox

ITSELF = re.compile(r"^解释(?:一?下)?(?:上一?条|这一?条)?[\s:,]*")


@command(
    "explain",
    who=ADMIN,
    summary="解释：一句话为什么这样理解（私聊）",
    examples={"解释 进度": "意图：status", "（回复一条消息）解释": Shown("explain.chat")},
    needs_plan=False,
)
async def explain(ctx: Context, said: Reading) -> Reply:
    """The words after 解释, else those of the message replied to, as the bot would read them from this sender here."""
    rights.require_chat(ctx, "private")
    rest = address(Text.of(ctx.text), (ctx.bot_name,)).text
    itself = ITSELF.match(rest.norm)
    words = rest[itself.end() if itself else 0 :].raw.strip()
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
    )
    found = read(words, scene)
    return Reply("explain/why", {"why": list(found.why), "read": json.dumps(found.to_json(), ensure_ascii=False)})
