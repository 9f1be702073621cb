"""What a foreign client did, as values: what the relay writes down and others judge."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from schemas.properties import Properties

MOST_KEPT: Final = 2 * 1024 * 1024
"""Bytes of a body that are kept; of a longer one its length is."""


class Fault(Enum):
    """What the relay does with a publish."""

    NONE = "none"
    LOSE_CONFIRM = "lose confirm"
    """RabbitMQ has it; its confirm is not passed on, and the connection is lost."""
    REFUSE = "refuse"
    """RabbitMQ's confirm is passed on as a refusal (basic.nack)."""


@dataclass(slots=True, eq=False)
class Link:
    """One connection of the client. ``product``: what it says of itself."""

    number: int
    product: str = ""
    user: str = ""
    opened: bool = False
    closed: bool = False
    cut: bool = False


@dataclass(slots=True, eq=False)
class Published:
    """One message of the client. ``outcome``: ``ack``, ``nack``, ``lost``; None so far.

    ``size``: of its body, which is kept up to ``MOST_KEPT`` bytes.
    """

    link: int
    order: int
    exchange: str
    routing_key: str
    mandatory: bool
    confirms: bool
    properties: Properties = field(default_factory=Properties)
    body: bytes = b""
    size: int = 0
    fault: Fault = Fault.NONE
    outcome: str | None = None
    outcome_order: int | None = None


@dataclass(slots=True, eq=False)
class Delivered:
    """One message that the client got. ``answer``: ``ack``, ``reject`` (for good), ``requeue``;
    None so far. ``outstanding``: deliveries of that subscription that it had not answered then."""

    link: int
    order: int
    queue: str
    tag: int
    routing_key: str
    redelivered: bool
    no_ack: bool
    outstanding: int
    properties: Properties = field(default_factory=Properties)
    body: bytes = b""
    answer: str | None = None
    answer_order: int | None = None
    cut: bool = False


@dataclass(slots=True, eq=False)
class Consumption:
    """A subscription, or the first basic.get of a queue. ``prefetch``: 0 is without a bound."""

    link: int
    queue: str
    no_ack: bool
    exclusive: bool
    prefetch: int
    asked: bool = False
    """It was basic.get: message by message, on request."""


@dataclass(slots=True, eq=False)
class Deed:
    """Another thing that the client did, or that RabbitMQ refused. ``about``: which object."""

    link: int
    what: str
    about: str


@dataclass(slots=True)
class Seen:
    """Everything so far, each kind in its order; ``order`` of the values tells theirs together."""

    links: list[Link] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    consumptions: list[Consumption] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _count: int = 0

    def next(self) -> int:
        """The number of what is seen next."""
        self._count += 1
        return self._count


@dataclass(slots=True)
class Faults:
    """What the relay does amiss on purpose; may be exchanged at any time.

    ``at_publish`` says what is done with a publish; ``at_delivery`` whether the connection is lost
    right after a delivery.
    """

    at_publish: Callable[[Published], Fault] = lambda _: Fault.NONE
    at_delivery: Callable[[Delivered], bool] = lambda _: False
