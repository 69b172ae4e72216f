"""Whether WeCom answers and accepts the stored group webhooks; for `doctor`, sending nothing."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.contract import Gone, NotSent, Unsure
from bot.channels.wecom.channel import WeComChannel
from storage import webhooks
from storage.database.engine import sessions

Told = tuple[bool, str]
"""(fine, the line that says so)."""

WITHIN = 10.0  # seconds for one platform


async def examine(channel: WeComChannel, engine: AsyncEngine | None) -> list[Told]:
    """The platform can be reached (subscribing would take the robot from `serve`), and each stored webhook is accepted."""
    try:
        async with asyncio.timeout(WITHIN):
            await channel.check()
        found = [(True, "企业微信长连接地址可达（未登录，以免挤掉正在运行的机器人）")]
    except (NotSent, TimeoutError) as error:
        found = [(False, f"企业微信长连接连不上：{_why(error)}")]
    if engine is not None:
        async with sessions(engine)() as session:
            groups = await webhooks.groups(session)
        found += [await _webhook(channel, chat_id, await channel.webhook_of(external)) for chat_id, external in groups]
    await channel.close()
    return found


async def _webhook(channel: WeComChannel, chat_id: int, key: str | None) -> Told:
    if key is None:
        return (
            False,
            f"会话{chat_id}的群机器人地址打不开（BRANDBOT_TOKEN_KEY 已变），请重新登记：brandbot chat webhook {chat_id}",
        )
    try:
        async with asyncio.timeout(WITHIN):
            accepted = await channel.check_webhook(key)
    except (NotSent, Unsure, Gone, TimeoutError) as error:
        return False, f"会话{chat_id}的群机器人没有回应：{_why(error)}"
    if accepted:
        return True, f"会话{chat_id}的群机器人可用"
    return False, f"会话{chat_id}的群机器人地址已失效，请重新登记：brandbot chat webhook {chat_id}"


def _why(error: BaseException) -> str:
    return str(error) or type(error).__name__
