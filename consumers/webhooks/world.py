"""What the parts of the webhooks work with, and what one endpoint is served under."""

import asyncio
import time
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final

from broker.ports import Broker, Client, TimeSource, WebhookStore
from broker.ports.webhooks import Endpoint
from consumers.runtime.service import Service
from consumers.webhooks.connecting import Connections
from consumers.webhooks.observing import Observer
from consumers.webhooks.parking import Parking

RENEW_EVERY: Final = 3.0
HELD_FOR: Final = 10.0
"""Seconds after a renewal for which a process may take an endpoint for its own."""
FREE_AFTER: Final = 15.0
"""Seconds without a renewal after which another one may have it. By how much it is longer is what
makes both never serve it at once."""


@dataclass(frozen=True, slots=True)
class World:
    """``clock``: by which tries fall due, fast in a demonstration, ``speed`` times; ``wall``: what
    receivers go by. ``allowed``: hosts that may have private addresses."""

    service: Service
    store: WebhookStore
    broker: Broker
    client: Callable[[str], AbstractAsyncContextManager[Client]]
    connections: Connections
    parking: Parking
    observer: Observer
    clock: TimeSource
    wall: TimeSource
    speed: float = 1.0
    allowed: Collection[str] = ()
    seconds: Callable[[], float] = time.monotonic


@dataclass(slots=True, eq=False)
class Held:
    """An endpoint that this process serves.

    ``endpoint``: as the store said last. ``good_until``: by a clock that never jumps. ``stop``: set
    where it is to be left; ``news``: where there may be something to deliver. ``task``: serves it.
    """

    endpoint: Endpoint
    good_until: float
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    @property
    def name(self) -> str:
        return self.endpoint.name

    def is_good(self, seconds: float) -> bool:
        """Whether nobody else can have it."""
        return seconds < self.good_until
