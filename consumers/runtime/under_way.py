"""Batches that are being completed, and when the next one is taken and begun beside them."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from broker.messaging.messages import Outgoing
from broker.ports import Publisher


class Stage:
    """How far one batch is. ``before``: the batch that was begun before it; ``alone``: none is
    beside it."""

    def __init__(self, before: "asyncio.Task[None] | None" = None, *, alone: bool = False) -> None:
        self.alone = alone
        self.publishing = asyncio.Event()
        """It has come to be published: from now on it does little but wait."""
        self.confirmed = asyncio.Event()
        """What it had to publish is confirmed; that is still to be recorded and acknowledged."""
        self._before = before

    async def before_are_done(self) -> None:
        """Until the batch before it is acknowledged; raises where that has failed.

        An acknowledgement settles all that was taken before.
        """
        before, self._before = self._before, None
        if before is not None:
            await asyncio.wait({before})
            before.result()


class Staged:
    """A publisher that tells of one batch how far it is."""

    def __init__(self, publisher: Publisher, stage: Stage) -> None:
        self._publisher = publisher
        self._stage = stage

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """See the port."""
        self._stage.publishing.set()
        await self._publisher.publish(messages)
        self._stage.confirmed.set()

    async def probe(self) -> None:
        """See the port."""
        await self._publisher.probe()


class UnderWay:
    """Of one session. ``side_by_side``: so many may be without their confirms at once; where it is
    one, it is done altogether before the next one is begun.
    """

    def __init__(self, side_by_side: int) -> None:
        self._side_by_side = side_by_side
        self._begun: list[tuple[asyncio.Task[None], Stage]] = []

    def __bool__(self) -> bool:
        return bool(self._begun)

    @property
    def tasks(self) -> "list[asyncio.Task[None]]":
        return [task for task, _ in self._begun]

    def begin(
        self, complete: Callable[[Stage], Coroutine[Any, Any, None]], *, alone: bool = False
    ) -> None:
        """Complete one batch more."""
        stage = Stage(self._begun[-1][0] if self._begun else None, alone=alone)
        self._begun.append((asyncio.create_task(complete(stage)), stage))

    def reap(self) -> None:
        """Forget what is done; raises where one has failed."""
        for task in self.tasks:
            if task.done():
                self._begun = [each for each in self._begun if each[0] is not task]
                task.result()

    async def until_worth_taking(
        self, whole: Coroutine[Any, Any, None], stopping: "asyncio.Task[Any]"
    ) -> None:
        """Wait for a ``whole`` batch, or until all that was begun is confirmed.

        What arrives singly goes in one batch after that. Taken one by one, all but the first would
        wait for two batches: the one that is published, and the first.
        """
        arrived = asyncio.create_task(whole)
        try:
            while self._waiting() and not arrived.done() and not stopping.done():
                await self._changed(arrived, stopping)
        finally:
            arrived.cancel()

    async def until_publishing(self) -> None:
        """Wait until what was begun does little but wait: prepared before that, the next one would
        only take turns with it."""
        if self._begun:
            task, stage = self._begun[-1]
            await _one_of(stage.publishing, task)

    async def room(self, *, alone: bool = False) -> None:
        """Wait until one more may be begun; raises where one has failed.

        ``alone``: none is to be beside it, and none comes beside it later. So it is with a message
        that is taken alone: it may end the process, or takes much memory once it is read.
        """
        while self._begun and (alone or self._begun[-1][1].alone):
            await self.first_of()
        while len(self._waiting()) >= self._side_by_side:
            await self._changed()

    async def all_done(self) -> None:
        """Raises where one has failed."""
        while self._begun:
            await self.first_of()

    async def first_of(self, *others: "asyncio.Future[Any]", timeout: float | None = None) -> None:
        """Until one that was begun is done, or one of the others; raises where one has failed."""
        waits = {*self.tasks, *others}
        await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        self.reap()

    def _waiting(self) -> "list[tuple[asyncio.Task[None], Stage]]":
        """Those that count as not done yet."""
        if self._side_by_side == 1:
            return self._begun
        return [each for each in self._begun if not each[1].confirmed.is_set()]

    async def _changed(self, *others: "asyncio.Future[Any]") -> None:
        """Until one is done or confirmed, or one of the others is done."""
        if self._side_by_side == 1:
            await self.first_of(*others)
            return
        confirmed = [asyncio.create_task(s.confirmed.wait()) for _, s in self._waiting()]
        try:
            await self.first_of(*others, *confirmed)
        finally:
            for each in confirmed:
                each.cancel()


async def _one_of(event: asyncio.Event, task: "asyncio.Task[None]") -> None:
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
