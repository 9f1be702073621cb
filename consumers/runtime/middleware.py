"""What is wrapped round a handler instead of living in it: counting, logging, later tracing.

A middleware is a handler made from a handler. The faults of one message are isolated round all of
them (consumers.runtime.isolating).
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic

import structlog

from broker.messaging.messages import Incoming, Outgoing
from config.logging import where
from consumers.runtime.isolating import Handler, Prepared

log = structlog.get_logger()

Observer = Callable[[Prepared], None]
"""Told of a batch once it is published and recorded; what was done stands in the batch."""


class Observed(Generic[Prepared]):
    """A handler whose batches observers are told of. A fault of theirs undoes nothing."""

    def __init__(self, handler: Handler[Prepared], *observers: Observer[Prepared]) -> None:
        self._handler = handler
        self._observers = observers

    async def prepare(self, batch: Sequence[Incoming]) -> Prepared:
        return await self._handler.prepare(batch)

    def give_up(self, message: Incoming) -> Prepared:
        return self._handler.give_up(message)

    def less(self) -> bool:
        return self._handler.less()

    async def check(self) -> None:
        await self._handler.check()

    @asynccontextmanager
    async def transaction(self, batch: Prepared) -> AsyncIterator[Sequence[Outgoing]]:
        async with self._handler.transaction(batch) as outgoing:
            yield outgoing
        for observer in self._observers:
            try:
                observer(batch)
            except Exception as error:  # it was done and recorded: nothing is to be done again
                log.error("consumer.observer_failed", traceback=where(error))
