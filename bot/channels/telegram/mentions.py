"""Whether a message speaks to this bot, and its text with the bot called by its own name."""

import re
from dataclasses import dataclass
from functools import lru_cache

from telegram import Message, MessageEntity


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as Telegram knows it, and the name that people call it by."""

    id: int
    username: str
    name: str

    @property
    def at(self) -> str:
        """How reading expects to be addressed."""
        return f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said, and whether the words themselves address the bot."""

    text: str
    addressed: bool


def spoken(message: Message, me: Me) -> Spoken:
    """Text or caption: a mention of this bot becomes `@name`, `/start CODE` becomes 绑定, `/word@bot` loses its address."""
    text = message.text or message.caption or ""
    text, named = _entities(text, message.entities or message.caption_entities or (), me)
    typed = _typed(me.name, me.username)
    if typed.search(text):
        text, named = typed.sub(me.at, text), True
    return _command(text, named, me)


def _entities(text: str, entities: tuple[MessageEntity, ...], me: Me) -> tuple[str, bool]:
    """Replace the mentions that Telegram has marked; their offsets count UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    own = [entity for entity in entities if _is_me(entity, units, me)]
    for entity in sorted(own, key=lambda entity: entity.offset, reverse=True):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        units = units[:start] + me.at.encode("utf-16-le", "surrogatepass") + units[end:]
    return units.decode("utf-16-le", "replace"), bool(own)


def _is_me(entity: MessageEntity, units: bytes, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    if entity.type != MessageEntity.MENTION:
        return False
    named = units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")
    return named.casefold() == f"@{me.username}".casefold()


@lru_cache(maxsize=8)
def _typed(name: str, username: str) -> re.Pattern[str]:
    """Addresses that Telegram does not mark: a full-width ＠, the bot's Chinese name, no space before the @."""
    handle = rf"{re.escape(username)}(?![A-Za-z0-9_])" if username else r"(?!)"
    return re.compile(rf"(?<![A-Za-z0-9._%+-])[@＠]\s?(?:{re.escape(name)}|{handle})", re.IGNORECASE)


COMMAND = re.compile(r"/(?P<word>[a-z0-9_]{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?\Z", re.IGNORECASE | re.DOTALL)
CHINESE_COMMAND = re.compile(r"\s*/(?=[\u4e00-\u9fff])")


def _command(text: str, named: bool, me: Me) -> Spoken:
    found = COMMAND.match(text.strip())
    if found is None:
        slash = CHINESE_COMMAND.match(text)  # Telegram marks no such command, but people type it
        return Spoken(text[slash.end() :], True) if slash else Spoken(text, named)
    other, word, rest = found["bot"], found["word"].lower(), (found["rest"] or "").strip()
    if other and other.casefold() != me.username.casefold():
        return Spoken(text, named)
    if word == "start":
        return Spoken(f"绑定 {rest}" if rest else "帮助", True)
    return Spoken(f"/{word} {rest}".rstrip(), True)
