"""Queues in memory: who gets which message, and what comes back."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

from schemas.properties import Properties


@dataclass(frozen=True, slots=True)
class Message:
    """A message that lies in a queue."""

    exchange: str
    routing_key: str
    body: bytes
    properties: Properties
    redelivered: bool = False


class Consumer(Protocol):
    """Whoever subscribes to a queue."""

    def has_room(self) -> bool:
        """Whether its prefetch allows one more."""

    def deliver(self, message: Message) -> None: ...


class Queue:
    """First in, first out; what comes back goes to the front and is marked.

    Consumers take turns; with a single active consumer the oldest gets everything.
    """

    def __init__(self, single_active: bool = False) -> None:
        self.ready: deque[Message] = deque()
        self._consumers: deque[Consumer] = deque()
        self._single_active = single_active

    @property
    def consumers(self) -> int:
        """How many subscribe to it."""
        return len(self._consumers)

    def put(self, message: Message) -> None:
        self.ready.append(message)
        self.dispatch()

    def subscribe(self, consumer: Consumer) -> None:
        self._consumers.append(consumer)
        self.dispatch()

    def leave(self, consumer: Consumer, unsettled: list[Message]) -> None:
        """A consumer is gone: all that it had not settled is redelivered."""
        if consumer in self._consumers:
            self._consumers.remove(consumer)
        self.ready.extendleft(replace(m, redelivered=True) for m in reversed(unsettled))
        self.dispatch()

    def dispatch(self) -> None:
        """Push what is ready to whoever has room for it."""
        while self.ready and (consumer := self._next()) is not None:
            consumer.deliver(self.ready.popleft())

    def _next(self) -> Consumer | None:
        if self._single_active:
            return next((c for c in list(self._consumers)[:1] if c.has_room()), None)
        for _ in range(len(self._consumers)):
            self._consumers.rotate(-1)
            if self._consumers[-1].has_room():
                return self._consumers[-1]
        return None
