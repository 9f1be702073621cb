"""What is parked is read now and then, and never in anybody's way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry

from broker.memory import MemoryBroker
from broker.memory.parked import MemoryParked, memory_parked
from broker.messaging.parking.origin import Origin
from broker.messaging.parking.unpark import Parked, Way
from broker.messaging.topology import topology
from consumers.cases.parked_watch import ParkedWatch, sender_of
from consumers.runtime.metrics import ParkedMetrics
from schemas.properties import Properties


class Place:
    """A queue ``parked``, who watches it, and the time."""

    def __init__(self) -> None:
        self.broker = MemoryBroker(topology(["dlh"], ["web"], broker_version=(4, 0)))
        self.registry = CollectorRegistry()
        self.seconds = 1000.0
        self.takes = 0.01
        self.read = 0
        self.watch = ParkedWatch(self.opened, ParkedMetrics(self.registry), lambda: self.seconds)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[MemoryParked]:
        self.read += 1
        self.seconds += self.takes
        async with memory_parked(self.broker) as messages:
            yield messages

    def park(self, reason: str, origin: str) -> None:
        headers = {"parked-reason": reason, "parked-from": origin}
        assert self.broker.put("complaints.parked", "", b"x", Properties(headers=headers))

    @property
    def waiting(self) -> int:
        return len(self.broker.queues["parked"].ready)

    async def look(self, consumers: int = 0) -> None:
        await self.watch.look(self.waiting, consumers)

    def shown(self) -> dict[tuple[str, ...], float]:
        [metric] = self.registry.collect()
        return {(s.labels["reason"], s.labels["from"]): s.value for s in metric.samples}


@pytest.fixture
def place() -> Place:
    return Place()


async def test_what_is_parked_is_shown_by_reason_and_sender_and_stays(place: Place) -> None:
    place.park("broken-json", "complaints.intake/web")
    place.park("broken-json", "complaints.intake/web.further.words")
    place.park("impossible", "complaints.updates/agency.dlh.resolved")
    await place.look()
    assert place.shown() == {
        ("broken-json", "channel.web"): 2,
        ("impossible", "agency.dlh"): 1,
    }
    assert place.waiting == 3


async def test_it_is_read_only_where_the_number_changed_or_a_while_has_passed(place: Place) -> None:
    place.park("no-text", "complaints.intake/web")
    for _ in range(5):
        await place.look()
        place.seconds += 10
    assert place.read == 1
    place.park("no-text", "complaints.intake/web")
    await place.look()
    assert place.read == 2
    place.seconds += 600
    await place.look()
    assert place.read == 3


async def test_when_the_queue_is_empty_nothing_is_shown_and_nothing_read(place: Place) -> None:
    place.park("no-text", "complaints.intake/web")
    await place.look()
    place.broker.queues["parked"].ready.clear()
    place.seconds += 10
    await place.look()
    assert place.shown() == {}
    assert place.read == 1


async def test_while_somebody_else_reads_it_is_left_alone(place: Place) -> None:
    place.park("no-text", "complaints.intake/web")
    await place.look(consumers=1)
    assert place.read == 0


async def test_the_longer_a_reading_takes_the_seldomer_it_is(place: Place) -> None:
    place.takes = 3.0
    place.park("no-text", "complaints.intake/web")
    await place.look()
    place.park("no-text", "complaints.intake/web")
    place.seconds += 200
    await place.look()
    assert place.read == 1
    place.seconds += 100
    await place.look()
    assert place.read == 2


@pytest.mark.parametrize(
    ("way", "origin", "sender"),
    [
        (Way.DEAD_LETTERED, Origin("", "agency.dlh"), "agency.dlh"),
        (Way.SET_ASIDE, Origin("complaints.updates", "desk.sri.assigned"), "desk"),
        (Way.SET_ASIDE, Origin("complaints.updates", "channel.web.replied"), "channel.web"),
        (Way.SET_ASIDE, Origin("complaints.updates", "agency.No Code.x"), "other"),
        (Way.SET_ASIDE, Origin("complaints.updates", "0812 3456 7890"), "other"),
        (Way.UNROUTABLE, Origin("complaints.intake", "web"), "channel.web"),
        (Way.SET_ASIDE, Origin("complaints.events", "routed.dlh.web"), "other"),
        (Way.SET_ASIDE, None, "other"),
    ],
)
def test_a_sender_is_a_code_or_nothing(way: Way, origin: Origin | None, sender: str) -> None:
    parked = Parked.__new__(Parked)
    object.__setattr__(parked, "way", way)
    object.__setattr__(parked, "origin", origin)
    assert sender_of(parked) == sender
