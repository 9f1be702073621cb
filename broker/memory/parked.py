"""The ParkedMessages port in memory."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

from broker.errors import BrokerUnavailable
from broker.memory.broker import MemoryBroker
from broker.memory.queues import Message
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.unpark import Parked, Replay, read_parked
from schemas.properties import Properties

_REFUSED = "no queue takes it there"
_PERSISTENT = 2


class MemoryParked:
    """See the port."""

    def __init__(self, broker: MemoryBroker, messages: Sequence[Message]) -> None:
        self.count = self.unseen = len(messages)
        self._broker = broker
        self.kept: dict[int, Message] = dict(zip(count(1), messages, strict=False))

    async def __aiter__(self) -> AsyncIterator[Parked]:
        for tag, m in list(self.kept.items()):
            self.unseen -= 1
            message = Incoming(m.body, m.exchange, m.routing_key, m.properties, m.redelivered, tag)
            yield read_parked(message)

    async def give_back(self, messages: Sequence[tuple[Replay, Parked]]) -> list[str | None]:
        """See the port."""
        return [
            self._moved(back.exchange, back.routing_key, back.body, back.properties, parked)
            for back, parked in messages
        ]

    async def replace(self, event: Outgoing, edited: Replay, parked: Parked) -> str | None:
        """See the port."""
        told = self._broker.put(event.exchange, event.routing_key, event.body, _of(event))
        went = self._moved(
            edited.exchange, edited.routing_key, edited.body, edited.properties, parked
        )
        return went if told else _REFUSED

    async def discard(self, event: Outgoing, parked: Parked) -> str | None:
        """See the port."""
        return self._moved(event.exchange, event.routing_key, event.body, _of(event), parked)

    def _moved(
        self, exchange: str, key: str, body: bytes, properties: Properties, parked: Parked
    ) -> str | None:
        if not self._broker.put(exchange, key, body, properties):
            return _REFUSED
        del self.kept[parked.message.tag]
        return None


def _of(event: Outgoing) -> Properties:
    return Properties(
        content_type=event.content_type,
        headers=dict(event.headers),
        delivery_mode=_PERSISTENT,
        message_id=event.message_id,
        type=event.type,
    )


@asynccontextmanager
async def memory_parked(broker: MemoryBroker) -> AsyncIterator[MemoryParked]:
    """Open the queue for reading, alone; what is left in hand goes back at the end.

    Raises:
        BrokerUnavailable: there is no such queue, or somebody else reads.
    """
    queue = broker.queues.get(names.PARKED_QUEUE)
    if queue is None or queue.consumers:
        raise BrokerUnavailable(f"queue {names.PARKED_QUEUE}: absent, or somebody else reads it")
    messages, queue.ready = list(queue.ready), deque()
    parked = MemoryParked(broker, messages)
    try:
        yield parked
    finally:
        queue.ready.extendleft(reversed(parked.kept.values()))
