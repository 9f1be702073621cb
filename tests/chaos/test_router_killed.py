"""The router is killed ten times amid 20,000 complaints: none is lost, no innocent is parked."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.acceptance.program import Router
from tests.chaos.load import declare, find_all, ids, publish, stopped_at_the_end
from tests.support.eventually import eventually_async

COMPLAINTS = 20_000
KILLS = 10


async def test_ten_kills_of_the_router_lose_nothing(amqp_url: str, tmp_path: Path) -> None:
    await declare(amqp_url)
    confirmed: set[int] = set()
    publishing = asyncio.create_task(publish(amqp_url, range(COMPLAINTS), confirmed))
    router = await asyncio.to_thread(Router, amqp_url, tmp_path)
    try:
        for _ in range(KILLS):
            routed = router.metric("pintu_routing_seconds_count")
            # Amid the work: when it has done some, and more is in hand.
            await eventually_async(_more(router, routed + 300))
            router.process.kill()
            router.process.wait()
            router = await asyncio.to_thread(Router, amqp_url, tmp_path)
        await publishing
        router = await stopped_at_the_end(amqp_url, router, lambda: Router(amqp_url, tmp_path))
    finally:
        router.kill()
    found = await find_all(amqp_url)
    print(f"\n{KILLS} kills amid {COMPLAINTS:,} complaints: {found.duplicates} duplicates")
    assert found.events.keys() == ids(range(COMPLAINTS))
    assert found.parked == 0
    assert all(len(same) == 1 for same in found.events.values())
    # Only what was in hand at a kill can come twice: what was confirmed and not yet recorded.
    assert found.duplicates <= KILLS * 400


def _more(router: Router, than: float) -> Callable[[], bool]:
    return lambda: router.metric("pintu_routing_seconds_count") > than
