"""RabbitMQ is killed amid the work: none of the confirmed is lost, the router goes on by itself."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from broker.messaging import names
from tests.acceptance.program import Router
from tests.chaos.load import declare, find_all, ids, publish, stopped_at_the_end
from tests.support.eventually import eventually_async
from tests.support.nodes import OwnRabbit

COMPLAINTS = 20_000
KILLS = 3


async def test_kills_of_rabbitmq_lose_none_of_the_confirmed(
    own_rabbitmq: OwnRabbit, tmp_path: Path
) -> None:
    url = own_rabbitmq.url
    await declare(url)
    for queue in (names.ROUTER_QUEUE, names.TRIAGE_QUEUE, "agency.dlh", "agency.dpupr"):
        await asyncio.to_thread(own_rabbitmq.wait_until_saved, queue)
    router = await asyncio.to_thread(Router, url, tmp_path / "state")
    confirmed: set[int] = set()
    publishing = asyncio.create_task(publish(url, range(COMPLAINTS), confirmed))
    try:
        for kill in range(1, KILLS + 1):
            share = kill * COMPLAINTS // (KILLS + 2)
            await eventually_async(_more(confirmed, share))
            await asyncio.to_thread(own_rabbitmq.kill)
            await eventually_async(lambda: router.get("/readyz")[0] == 503)
            assert router.get("/livez")[0] == 200
            await asyncio.to_thread(own_rabbitmq.start)
            await eventually_async(lambda: router.get("/readyz")[0] == 200)
        await publishing
        router = await stopped_at_the_end(url, router, lambda: Router(url, tmp_path / "state"))
    finally:
        router.kill()
    found = await find_all(url)
    print(f"\n{KILLS} kills of RabbitMQ amid {COMPLAINTS:,}: {found.duplicates} duplicates")
    assert found.events.keys() == ids(range(COMPLAINTS))
    assert found.parked == 0
    assert all(len(same) == 1 for same in found.events.values())


def _more(confirmed: set[int], than: int) -> Callable[[], bool]:
    return lambda: len(confirmed) > than
