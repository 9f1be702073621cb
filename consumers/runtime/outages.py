"""What one loop finds away: said in the health each time, and in the log of outages."""

from broker.errors import BrokerUnavailable, StoreUnavailable, Unroutable
from consumers.runtime.health import Health
from consumers.runtime.outage_log import (
    BROKER,
    CONSUMER_FAULT,
    HELD,
    STORE,
    TOPOLOGY,
    Kind,
    fault_of,
    kind_of,
)


class Outages:
    """The outages that one loop meets."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._who = f"{health.part} work"
        self._fault = fault_of(CONSUMER_FAULT, self._who)

    def met(self, why: Exception) -> None:
        """Something is away, or damaged."""
        error = str(why)
        if isinstance(why, StoreUnavailable):
            self._health.fails("store", error)
        elif isinstance(why, BrokerUnavailable):
            self._health.fails("connected", error)
            self._health.fails("consuming", "not connected")
        else:
            self._health.fails("topology", error)
        self._health.outages.met(kind_of(why), self._who, error)

    def held(self, why: BrokerUnavailable | Unroutable) -> None:
        """Messages were refused, or reached no queue; they are tried again, and no session ends."""
        if isinstance(why, Unroutable):
            self.met(why)
        else:
            self._health.outages.met(HELD, self._who, str(why))

    def failed(self, traceback: str, queue: str) -> None:
        """A fault of the program that is no message's."""
        self._health.fails("consuming", "the program failed; its log says where")
        self._health.outages.met(self._fault, self._who, traceback, queue=queue)

    def store_is_back(self) -> None:
        """It can be written."""
        self._over(STORE)

    def connected(self) -> None:
        """There is a session; of what it is good for a batch tells."""
        self._over(BROKER, TOPOLOGY)

    def taken(self) -> None:
        """What was held was taken."""
        self._over(HELD)

    def over(self) -> None:
        """Something was done, from beginning to end."""
        self._over(BROKER, TOPOLOGY, HELD, STORE, self._fault)

    def _over(self, *kinds: Kind) -> None:
        for kind in kinds:
            self._health.outages.over(kind, self._who)
