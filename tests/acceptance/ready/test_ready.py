"""Readiness tells the truth: over every outage 503 within 15 s, of every program, idle and under
load, and 200 soon after it.

`READY_MATRIX=1` (`make test-ready`) runs every outage both ways, with the bounds of the contract;
without it a handful, with bounds for a machine that does much else.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.outside import Outside
from tests.acceptance.ready import outages
from tests.acceptance.ready.town import ReadyTown, readyz
from tests.support.eventually import eventually
from tests.support.postgres import OwnPostgres
from tests.support.rabbitmqctl import disk_alarm, memory_alarm

MATRIX: Final = os.environ.get("READY_MATRIX", "") not in ("", "0")
TOLD_WITHIN: Final = 15.0 if MATRIX else 30.0
READY_WITHIN: Final = 10.0 if MATRIX else 30.0
LASTS: Final = float(os.environ.get("READY_LASTS", "12" if MATRIX else "4"))
"""Seconds for which an outage goes on after it was told by all."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 + 2 * LASTS)]

Befalls = Callable[[ReadyTown], AbstractContextManager[object]]
ON_POSTGRES: Final[dict[str, tuple[Befalls, str]]] = {
    "memory alarm": (lambda town: memory_alarm(town.rabbit.node), "alarm"),
    "disk alarm": (lambda town: disk_alarm(town.rabbit.node), "alarm"),
    "black hole": (lambda town: town.wire.black_hole(), ""),
    "stopped node": (lambda town: outages.stopped(town.rabbit.node), ""),
    "quorum queues down": (
        lambda town: outages.quorum_queues_down(town.rabbit.node, town.vhost),
        "",
    ),
    "permissions cleared": (
        lambda town: outages.permissions_cleared(town.management, town.vhost),
        "may not publish",
    ),
}
ENDS_NO_SESSION: Final = ("alarm", "may not publish")
IN_THE_SUITE: Final = {
    ("memory alarm", "load"),
    ("black hole", "idle"),
    ("quorum queues down", "idle"),
    ("permissions cleared", "load"),
    ("tables locked", "load"),
}


@pytest.fixture(scope="module")
def town(postgres: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadyTown]:
    url = postgres.database("ready")
    town = ReadyTown(tmp_path_factory.mktemp("ready"), {"DATABASE_URL": url})
    yield town
    town.end()
    postgres.drop("ready")


def cases(names: "list[str]") -> "list[tuple[str, str]]":
    every = [(name, work) for name in names for work in ("idle", "load")]
    return [one for one in every if MATRIX or one in IN_THE_SUITE]


def told(
    town: ReadyTown, name: str, work: str, outage: AbstractContextManager[object], word: str
) -> None:
    """What is asked of every outage, with its figures; ``word``: what /readyz says of it."""
    before = town.sessions()
    with town.load() if work == "load" else nullcontext():
        seen, routed = town.befalls(outage, LASTS)
    for part, one in seen.items():
        print(f"\n{name}, {work}: {part} 503 after {one.not_ready_after} s", end="")
        print(f", 200 after {one.ready_after} s: {one.said}", end="")
    print(f"\n{name}, {work}: routes again after {routed:.1f} s")
    for part, one in seen.items():
        assert one.not_ready_after is not None, f"{part} never said so"
        assert one.not_ready_after <= TOLD_WITHIN, part
        assert one.flickers == 0, part
        assert word in str(one.said), part
        assert one.blocked == (word == "alarm"), part
        assert one.ready_after is not None and one.ready_after <= READY_WITHIN, part
    assert routed <= READY_WITHIN
    if word in ENDS_NO_SESSION:
        assert town.sessions() == before
    assert town.parked() == 0


@pytest.mark.parametrize(("name", "work"), cases(list(ON_POSTGRES)))
def test_an_outage_of_rabbitmq_is_told(town: ReadyTown, name: str, work: str) -> None:
    befalls, word = ON_POSTGRES[name]
    told(town, name, work, befalls(town), word)


@pytest.mark.parametrize(("name", "work"), cases(["tables locked"]))
def test_a_table_that_somebody_locks_is_told(
    town: ReadyTown, postgres: OwnPostgres, name: str, work: str
) -> None:
    url = f"{postgres.url.rsplit('/', 1)[0]}/ready"
    told(town, name, work, outages.tables_locked(url), "locked")


def test_a_queue_without_a_quorum_counts_once_at_most(town: ReadyTown) -> None:
    """Of one agency: what is for it is tried until it is taken. What RabbitMQ refuses ends no
    session; what it neither takes nor refuses, as may befall the first, ends one after 30 s."""
    town.all_ready()
    before = town.sessions()
    outside = Outside(town.url)
    with outages.quorum_queues_down(town.rabbit.node, town.vhost, "agency.dlh"):
        for n in range(20):
            outside.publish("web", f"sampah menumpuk {n}".encode(), content_type="text/plain")
        router = town.programs["router"]
        eventually(lambda: readyz(router)[0] == 503)
        eventually(lambda: "did not take it" in router.get("/readyz")[1])
        time.sleep(LASTS)  # so many tries
    town.all_ready()
    outside.close()
    assert all(number <= before[name] + 1 for name, number in town.sessions().items())
    assert town.parked() == 0


@pytest.mark.skipif(not MATRIX, reason="of the whole matrix (READY_MATRIX=1)")
@pytest.mark.parametrize("work", ["idle", "load"])
def test_a_file_that_somebody_holds_is_told(tmp_path: Path, work: str) -> None:
    town = ReadyTown(tmp_path, {})
    try:
        told(town, "files locked", work, outages.files_locked(town.state_dir), "locked")
    finally:
        town.end()
