"""Opens the stored keys of group webhooks for the WeCom channel."""

import logging
from dataclasses import dataclass

from bot.channels.wecom.sealing import BadSeal, unseal
from bot.config import Settings, token_key
from storage import webhooks
from storage.database.sessions import Sessions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredWebhooks:
    """Looks a group's key up when it is needed, so that a new one counts at once."""

    sessions: Sessions
    settings: Settings

    async def __call__(self, chat: str) -> str | None:
        """The key of a group's webhook by the group's id; None where none is set or it cannot be opened."""
        async with self.sessions() as session:
            sealed = await webhooks.sealed(session, "wecom", chat)
        if sealed is None:
            return None
        try:
            return unseal(token_key(self.settings), sealed, chat)
        except BadSeal:
            log.error("the webhook key of a group cannot be opened: BRANDBOT_TOKEN_KEY is not the one it was stored with")
            return None
