"""Watching over the topology: what is gone is held back from, and declared again.

Two rhythms. Whether every queue is there is asked often: an agency's queue that somebody deleted
would otherwise go unnoticed, since others take the event, and each second costs what was sent in
it. Everything else (exchanges, bindings, members) is looked at a little less often.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

import structlog

from broker.amqp.topology import Difference, Look, declare_missing, look_at, missing_queues
from broker.domain.routing.rules import Rules
from broker.errors import BrokerUnavailable, TopologyConflict, Unavailable
from broker.messaging.names import agency_queue
from broker.messaging.topology import Topology
from config.logging import where
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.health import Health
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import TopologyMetrics
from consumers.runtime.outage_log import (
    BROKER,
    CONFLICT,
    TOPOLOGY,
    WATCH_FAULT,
    fault_of,
    kind_of,
)
from consumers.runtime.waiting import Backoff

log = structlog.get_logger()

_GLANCE_EVERY: Final = 1.0
"""Seconds between two questions for the names of the queues: 13 ms, of which RabbitMQ's CPU 5."""
_LOOK_EVERY: Final = 8.0
"""Seconds between two looks at everything (0.12 s)."""
_LOOK_BY_AMQP_EVERY: Final = 5.0
"""Seconds between two looks where only AMQP shows the queues, one by one (0.1 s)."""
_LOOK_WITHIN: Final = 15.0
"""Seconds for a look, where the broker does not answer."""
_ANSWER_WITHIN: Final = 3.0
"""Seconds for one answer of the management API, which must not hold up what AMQP can see."""
_SHOWN: Final = 3
_WHO: Final = "topology watch"
_FAULT: Final = fault_of(WATCH_FAULT, _WHO)


class TopologyWatch:
    """Looks, tells the others what is missing, and declares it again: a step at a time.

    ``make``: the topology of rules on a version of RabbitMQ, which may be upgraded meanwhile.
    """

    def __init__(
        self,
        health: Health,
        address: BrokerAddress,
        live_config: LiveConfig,
        metrics: TopologyMetrics,
        make: Callable[[Rules, tuple[int, ...]], Topology],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._health = health
        self._address = address
        self._live_config = live_config
        self._metrics = metrics
        self._make = make
        self._clock = clock
        self._backoff = Backoff(first=1.0, longest=4.0)
        self._cluster_name: str | None = None
        self._glances = False
        """Whether the management API answers."""
        self._looked_at: float | None = None
        self._whole_at = clock()

    async def step(self) -> float:
        """One look and what follows from it; gives the seconds to wait for the next."""
        wanted = self._live_config.topology
        if wanted is None:
            return _GLANCE_EVERY
        try:
            if await self._glance(wanted) or await self._look(wanted):
                self._whole_at = self._clock()
        except Unavailable as why:
            return self._unseen(why)
        except Exception as error:  # what is only watched must not end the work beside it
            self._health.outages.met(_FAULT, _WHO, where(error))
            return _LOOK_EVERY
        self._backoff.reset()
        self._health.outages.over(BROKER, _WHO)
        self._health.outages.over(_FAULT, _WHO)
        return _GLANCE_EVERY if self._glances else _LOOK_BY_AMQP_EVERY

    def _unseen(self, why: Unavailable) -> float:
        """What is missing is not known to be back: it stays held back."""
        self._looked_at = None
        self._health.fails("topology", f"cannot be looked at: {why}")
        self._health.outages.met(kind_of(why), _WHO, str(why))
        return self._backoff.next()

    async def _glance(self, wanted: Topology) -> bool:
        """Whether a glance is enough this time, and shows all queues."""
        looked = self._looked_at
        if not self._glances or looked is None or self._clock() - looked >= _LOOK_EVERY:
            return False
        missing = await missing_queues(
            self._address.url,
            wanted,
            self._address.management_url,
            self._cluster_name,
            within=_ANSWER_WITHIN,
        )
        if missing:
            self._live_config.damage.seen(missing)
        return missing is not None and not missing

    async def _look(self, wanted: Topology) -> bool:
        """Look at everything and declare what is gone; whether nothing is wrong then."""
        look = await self._seen(wanted)
        wanted = self._for_version(wanted, look.broker_version)
        if missing := look.missing:
            self._damaged(look.differences)
            try:
                await declare_missing(self._address.url, wanted, missing)
            except TopologyConflict as why:
                self._health.outages.met(CONFLICT, _WHO, str(why))
            look = await self._seen(wanted)
            self._mended(missing - look.missing)
        serious = [difference for difference in look.differences if difference.serious]
        if serious:
            self._damaged(serious)
            return False
        self._looked_at = self._clock()
        for kind in (TOPOLOGY, CONFLICT):
            self._health.outages.over(kind, _WHO)
        self._health.holds("topology")
        return True

    async def _seen(self, wanted: Topology) -> Look:
        try:
            async with asyncio.timeout(_LOOK_WITHIN):
                look = await look_at(
                    self._address.url,
                    wanted,
                    self._address.management_url,
                    light=True,
                    within=_ANSWER_WITHIN,
                )
        except TimeoutError:
            raise BrokerUnavailable(f"no answer within {_LOOK_WITHIN:.0f} s") from None
        self._cluster_name, self._glances = look.cluster_name, look.bindings_seen
        self._metrics.show(look)
        self._live_config.damage.seen(look.missing)
        return look

    def _for_version(self, wanted: Topology, version: tuple[int, ...]) -> Topology:
        if wanted.broker_version == version:
            return wanted
        other = self._make(self._live_config.rules, version)
        if self._live_config.topology is wanted:
            self._live_config.topology = other
        return other

    def _damaged(self, differences: Collection[Difference]) -> None:
        serious = [difference for difference in differences if difference.serious]
        first = "; ".join(str(difference) for difference in serious[:_SHOWN])
        self._health.fails("topology", first)
        self._health.outages.met(TOPOLOGY, _WHO, first, differences=len(serious))

    def _mended(self, objects: Collection[str]) -> None:
        if not objects:
            return
        self._metrics.mended.inc(len(objects))
        unseen = timedelta(seconds=round(self._clock() - self._whole_at))
        log.warning(
            "topology.mended",
            objects=sorted(objects),
            unseen_for=str(unseen),
            lost="what was sent there meanwhile, and what these queues held",
            send_again=_send_again(objects),
        )


def _send_again(objects: Collection[str]) -> list[str]:
    """Commands that send what agencies did not get, under the ids it had."""
    prefix = f"queue {agency_queue('')}"
    agencies = [each.removeprefix(prefix) for each in sorted(objects) if each.startswith(prefix)]
    return [
        f"pintu case list --agency {code} | cut -f1 | xargs -rn1 pintu case resend"
        for code in agencies
    ]
