"""The yardstick of `path`: a plain python-telegram-bot handler with SQLModel that stores two rows and answers."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import URL, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine
from sqlmodel.ext.asyncio.session import AsyncSession
from telegram import Message, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bench.bot_api import TOKEN, BotApi


class Plain(SQLModel, registry=registry()):
    """The plain bot's tables stand apart from ours."""


class PlainMessage(Plain, table=True):
    """What was said."""

    id: int | None = Field(default=None, primary_key=True)
    update_id: int = Field(unique=True)
    chat_id: int = Field(index=True)
    user_id: int
    text: str
    at: datetime


class PlainReport(Plain, table=True):
    """What was reported."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="plainmessage.id", index=True)
    content: str
    at: datetime


def rows(update: Update, message: Message) -> tuple[PlainMessage, str]:
    """The message's row, and the report's words."""
    user = message.from_user.id if message.from_user else 0
    text = message.text or ""
    said = PlainMessage(update_id=update.update_id, chat_id=message.chat.id, user_id=user, text=text, at=message.date)
    return said, text.partition("报")[2].strip()


class Store(Protocol):
    """Where the plain bot keeps its rows."""

    async def store(self, said: PlainMessage, words: str) -> int:
        """Both rows in one transaction; the report's number."""

    async def close(self) -> None:
        """Let go of the database."""


@dataclass(slots=True)
class OnSqlite:
    """As SQLModel's own guide has it: a session on the spot, no thread; add, commit, refresh."""

    engine: Engine

    async def store(self, said: PlainMessage, words: str) -> int:
        """Both rows in one transaction; the report's number."""
        with Session(self.engine) as session:
            session.add(said)
            session.flush()
            report = PlainReport(message_id=said.id or 0, content=words, at=said.at)
            session.add(report)
            session.commit()
            session.refresh(report)
            return report.id or 0

    async def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


@dataclass(slots=True)
class OnPostgres:
    """The same through asyncpg, the driver that is there."""

    engine: AsyncEngine

    async def store(self, said: PlainMessage, words: str) -> int:
        """Both rows in one transaction; the report's number."""
        async with AsyncSession(self.engine) as session:
            session.add(said)
            await session.flush()
            report = PlainReport(message_id=said.id or 0, content=words, at=said.at)
            session.add(report)
            await session.commit()
            await session.refresh(report)
            return report.id or 0

    async def close(self) -> None:
        """Let go of the database."""
        await self.engine.dispose()


def handler(store: Store) -> Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]:
    """Store and answer."""

    async def report(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is not None:
            number = await store.store(*rows(update, message))
            await message.reply_text(f"已登记（编号{message.date.year}-{number:04d}）。")

    return report


@asynccontextmanager
async def plain(url: URL) -> AsyncIterator[tuple[BotApi, Engine]]:
    """The plain bot, polling; its platform, and its engine to count on."""
    store: OnSqlite | OnPostgres
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url.set(drivername="sqlite"))
        event.listen(engine, "connect", _prepare)
        Plain.metadata.create_all(engine)
        store = OnSqlite(engine)
    else:
        on_postgres = create_async_engine(url)
        engine = on_postgres.sync_engine
        async with on_postgres.begin() as connection:
            await connection.run_sync(Plain.metadata.create_all)
        store = OnPostgres(on_postgres)
    api = BotApi()
    app = Application.builder().token(TOKEN).request(api).get_updates_request(api).build()
    app.add_handler(MessageHandler(filters.TEXT, handler(store)))
    async with app:
        await app.start()
        assert app.updater is not None  # noqa: S101 - polling is what the builder sets up
        await app.updater.start_polling()
        yield api, engine
        await app.updater.stop()
        await app.stop()
    await store.close()


def _prepare(connection: Any, _record: object) -> None:
    """As durable as ours."""
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
