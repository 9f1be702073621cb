"""The router looks at the queue of the cases, which somebody may have deleted."""

import asyncio

from prometheus_client import CollectorRegistry

from broker.amqp.client import client
from config.settings import load_settings
from consumers.router.pacing import Pacing, keep_pace
from consumers.runtime.metrics import RouterMetrics
from consumers.runtime.service import Service


class Watched(Pacing):
    looked = asyncio.Event()

    def seen(self, waiting: int, consumers: int) -> None:
        super().seen(waiting, consumers)
        self.looked.set()


async def test_a_queue_of_the_cases_that_is_gone_does_not_end_the_router(amqp_url: str) -> None:
    """Readiness tells of it; what comes in goes on to its agencies meanwhile."""
    service = Service("router", load_settings({}))
    pacing = Watched(RouterMetrics(CollectorRegistry(), ()))
    keeping = asyncio.create_task(keep_pace(service, lambda name: client(amqp_url, name), pacing))
    await asyncio.wait_for(pacing.looked.wait(), 20)
    service.stop.set()
    await keeping
    assert pacing.wait() == 0
