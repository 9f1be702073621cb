"""A store that is away is a pause: nothing is lost, nothing is done twice, and it goes on by
itself. ``STORE_AWAY_SECONDS`` makes the pause longer."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from broker.store.cases import open_case_store
from tests.acceptance.cases.case_town import Town, a_town
from tests.acceptance.program import Program
from tests.support.due_cases import by_rung, came_twice, cases_due_at
from tests.support.eventually import eventually
from tests.support.outages import file_locked
from tests.support.postgres import OwnPostgres

AWAY = float(os.environ.get("STORE_AWAY_SECONDS", "12"))
"""Longer than any answer is waited for."""
COMPLAINTS = 60
RUNGS = 200
_STEP = 200
"""What may be in hand when the store goes."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 + 3 * AWAY)]


def test_a_locked_file_is_a_pause(amqp_url: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.sqlite3"
    with a_town(amqp_url, tmp_path) as town:
        twice = pause(town, f"sqlite:///{file}", lambda: file_locked(file))
    assert twice == 0, "nothing was in hand"


def test_who_has_nothing_to_do_notices_as_well(amqp_url: str, tmp_path: Path) -> None:
    """Work that waits for its turn says nothing for a minute, and work of which there is none
    says nothing at all: the store is looked at beside it."""
    with a_town(amqp_url, tmp_path) as town:
        with file_locked(tmp_path / "cases.sqlite3"):
            for name in ("cases", "escalations"):
                eventually(partial(misses_its_store, town.programs[name]), saying=f"{name} says so")
        for program in town.programs.values():
            eventually(partial(is_ready, program), saying=f"{program.name} is back")


def test_a_postgresql_that_hangs_is_a_pause(
    amqp_url: str, own_postgres: OwnPostgres, tmp_path: Path
) -> None:
    url = own_postgres.database("town")
    with a_town(amqp_url, tmp_path, DATABASE_URL=url) as town:
        pause(town, url, lambda: between(own_postgres.hold, own_postgres.release))


def test_a_postgresql_that_goes_and_comes_back_is_a_pause(
    amqp_url: str, own_postgres: OwnPostgres, tmp_path: Path
) -> None:
    url = own_postgres.database("town")
    with a_town(amqp_url, tmp_path, DATABASE_URL=url) as town:
        pause(town, url, lambda: between(own_postgres.shut, own_postgres.start))


@contextmanager
def between(goes: Callable[[], None], comes_back: Callable[[], None]) -> Iterator[None]:
    """Away for as long as the block lasts."""
    goes()
    yield
    comes_back()


def pause(town: Town, url: str, away: Callable[[], AbstractContextManager[None]]) -> int:
    """Messages come in and rungs fall due before, while and after the store is away; gives how
    many events came twice."""
    before = town.submits("jalan rusak parah")
    town.hears(before, "opened.dpupr.web")
    soon, over = datetime.now(UTC) + timedelta(seconds=2), AWAY + 8
    due_at = [soon + n * timedelta(seconds=over / RUNGS) for n in range(RUNGS)]
    expected = asyncio.run(cases_due_at(url, due_at))
    eventually(lambda: town.metric("escalations", "pintu_escalation_lag_seconds_count") > 0)
    case_consumers = [town.programs[name] for name in ("cases", "escalations")]
    complaints: list[str] = []
    with away():
        until = time.monotonic() + AWAY
        town.says(before, "agency.dpupr.responded", note="kami tinjau")

        def over_at_last() -> bool:
            if len(complaints) < COMPLAINTS:
                complaints.append(town.submits(f"sampah menumpuk di gang {len(complaints)}"))
            return time.monotonic() > until

        for program in case_consumers:
            eventually(partial(misses_its_store, program), saying=f"{program.name} says so")
        eventually(over_at_last, AWAY + 10)
        for program in case_consumers:
            assert program.get("/livez")[0] == 200
            assert misses_its_store(program), f"{program.name} still says so"
    for program in town.programs.values():
        eventually(partial(is_ready, program), saying=f"{program.name} is back")
    town.hears(before, "responded.dpupr.web", "channel.web")
    for complaint in complaints:
        town.hears(complaint, "opened.dlh.web", "channel.web")

    def all_fired() -> bool:
        town.outside.drain("escalations")
        return len(by_rung(escalated(town))) >= len(expected)

    eventually(all_fired, over + 30, "every rung")
    fired = by_rung(escalated(town))
    assert fired.keys() == expected
    for complaint in complaints:
        told = [m.event["id"] for m in town.about(complaint, "channel.web")]
        assert len(set(told)) == 1 and len(told) <= 2
    assert not [m for m in town.outside.seen if m.queue == "parked"]
    kept = asyncio.run(kept_of(url, [*complaints, before, *(rung[0] for rung in expected)]))
    assert kept[before][1:] == ["responded"]
    assert all(len(kept[complaint]) == 1 for complaint in complaints)
    assert all(kept[rung[0]] == ["escalated"] for rung in expected)
    twice = came_twice(fired)
    print(f"\naway for {AWAY:g} s amid {len(expected)} rungs: {twice} came twice")
    assert twice <= _STEP
    return twice


def is_ready(program: Program) -> bool:
    return program.get("/readyz")[0] == 200


def misses_its_store(program: Program) -> bool:
    status, body = program.get("/readyz")
    return status == 503 and '"store"' in body


def escalated(town: Town) -> list[bytes]:
    return [m.body for m in town.outside.seen if m.queue == "escalations"]


async def kept_of(url: str, complaints: list[str]) -> dict[str, list[Any]]:
    """What the history of each case says."""
    store = await open_case_store(url)
    try:
        return {c: [line.what for line in await store.history(UUID(c))] for c in complaints}
    finally:
        await store.close()
