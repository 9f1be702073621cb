"""Parks what endpoints do not take: the part of the loop that publishes."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from broker.errors import Unpublishable
from broker.messaging.messages import Incoming, Outgoing
from broker.ports import WebhookStore

_POLL = 0.5
"""Seconds between two looks at whether RabbitMQ is still there."""


class Parking:
    """See consumers.runtime.isolating.Handler; no message ever comes. What is to be parked is asked
    for by ``park``, which waits until it is there."""

    def __init__(self, store: WebhookStore) -> None:
        self._store = store
        self._asked: dict[str, tuple[Outgoing, asyncio.Future[None]]] = {}
        self._most = 50
        self._looked = time.monotonic()

    async def park(self, message: Outgoing) -> None:
        """Confirmed among the parked messages, however long that takes.

        Raises:
            Unpublishable: it fits into no frame.
        """
        known = self._asked.get(message.message_id)
        if known is None:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            known = self._asked[message.message_id] = (message, future)
        await asyncio.shield(known[1])

    def idle(self) -> float:
        """Seconds until the next look."""
        return 0.0 if self._asked else max(0.0, self._looked + _POLL - time.monotonic())

    async def check(self) -> None:
        """Called before each session."""
        await self._store.check()

    async def prepare(self, batch: Sequence[Incoming]) -> Sequence[Outgoing]:
        """What was asked for so far. With nothing it is still a look at the connection."""
        self._looked = time.monotonic()
        return [message for message, _ in list(self._asked.values())[: self._most]]

    def give_up(self, message: Incoming) -> Sequence[Outgoing]:
        return ()

    def less(self) -> bool:
        """One alone; and where that fails too, whoever asked for it is told."""
        if self._most > 1:
            self._most = 1
            return True
        if not self._asked:
            return False
        first, (_, future) = next(iter(self._asked.items()))
        del self._asked[first]
        if not future.done():
            future.set_exception(Unpublishable(first, "it cannot be parked"))
        return True

    @asynccontextmanager
    async def transaction(self, batch: Sequence[Outgoing]) -> AsyncIterator[Sequence[Outgoing]]:
        yield batch
        self._most = 50
        for message in batch:
            _, future = self._asked.pop(message.message_id, (None, None))
            if future is not None and not future.done():
                future.set_result(None)
