"""Sends the receipts of updates, beside the work and never in its way.

On a connection of its own: RabbitMQ 3.10 ends the connection on which somebody answers a client of
a node that is not there (any more), and anybody may make up such a node. So receipts go node by
node, those of nodes that were answered before first; what cannot be sent is let go. Whoever misses
one sends the update again, and hears that it is a repeat.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog

from broker.errors import BrokerUnavailable, NotPermitted, NotTaken, PintuError, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.messaging.reply_to import node_of
from broker.ports import Broker, Publisher
from config.logging import where
from consumers.cases.handler import Batch
from consumers.cases.reply_nodes import ReplyNodes
from consumers.runtime.repeats import Repeats
from schemas import limits

log = structlog.get_logger()

_AT_ONCE: Final = 500
"""Receipts in one publish."""
_FINISH_WITHIN: Final = 1.0
"""Seconds for what waits when the process leaves, which has ten in all."""
_AGAIN_AFTER: Final = 0.25
"""Seconds until it is connected again."""


class Receipts:
    """An observer of batches (consumers.runtime.middleware): what was recorded is told.

    Nothing is connected before the first receipt. ``seconds``: a clock that never jumps.
    """

    def __init__(self, broker: Broker, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._broker = broker
        self._nodes = ReplyNodes(seconds)
        self._repeats = Repeats(seconds)
        self._waiting: dict[str, deque[Outgoing]] = {}
        """By the node of RabbitMQ to whose client it goes."""
        self._many = 0
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    def __call__(self, done: Batch) -> None:
        if done.done is not None and (receipts := done.done.case_batch.receipts):
            for one in receipts:
                self._put(one)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """While receipts are sent; at the end those that wait have a moment."""
        running = asyncio.create_task(self._run())
        try:
            yield
            try:
                async with asyncio.timeout(_FINISH_WITHIN):
                    await self._none.wait()
            except TimeoutError:
                self._lose(self._many, "the process leaves")
        finally:
            running.cancel()
            await asyncio.wait({running}, timeout=_FINISH_WITHIN)

    def _put(self, one: Outgoing) -> None:
        node = node_of(one.routing_key)
        if node is None:
            return
        if self._many >= limits.RECEIPTS:
            self._lose(1, "too many wait to be sent")
        elif not self._nodes.may_try(node):
            self._lose(1, "RabbitMQ does not reach who asked")
        else:
            self._waiting.setdefault(node, deque()).append(one)
            self._many += 1
            self._some.set()
            self._none.clear()

    async def _run(self) -> None:
        """Until cancelled, through every outage."""
        while True:
            await self._some.wait()
            try:
                async with self._broker.publisher(names.EVENTS) as publisher:
                    while True:
                        await self._some.wait()
                        await self._send(publisher)
            except PintuError:
                pass  # told where it is counted
            except Exception as error:  # what is only told must not end the work beside it
                log.error("receipts.failed", traceback=where(error))
            await asyncio.sleep(_AGAIN_AFTER)

    async def _send(self, publisher: Publisher) -> None:
        """One publish, for one node."""
        node = self._nodes.first(self._waiting)
        portion = self._taken(node)
        try:
            await publisher.publish(portion)
        except (NotTaken, NotPermitted, Unroutable) as why:  # and it is still good
            self._lose(len(portion), str(why))
        except BrokerUnavailable as why:
            others = 0 if self._nodes.failed(node) else self._dropped(node)
            self._lose(len(portion) + others, str(why))
            raise
        else:
            self._nodes.answered(node)
        finally:
            self._look()

    def _taken(self, node: str) -> Sequence[Outgoing]:
        waiting = self._waiting[node]
        portion = [waiting.popleft() for _ in range(min(len(waiting), _AT_ONCE))]
        if not waiting:
            del self._waiting[node]
        self._many -= len(portion)
        return portion

    def _dropped(self, node: str) -> int:
        gone = len(self._waiting.pop(node, ()))
        self._many -= gone
        return gone

    def _look(self) -> None:
        if not self._many:
            self._some.clear()
            self._none.set()

    def _lose(self, many: int, why: str) -> None:
        if many and (times := self._repeats.times(why)):
            log.warning("receipts.lost", receipts=many, error=why, times=times)
