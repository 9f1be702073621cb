"""A router that is told to leave finishes what is in hand; what waits is there for the next."""

import asyncio
import signal
from collections.abc import Callable, Iterator

import pytest
from yarl import URL

from tests.acceptance.outside import Outside
from tests.acceptance.program import Router
from tests.contract.gate import gate_to
from tests.support.eventually import eventually

Start = Callable[..., Router]


@pytest.fixture
def outside(amqp_url: str) -> Iterator[Outside]:
    connected = Outside(amqp_url)
    yield connected
    connected.close()


def many(number: int, mark: str) -> Iterator[tuple[str, bytes]]:
    for n in range(number):
        yield f"{mark}-{n}", f"sampah tidak diangkut {mark}-{n}".encode()


def test_everything_in_hand_is_acknowledged_and_the_rest_waits_untouched_for_the_next(
    start: Start, outside: Outside, mark: str
) -> None:
    first = start()
    outside.flood("sms", many(3_000, mark))
    outside.wait_for("agency.dlh", 200)
    first.signal()
    first.signal()  # at once: timeout(1) and others send one signal twice
    assert first.left() == 0
    routed = outside.take("agency.dlh", outside.depth("agency.dlh"))
    waiting = outside.take("router.intake", outside.depth("router.intake"))
    assert waiting, "the router was done before it was told to leave: send more"
    assert len(routed) + len(waiting) == 3_000
    assert not any(message.redelivered for message in waiting)
    # The same again while no router is there, and then after a restart: the journal remembers.
    outside.flood("sms", many(3_000, mark))
    second = start()
    outside.wait_for("agency.dlh", len(waiting))

    def repeats() -> bool:
        return second.metric("pintu_duplicates_total") == len(routed)

    eventually(repeats, saying="what was routed before is known")
    second.signal(signal.SIGINT)
    assert second.left() == 0
    routed += outside.take("agency.dlh", len(waiting))
    assert len({message.data["complaint_id"] for message in routed}) == len(routed) == 3_000
    assert outside.depth("agency.dlh") == outside.depth("parked") == 0


async def test_a_second_signal_ends_it_at_once(start: Start, amqp_url: str) -> None:
    url = URL(amqp_url)
    async with gate_to(url.host or "", url.port or 0) as gate:
        through = str(url.with_host("127.0.0.1").with_port(gate.port))
        router = await asyncio.to_thread(start, through)
        gate.hold()  # RabbitMQ hangs: there is no leaving in good order
        router.signal()
        await asyncio.sleep(0.7)  # one signal that is sent twice comes within half a second
        assert router.process.poll() is None
        router.signal()
        assert await asyncio.to_thread(router.left) == 128 + signal.SIGTERM


async def test_a_broker_that_hangs_does_not_keep_it_from_leaving(
    start: Start, amqp_url: str
) -> None:
    url = URL(amqp_url)
    async with gate_to(url.host or "", url.port or 0) as gate:
        router = await asyncio.to_thread(
            start, str(url.with_host("127.0.0.1").with_port(gate.port))
        )
        gate.hold()
        router.signal()
        await asyncio.to_thread(router.left)


async def test_a_router_goes_on_by_itself_when_the_broker_is_back_and_may_leave_while_it_is_away(
    start: Start, amqp_url: str, outside: Outside, mark: str
) -> None:
    url = URL(amqp_url)
    async with gate_to(url.host or "", url.port or 0) as gate:
        router = await asyncio.to_thread(
            start, str(url.with_host("127.0.0.1").with_port(gate.port))
        )

        def is_away() -> bool:
            return router.get("/readyz")[0] == 503 and not router.metric("pintu_broker_connected")

        await gate.shut()
        await asyncio.to_thread(eventually, is_away)
        assert router.get("/livez")[0] == 200
        outside.publish("sms", f"sampah {mark}".encode(), message_id=mark)
        await gate.open()
        await asyncio.to_thread(eventually, lambda: router.get("/readyz")[0] == 200, 30.0)
        [message] = await asyncio.to_thread(outside.arrived, mark)
        assert message.queue == "agency.dlh"
        await gate.shut()
        await asyncio.to_thread(eventually, is_away)
        await asyncio.to_thread(router.stop)
