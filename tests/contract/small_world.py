"""A small topology on any broker, with the means to make that broker go away and come back.

events (topic) -> work <- ``order.#``, copy <- ``order.*.red``; front (topic, what reaches no
queue goes to aside) -> work <- ``front.#``; aside (fanout) -> lost.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import pika  # type: ignore[import-untyped] # -- it has no types

from broker.memory import MemoryBroker
from broker.ports import Broker

TYPES: Final = {"events": "topic", "front": "topic", "aside": "fanout"}
ALTERNATES: Final = {"front": "aside"}
QUEUES: Final = ("work", "copy", "lost")
BINDINGS: Final = (
    ("events", "work", "order.#"),
    ("events", "work", "order.*"),
    ("events", "copy", "order.*.red"),
    ("front", "work", "front.#"),
    ("aside", "lost", ""),
)


@dataclass(frozen=True, slots=True)
class World:
    """``named`` gives the real name of an exchange or a queue; ``go_away`` ends every session."""

    broker: Broker
    named: Callable[[str], str]
    go_away: Callable[[], Awaitable[None]]
    come_back: Callable[[], Awaitable[None]]


def world_in_memory() -> World:
    broker = MemoryBroker()
    for name, type_ in TYPES.items():
        broker.declare_exchange(name, type_, ALTERNATES.get(name))
    for queue in QUEUES:
        broker.declare_queue(queue)
    for binding in BINDINGS:
        broker.bind(*binding)

    async def go_away() -> None:
        broker.away()

    async def come_back() -> None:
        broker.back()

    return World(broker, str, go_away, come_back)


@contextmanager
def declared_on_rabbitmq(url: str) -> Iterator[Callable[[str], str]]:
    """Declare the objects under names that nobody else has; they are deleted at the end."""
    prefix = f"t{uuid4().hex[:12]}."

    def named(name: str) -> str:
        return prefix + name

    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for name in reversed(TYPES):
        other = ALTERNATES.get(name)
        arguments = {"alternate-exchange": named(other)} if other else None
        channel.exchange_declare(named(name), TYPES[name], durable=True, arguments=arguments)
    for queue in QUEUES:
        channel.queue_declare(named(queue), durable=True, arguments={"x-queue-type": "quorum"})
    for exchange, queue, key in BINDINGS:
        channel.queue_bind(named(queue), named(exchange), key)
    connection.close()
    yield named
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for queue in QUEUES:
        channel.queue_delete(named(queue))
    for name in TYPES:
        channel.exchange_delete(named(name))
    connection.close()
