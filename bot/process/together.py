"""Runs coroutines beside each other to their ends."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TypeVar

T = TypeVar("T")


async def all_of(works: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """Run all to their ends, then raise the first error, so that nothing is still at work afterwards."""
    coroutines = list(works)
    if len(coroutines) == 1:
        return [await coroutines[0]]
    results = await asyncio.gather(*coroutines, return_exceptions=True)
    done: list[T] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done
