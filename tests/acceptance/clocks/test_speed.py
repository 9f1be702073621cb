"""A fast clock on real cases would fire in minutes what cannot be taken back; and real cases in the
store of a demonstration would have deadlines that nobody knows."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.store.cases import open_case_store
from tests.acceptance.clocks.place import NOWHERE, Place
from tests.acceptance.program import TOWN, pintu
from tests.chaos.load import declare
from tests.support.due_cases import cases_due_at, fired

ON_REAL = ("run all", "run escalations", "case list")
ON_DEMO = ("run router", "run cases", "triage list", "clock show")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, amqp_url: str, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'cases.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    return Place(amqp_url, url, tmp_path, MANAGEMENT_URL=NOWHERE)


def refused(place: Place, words: str, **settings: str) -> tuple[int, str]:
    given = {
        "AMQP_URL": place.amqp_url,
        "CONFIG_DIR": str(TOWN),
        "STATE_DIR": str(place.folder),
        "HTTP": "off",
        "LOG_FORMAT": "json",
    }
    done = pintu(*words.split(), settings=given | place.settings | settings)
    told = done.stderr.decode().splitlines()
    assert "Traceback" not in "\n".join(told)
    return done.returncode, told[-1]


async def test_real_cases_refuse_a_fast_clock_and_nothing_fires(place: Place) -> None:
    await declare(place.amqp_url)
    await cases_due_at(place.store_url, [datetime.now(UTC) + timedelta(days=d) for d in (0, 9)])
    for words in ON_REAL:
        code, told = refused(place, words, CLOCK_SPEED="100000")
        assert (code, "holds cases of real time" in told) == (os.EX_CONFIG, True), (words, told)
    assert await fired(place.amqp_url) == {}


async def test_the_store_of_a_demonstration_refuses_real_time(place: Place) -> None:
    store = await open_case_store(place.store_url)
    await store.began(datetime.now(UTC))
    await store.close()
    for words in ON_DEMO:
        code, told = refused(place, words)
        assert (code, "is a demonstration's" in told) == (os.EX_CONFIG, True), (words, told)


@pytest.mark.slow
async def test_a_demonstration_that_begins_on_an_empty_store_in_use_ends_the_real_programs(
    place: Place,
) -> None:
    with place.runs("cases", leaves=os.EX_CONFIG) as cases:
        store = await open_case_store(place.store_url)
        await store.began(datetime.now(UTC))
        await store.close()
    log = cases.log_path.read_text()
    assert "is a demonstration's" in log and "Traceback" not in log
