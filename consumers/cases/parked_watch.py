"""Looks, beside the work, what lies in the queue ``parked``, and who sent it.

A reading has all of them in hand for a moment, so there is one only where their number has changed,
or a while has passed; none while somebody else reads; and the longer it takes the seldomer.
"""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final

from broker.errors import BrokerUnavailable
from broker.messaging import names
from broker.messaging.parking.unpark import Parked, Way
from broker.ports import Client, ParkedMessages
from consumers.runtime.metrics import ParkedMetrics
from consumers.runtime.service import Service

Connect = Callable[[str], AbstractAsyncContextManager[Client]]
OpenParked = Callable[[], AbstractAsyncContextManager[ParkedMessages]]

_LOOK_EVERY: Final = 10.0
"""Seconds between two questions for their number."""
_READ_EVERY: Final = 600.0
"""Seconds after which they are read again: others may have come for those that went."""
_SELDOM: Final = 100
"""Times as long as a reading took none is begun: an operator finds the queue free."""
_SPEAKERS: Final = ("agency", "channel")


class ParkedWatch:
    """``open_parked``: a reading of the queue; ``seconds``: a clock that never jumps."""

    def __init__(
        self,
        open_parked: OpenParked,
        metrics: ParkedMetrics,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_parked = open_parked
        self._metrics = metrics
        self._seconds = seconds
        self._known: int | None = None
        self._read_at = 0.0
        self._not_before = 0.0

    async def look(self, waiting: int, consumers: int) -> None:
        """``waiting``: messages in the queue; ``consumers``: of it."""
        now = self._seconds()
        known = waiting == self._known and now - self._read_at < _READ_EVERY
        if consumers or known or now < self._not_before:
            return
        if waiting:
            try:
                async with self._open_parked() as messages:
                    # One at a time: of each only two words are kept, its body may be large.
                    found = [(one.reason, sender_of(one)) async for one in messages]
            except BrokerUnavailable:
                return  # somebody reads it since just now; an outage who asks for the number meets
            self._metrics.show(found, messages.unseen)
        else:
            self._metrics.show(())
        self._known, self._read_at = waiting, now
        self._not_before = now + _SELDOM * (self._seconds() - now)


def sender_of(parked: Parked) -> str:
    """Who sent it, as a label: ``channel.<code>``, ``agency.<code>``, ``desk``; or the queue that
    RabbitMQ took it out of; else ``other``."""
    origin = parked.origin
    if origin is None:
        return "other"
    if parked.way is Way.DEAD_LETTERED:
        return origin.routing_key or origin.exchange
    if origin.exchange == names.INTAKE:
        return names.channel_queue(names.channel_of(origin.routing_key)[0])
    who, _, rest = origin.routing_key.partition(".")
    if origin.exchange == names.UPDATES and who in _SPEAKERS:
        code = rest.partition(".")[0]
        return f"{who}.{code}" if names.is_code(code) else "other"
    return "desk" if origin.exchange == names.UPDATES and who == "desk" else "other"


async def watch_parked(service: Service, connect: Connect, open_parked: OpenParked) -> None:
    """Look until the service is told to stop."""
    watch = ParkedWatch(open_parked, ParkedMetrics(service.registry))
    await service.every(_LOOK_EVERY, partial(_keep_looking, service, connect, watch))


async def _keep_looking(service: Service, connect: Connect, watch: ParkedWatch) -> None:
    async with connect("pintu cases (parked)") as looking:
        while not service.stop.is_set():
            await watch.look(*await looking.waiting(names.PARKED_QUEUE))
            await service.sleep(_LOOK_EVERY)
