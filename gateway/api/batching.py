"""Many requests at once, one round trip: what arrives amid a batch is the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

from broker.errors import PintuError

T = TypeVar("T")
R = TypeVar("R")

MOST: Final = 200


class Batches(Generic[T, R]):
    """``work`` is given what is waiting, in order, at most ``most`` at once, and gives of each
    what came of it, or the error with which it failed; what it raises is everybody's."""

    def __init__(
        self, work: Callable[[Sequence[T]], Awaitable[Sequence[R | PintuError]]], most: int = MOST
    ) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._news = asyncio.Event()

    async def add(self, item: T) -> R:
        """Await what comes of one. Raises what it failed with."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        self._news.set()
        return await answer

    async def run(self) -> None:
        """Until cancelled; then whoever waits is told by the cancellation."""
        try:
            while True:
                await self._news.wait()
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                if not self._waiting:
                    self._news.clear()
                # Whoever has hung up meanwhile wants nothing any more.
                batch = [(item, answer) for item, answer in batch if not answer.done()]
                if batch:
                    await self._handle(batch)
        finally:
            for _, answer in self._waiting:
                answer.cancel()

    async def _handle(self, batch: Sequence[tuple[T, "asyncio.Future[R]"]]) -> None:
        try:
            results = await self._work([item for item, _ in batch])
        except PintuError as error:
            results = [error] * len(batch)
        except BaseException:
            for _, answer in batch:
                answer.cancel()
            raise
        for (_, answer), result in zip(batch, results, strict=True):
            if answer.done():
                continue
            if isinstance(result, PintuError):
                answer.set_exception(result)
            else:
                answer.set_result(result)
