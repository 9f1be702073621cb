"""What is away: said in the health each time, in the log once and then now and then."""

import asyncio

import structlog

from broker.errors import BrokerUnavailable, StoreUnavailable
from consumers.runtime.health import Health
from consumers.runtime.repeats import Repeats

log = structlog.get_logger()


class Outages:
    """The outages that one loop meets."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._repeats = Repeats(lambda: asyncio.get_running_loop().time())

    def met(self, why: Exception) -> None:
        """Something is away, or damaged."""
        error = str(why)
        times = self._repeats.times(error)
        if isinstance(why, StoreUnavailable):
            self._health.fails("store", error)
            if times:
                log.warning("store.unavailable", error=error, times=times)
        elif isinstance(why, BrokerUnavailable):
            self._health.fails("connected", error)
            self._health.fails("consuming", "not connected")
            if times:
                log.warning("broker.unavailable", error=error, times=times)
        else:
            self._health.fails("topology", error)
            if times:
                log.error("topology.damaged", error=error, times=times)

    def over(self) -> None:
        """Something was done: the next outage is news."""
        self._repeats.over()
