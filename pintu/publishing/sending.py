"""Batch after batch onto the intake, confirmed, through every outage that comes in the middle."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from broker.errors import NotPermitted, Unavailable, Unroutable
from broker.ports import Publisher
from consumers.runtime.waiting import Backoff
from pintu.publishing.arriving import Arriving
from pintu.publishing.complaints import Item, Ready
from pintu.publishing.records import Skipped
from pintu.publishing.tally import Tally

MOST: Final = 500
"""Complaints in a batch."""
_LAST_WORD: Final = 5.0
"""Seconds for the batch in hand after an interruption."""


class Told(Protocol):
    """Who is told how it goes."""

    def confirmed(self, tally: Tally) -> None: ...
    def skipped(self, item: Skipped) -> None: ...
    def noted(self, sentence: str) -> None: ...
    def waiting(self, why: Exception, seconds: float) -> None: ...
    def going_on(self) -> None: ...


class Sending:
    """One file on its way; ``tally`` holds at any time what is confirmed."""

    def __init__(
        self,
        arriving: Arriving[Item],
        connect: Callable[[], AbstractAsyncContextManager[Publisher]],
        told: Told,
        stop: asyncio.Event,
        tally: Tally,
    ) -> None:
        self.tally = tally
        self._arriving = arriving
        self._connect = connect
        self._told = told
        self._stop = stop
        self._batch: list[Item] = []
        self._backoff = Backoff()

    async def run(self) -> None:
        """Until everything is confirmed; or ``stop`` is set and the batch in hand had its time.

        A batch that was not confirmed is published again to the letter: the router knows the
        messages of it that did arrive by their ids.

        Raises:
            Unavailable: before the first complaint was confirmed, or if this user may not publish.
            Unroutable: the same, no queue takes it.
        """
        working = asyncio.create_task(self._work())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({working}, timeout=_LAST_WORD)
        finally:
            stopping.cancel()
            working.cancel()
            await asyncio.wait({working}, timeout=1.0)
        if working.done() and not working.cancelled():
            working.result()

    async def _work(self) -> None:
        while not self._stop.is_set():
            try:
                async with self._connect() as publisher:
                    await self._serve(publisher)
                return
            except NotPermitted:
                raise
            except (Unavailable, Unroutable) as why:
                if self._stop.is_set():
                    return
                if not self.tally.published:
                    raise
                seconds = self._backoff.next()
                self._told.waiting(why, seconds)
                await self._pause(seconds)

    async def _serve(self, publisher: Publisher) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        try:
            while self._batch or await self._next(stopping):
                await self._publish(publisher)
        finally:
            stopping.cancel()

    async def _next(self, stopping: "asyncio.Task[bool]") -> bool:
        taking = asyncio.create_task(self._arriving.take(MOST))
        await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not taking.done():
            taking.cancel()
            return False
        self._batch = taking.result()
        return bool(self._batch) and not self._stop.is_set()

    async def _publish(self, publisher: Publisher) -> None:
        await publisher.publish([i.message for i in self._batch if isinstance(i, Ready)])
        if self._backoff.tries:
            self._backoff.reset()
            self._told.going_on()
        for item in self._batch:
            if isinstance(item, Ready):
                self.tally.confirmed(item)
                for sentence in item.notes:
                    self._told.noted(sentence)
            else:
                self.tally.left_out(item)
                self._told.skipped(item)
        self._batch = []
        self._told.confirmed(self.tally)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            pass
