"""How long the router waits for the case consumer."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from broker.memory import MemoryBroker
from broker.messaging import names
from broker.messaging.topology import topology
from config.loading import load_rules
from consumers.router.pacing import BEHIND, LONGEST, PER_MESSAGE, Pacing
from consumers.runtime.health import Health
from consumers.runtime.metrics import RouterMetrics
from consumers.runtime.worker import Worker
from tests.support.eventually import PATIENCE, eventually_async


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def pacing(registry: CollectorRegistry) -> Pacing:
    return Pacing(RouterMetrics(registry, ()))


def test_nobody_waits_until_the_queue_was_seen(pacing: Pacing) -> None:
    assert pacing.wait() == 0


@pytest.mark.parametrize(
    ("waiting", "consumers", "seconds"),
    [
        (0, 1, 0.0),
        (BEHIND, 1, 0.0),
        (BEHIND + 1, 1, PER_MESSAGE),
        (BEHIND + 400, 1, 400 * PER_MESSAGE),
        (10**7, 1, LONGEST),
        (10**7, 2, LONGEST),
        (10**7, 0, 0.0),
    ],
    ids=str,
)
def test_the_longer_the_queue_the_longer_the_wait(
    pacing: Pacing, waiting: int, consumers: int, seconds: float
) -> None:
    pacing.seen(waiting, consumers)
    assert pacing.wait() == pytest.approx(seconds)


def test_once_the_queue_is_short_nobody_waits(pacing: Pacing) -> None:
    pacing.seen(10**6, 1)
    pacing.seen(BEHIND, 1)
    assert pacing.wait() == 0


def test_what_was_waited_is_counted(pacing: Pacing, registry: CollectorRegistry) -> None:
    pacing.seen(BEHIND + 1000, 1)
    pacing.wait()
    pacing.wait()
    counted = registry.get_sample_value("pintu_router_held_back_seconds_total")
    assert counted == pytest.approx(2000 * PER_MESSAGE)


async def test_a_router_that_waits_leaves_at_once() -> None:
    rules = load_rules(None)
    wanted = topology(rules.agencies, rules.channels, broker_version=(3, 10, 8))
    broker, stop, waits = MemoryBroker(wanted), asyncio.Event(), 0

    def pace() -> float:
        nonlocal waits
        waits += 1
        return 3600.0

    class Nothing:
        async def check(self) -> None: ...

    queue, nothing = names.ROUTER_QUEUE, Nothing()
    worker: Worker[None] = Worker(broker, queue, nothing, Health(), stop, pace=pace)  # type: ignore[arg-type]  # it never comes to a batch
    running = asyncio.create_task(worker.run())
    await eventually_async(lambda: waits)
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
