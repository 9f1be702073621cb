"""Of which complaints the log tells."""

from uuid import UUID, uuid4, uuid5

import pytest
from structlog.testing import capture_logs

from consumers.runtime.log_sample import EVERY, LogSample
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.router_world import World, picked

MANY = [uuid5(UUID(int=0), str(n)) for n in range(20_000)]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 1.0])
def test_of_a_share_of_complaints(share: float) -> None:
    sample = LogSample(share)
    told = sum(map(sample, MANY))
    assert told == pytest.approx(share * len(MANY), rel=0.1)
    assert [sample(one) for one in MANY[:50]] == [LogSample(share)(one) for one in MANY[:50]]


def test_a_larger_sample_holds_the_smaller_one() -> None:
    small, large = LogSample(0.1), LogSample(0.3)
    assert all(large(one) for one in MANY if small(one))
    assert EVERY(uuid4())


async def test_what_was_parked_is_told_whatever_the_sample(world: World) -> None:
    world.log_sample = LogSample(0.0)
    world.submit(picked("1"))
    world.submit(b"{")
    with capture_logs() as lines:
        async with world.routing():
            await eventually_async(lambda: world.depth("router.intake") == 0)
            await eventually_async(lambda: world.depth("agency.pln") == 1)
    events = [line["event"] for line in lines if line["event"].startswith("complaint.")]
    assert events == ["complaint.parked"]
