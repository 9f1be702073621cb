"""Any number of routers side by side: they share the work, and a complaint is routed once."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.outside import Outside
from tests.acceptance.program import Router
from tests.support.eventually import eventually

Start = Callable[..., Router]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of the journal that the routers share."""
    if request.param == "sqlite":
        return {}
    return {"DATABASE_URL": request.getfixturevalue("postgres_url")}


@pytest.fixture
def outside(amqp_url: str) -> Iterator[Outside]:
    connected = Outside(amqp_url)
    yield connected
    connected.close()


def two(start: Start, **settings: str) -> list[Router]:
    """Two routers, started side by side."""
    with ThreadPoolExecutor() as threads:
        return list(threads.map(lambda _: start(**settings), range(2)))


def test_two_routers_share_the_work_and_route_each_complaint_once(
    start: Start, outside: Outside, store: dict[str, str], mark: str
) -> None:
    routers = two(start, **store)
    complaints = [(f"{mark}-{n}", f"sampah {mark}-{n}".encode()) for n in range(1_000)]
    thrice = complaints * 3
    random.Random(7).shuffle(thrice)
    outside.flood("sms", thrice)

    def taken() -> list[float]:
        return [r.metric("pintu_complaints_received_total", channel="sms") for r in routers]

    eventually(lambda: sum(taken()) >= 3_000, saying="all are settled")
    assert min(taken()) > 300, "one of them did nearly everything"
    counts = [r.metric("pintu_complaints_routed_total", agency="dlh") for r in routers]
    assert sum(counts) == 1_000
    assert sum(router.metric("pintu_duplicates_total") for router in routers) == 2_000
    messages = outside.take("agency.dlh", 1_000)
    assert len({message.data["complaint_id"] for message in messages}) == 1_000
    assert outside.depth("agency.dlh") == outside.depth("parked") == 0
    for router in routers:
        router.stop()


def test_one_goes_on_where_another_was_killed(start: Start, outside: Outside, mark: str) -> None:
    doomed, other = two(start)
    outside.flood("sms", ((f"{mark}-{n}", f"sampah {mark}-{n}".encode()) for n in range(2_000)))
    outside.wait_for("agency.dlh", 200)
    doomed.kill()
    outside.wait_for("agency.dlh", 2_000)
    other.stop()
    assert outside.depth("router.intake") == outside.depth("parked") == 0
    messages = outside.take("agency.dlh", outside.depth("agency.dlh"))
    # Nothing is lost; what was in hand at the kill may be there twice, under the same id.
    assert len({message.data["complaint_id"] for message in messages}) == 2_000
    assert len({message.event["id"] for message in messages}) == 2_000
    assert len(messages) <= 2_000 + 600
