"""What a look at RabbitMQ has shown: queues, who reads them, members, what is parked."""

import math
from collections import Counter as Counts
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge

from broker.messaging import names

_WATCHED: Final = (names.ROUTER_QUEUE, names.CASES_QUEUE, names.TRIAGE_QUEUE, names.PARKED_QUEUE)
_OURS: Final = (names.ROUTER_QUEUE, names.CASES_QUEUE)
"""Queues that this system itself reads: that nobody does is shown."""
_AGENCIES: Final = names.agency_queue("")
_CHANNELS: Final = names.channel_queue("")
_OTHER: Final = "other"
_TOLD_APART: Final = 50
"""Pairs of labels of parked messages: who sends them is not ours to bound."""


class Seen(Protocol):
    """See broker.amqp.topology.Look."""

    @property
    def messages(self) -> Mapping[str, int]: ...

    @property
    def consumers(self) -> Mapping[str, int]: ...

    @property
    def members_missing(self) -> int | None: ...


class TopologyMetrics:
    """What the watch of the topology has seen on RabbitMQ at its last look. Every process looks:
    take the maximum of them, not the sum."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._messages = Gauge(
            "pintu_queue_messages",
            "Messages in router.intake, cases, triage, parked and the longest queue of an agency",
            ["queue"],
            registry=registry,
        )
        self._consumers = Gauge(
            "pintu_queue_consumers",
            "Consumers of router.intake and cases, and of each queue of an agency or a channel that"
            " has any",
            ["queue"],
            registry=registry,
        )
        self._members = Gauge(
            "pintu_queue_members_missing",
            "Members of quorum queues and streams that are offline or were never there; NaN where"
            " RabbitMQ's management API does not show them",
            registry=registry,
        )
        self.mended = Counter(
            "pintu_topology_mended_total",
            "Objects of the topology that were gone and declared again",
            registry=registry,
        )
        self._members.set(math.nan)

    def show(self, seen: Seen) -> None:
        """``seen``: by queue, of all queues that there are."""
        missing = seen.members_missing
        self._members.set(math.nan if missing is None else missing)
        self._messages.clear()
        longest = max(
            (queue for queue in seen.messages if queue.startswith(_AGENCIES)),
            key=lambda queue: seen.messages[queue],
            default=None,
        )
        for queue in (*_WATCHED, longest):
            if queue is not None and queue in seen.messages:
                self._messages.labels(queue).set(seen.messages[queue])
        self._consumers.clear()
        for queue, consumers in seen.consumers.items():
            if queue in _OURS or (consumers and queue.startswith((_AGENCIES, _CHANNELS))):
                self._consumers.labels(queue).set(consumers)


class ParkedMetrics:
    """What lies in the queue ``parked``, as the case consumer saw it last; ``from`` is who sent
    it (``channel.<code>``, ``agency.<code>``, ``desk``), or the queue that RabbitMQ took it out
    of."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._parked = Gauge(
            "pintu_parked_messages",
            "Messages that are parked now, by the reason's code and by where they came from",
            ["reason", "from"],
            registry=registry,
        )

    def show(self, parked: Iterable[tuple[str, str]], unseen: int = 0) -> None:
        """``parked``: reason and sender of each; ``unseen``: how many were not looked at."""
        found = Counts(parked)
        rest = sum(found.values()) + unseen
        self._parked.clear()
        for (reason, sender), messages in found.most_common(_TOLD_APART):
            self._parked.labels(reason, sender).set(messages)
            rest -= messages
        if rest:
            self._parked.labels(_OTHER, _OTHER).set(rest)
