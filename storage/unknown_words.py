"""Words that people used and the bot did not understand, counted for the committee; never who said them, nor what else."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.inserting import new_rows, table_of
from storage.tables import UnknownWord

WORD = table_of(UnknownWord).c
MOST = 500  # words that are kept; while there are so many, only their counts grow
KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word, what it stood for (name, phrase), how often it was used, and when last."""

    word: str
    kind: str
    times: int
    last_on: date


async def count(session: AsyncSession, word: str, kind: str, on: date) -> None:
    """The word was used once more. Two statements."""
    again = new_rows(session, UnknownWord).values(word=word, kind=kind, count=1, last_on=on)
    again = again.on_conflict_do_update(index_elements=["word", "kind"], set_={"count": WORD.count + 1, "last_on": on})
    known = select(WORD.id).where(WORD.word == word, WORD.kind == kind).exists()
    room, there = (await session.execute(select(func.count(WORD.id), known))).one()
    if there or room < MOST:
        await session.execute(again)


async def most(session: AsyncSession, limit: int = 20) -> list[Unknown]:
    """The most used first."""
    statement = select(WORD.word, WORD.kind, WORD.count, WORD.last_on)
    rows = await session.execute(statement.order_by(WORD.count.desc(), WORD.last_on.desc(), WORD.id).limit(limit))
    return [Unknown(*row) for row in rows]


async def drop(session: AsyncSession, word: str) -> bool:
    """The word is known now, or not worth knowing; False if it was not counted."""
    gone = delete(table_of(UnknownWord)).where(WORD.word == word)
    return (await session.execute(gone.returning(WORD.id))).first() is not None


async def forget(session: AsyncSession, today: date) -> None:
    """Drop what nobody has used for long."""
    await session.execute(delete(table_of(UnknownWord)).where(WORD.last_on < today - KEPT))
