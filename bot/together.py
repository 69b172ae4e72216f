"""Coroutines beside each other: run to their ends, or joined in one piece of work where they ask for the same."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
A = TypeVar("A")
MOST = 100  # requests that are joined


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


class Joined(Generic[A, T]):
    """Does the first request at once, and all that come in meanwhile together: one commit for many who wait for one.

    `work` answers each request in order, in one transaction. Where it fails, each of them is tried by itself.
    """

    def __init__(self, work: Callable[[Sequence[A]], Awaitable[Sequence[T]]]) -> None:
        self._work = work
        self._busy = False
        self._waiting: list[tuple[A, asyncio.Future[T]]] = []
        self._rest: asyncio.Task[None] | None = None

    async def __call__(self, request: A) -> T:
        """The answer to a request; raises what `work` raises for it alone."""
        if self._busy:
            answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            self._waiting.append((request, answer))
            return await answer
        self._busy = True
        try:
            return (await self._work([request]))[0]
        finally:
            if self._waiting:
                self._rest = asyncio.create_task(self._go_on())
            else:
                self._busy = False

    async def _go_on(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                answers = await self._work([request for request, _ in some])
            except Exception:
                await asyncio.gather(*(self._alone(request, answer) for request, answer in some))
            else:
                for (_, answer), told in zip(some, answers, strict=True):
                    if not answer.done():
                        answer.set_result(told)
        self._busy = False

    async def _alone(self, request: A, answer: "asyncio.Future[T]") -> None:
        try:
            told = (await self._work([request]))[0]
        except Exception as error:
            if not answer.done():
                answer.set_exception(error)
        else:
            if not answer.done():
                answer.set_result(told)
