"""The router waits for a case consumer that does not follow, and goes on all the same."""

from collections.abc import Callable

import pika  # type: ignore[import-untyped] # -- it has no types

from tests.acceptance.outside import Outside
from tests.acceptance.program import Router
from tests.acceptance.test_repeats import body
from tests.support.eventually import eventually

HELD_BACK = "pintu_router_held_back_seconds_total"
MANY = 1_500
"""More than may wait for the case consumer before the router does."""


def test_the_router_gives_way_to_a_case_consumer_that_is_behind(
    start: Callable[..., Router], amqp_url: str, mark: str
) -> None:
    router = start()
    outside = Outside(amqp_url)
    slow = pika.BlockingConnection(pika.URLParameters(f"{amqp_url}?heartbeat=0"))
    try:
        _published(outside, router, mark, range(MANY))
        assert router.metric(HELD_BACK) == 0, "it waited for nobody"

        channel = slow.channel()
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("cases", lambda *_: None)
        sent = MANY

        def held_back() -> bool:
            nonlocal sent
            sent += 10
            _published(outside, router, mark, range(sent - 10, sent))
            return router.metric(HELD_BACK) > 0

        eventually(held_back)
        router.stop()
    finally:
        slow.close()
        outside.close()


def _published(outside: Outside, router: Router, mark: str, numbers: range) -> None:
    """Published and routed."""
    for n in numbers:
        outside.publish("web", body(f"sampah {mark}", f"{mark}{n}"))
    eventually(lambda: router.metric("pintu_complaints_routed_total", agency="dlh") == numbers.stop)
