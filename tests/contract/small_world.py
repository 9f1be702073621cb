"""A small topology on any broker, with the means to make that broker go away and come back.

events (topic) -> work <- ``order.#``, copy <- ``order.*.red``; front (topic, what reaches no
queue goes to aside) -> work <- ``front.#``; aside (fanout) -> lost. Probes go into cases.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import pika  # type: ignore[import-untyped] # -- it has no types

from broker.memory import MemoryBroker
from broker.ports import Broker

TYPES: Final = {"events": "topic", "front": "topic", "aside": "fanout"}
ALTERNATES: Final = {"front": "aside"}
QUEUES: Final = ("work", "copy", "lost", "cases")
BINDINGS: Final = (
    ("events", "work", "order.#"),
    ("events", "work", "order.*"),
    ("events", "copy", "order.*.red"),
    ("front", "work", "front.#"),
    ("aside", "lost", ""),
)


@dataclass(frozen=True, slots=True)
class World:
    """``go_away`` ends every session."""

    broker: Broker
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

    return World(broker, go_away, come_back)


def declare_on_rabbitmq(url: str) -> None:
    """Declare the objects in a virtual host that is empty."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for name, type_ in TYPES.items():
        arguments = {"alternate-exchange": ALTERNATES[name]} if name in ALTERNATES else None
        channel.exchange_declare(name, type_, durable=True, arguments=arguments)
    for queue in QUEUES:
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
    for exchange, queue, key in BINDINGS:
        channel.queue_bind(queue, exchange, key)
    connection.close()
