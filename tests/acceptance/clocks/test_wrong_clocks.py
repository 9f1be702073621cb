"""Clocks ahead, behind and leaping, on one process or on all: no rung fires that was not due, none
is missing in the end, and the operator is told."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.clocks.place import DAY, NOWHERE, Place, Wrong, lines
from tests.chaos.load import declare
from tests.support.due_cases import Fired, Rung, cases_due_at, fired
from tests.support.eventually import eventually, eventually_async

RIGHT = timedelta()
HOUR = timedelta(hours=1)
DUE, LATER = 5, (1, 10, 30, 50)
"""Cases that are due, and in how many days others are."""


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, amqp_url: str, tmp_path: Path) -> Place:
    """A store of which nobody but these machines can tell the time: RabbitMQ's is not shown."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'cases.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    return Place(amqp_url, url, tmp_path, MANAGEMENT_URL=NOWHERE)


def agrees(program: Wrong) -> bool:
    return program.wanting() == {}


async def owing(place: Place) -> set[Rung]:
    """Some rungs are due, some will be; those that are."""
    await declare(place.amqp_url)
    now = datetime.now(UTC)
    due = await cases_due_at(place.store_url, [now - HOUR] * DUE)
    await cases_due_at(place.store_url, [now + days * DAY for days in LATER])
    return due


async def reads(place: Place, ahead: timedelta = RIGHT) -> None:
    """The case consumer runs until it has read up to the present."""
    with place.runs("cases", ahead):
        moment = datetime.now(UTC)
        await eventually_async(lambda: place.read_up_to(moment), saying="it has read all")


async def fires(place: Place, due: set[Rung], ahead: timedelta = RIGHT) -> Fired:
    """The escalations run until nothing is due that they know of; what they fired."""
    with place.runs("escalations", ahead) as escalations:
        found: Fired = {}

        async def all_fired() -> bool:
            found.update(await fired(place.amqp_url))
            return found.keys() >= due

        await eventually_async(all_fired, saying="what is due fires")
        if ahead != RIGHT:
            escalations.says_that_its_clock_is_wrong()
    return found | await fired(place.amqp_url)


async def test_two_months_ahead_on_the_cases_and_weeks_on_the_escalations(place: Place) -> None:
    due = await owing(place)
    await reads(place)
    with place.runs("cases", 60 * DAY) as cases:
        moment = datetime.now(UTC)
        await eventually_async(lambda: place.read_up_to(moment), saying="it goes on")
        cases.says_that_its_clock_is_wrong()
        assert cases.metric("pintu_clock_disagreement_seconds", clock="elapsed") > 59 * 86400
    watermark = await place.watermark()
    assert watermark is not None and watermark < datetime.now(UTC) + timedelta(minutes=3)
    found = await fires(place, due, 20 * DAY)
    assert found.keys() == due
    await reads(place)
    assert (await fires(place, set())).keys() == set()


@pytest.mark.slow
async def test_all_of_them_ahead(place: Place) -> None:
    due = await owing(place)
    await reads(place)
    await reads(place, 60 * DAY)
    found = await fires(place, due, 60 * DAY)
    assert found.keys() == due


async def test_a_clock_that_leaps_while_they_run(place: Place) -> None:
    due = await owing(place)
    with place.runs("cases") as cases, place.runs("escalations") as escalations:
        found: Fired = {}

        async def all_fired() -> bool:
            found.update(await fired(place.amqp_url))
            return found.keys() >= due

        await eventually_async(all_fired, saying="what is due fires")
        for program in (cases, escalations):
            program.set(60 * DAY)
        for program in (cases, escalations):
            program.says_that_its_clock_is_wrong()
        moment = datetime.now(UTC)
        await eventually_async(lambda: place.read_up_to(moment), saying="it goes on")
        assert await fired(place.amqp_url) == {}
        for program in (cases, escalations):
            program.set(RIGHT)
        for program in (cases, escalations):
            eventually(partial(agrees, program), saying="it agrees again")
            eventually(partial(lines, program, "clock.agrees"), saying="its log says so")
    assert found.keys() == due


@pytest.mark.slow
async def test_behind_nothing_is_lost_and_it_fires_once_the_clock_is_set(place: Place) -> None:
    due = await owing(place)
    await reads(place)
    with place.runs("escalations", -60 * DAY) as escalations:
        escalations.says_that_its_clock_is_wrong()
        assert await fired(place.amqp_url) == {}
        escalations.set(RIGHT)
        found: Fired = {}

        async def all_fired() -> bool:
            found.update(await fired(place.amqp_url))
            return found.keys() >= due

        await eventually_async(all_fired, saying="what was due fires")
        eventually(lambda: escalations.wanting() == {}, saying="it is ready")
    assert found.keys() == due


@pytest.mark.slow
async def test_several_escalations_with_different_clocks_fire_each_once(place: Place) -> None:
    due = await owing(place)
    await reads(place)
    found: Fired = {}
    with (
        place.runs("cases"),
        place.runs("escalations", 20 * DAY),
        place.runs("escalations", -20 * DAY),
    ):
        found.update(await fires(place, due))
    assert found.keys() == due
    assert all(ids.total() == 1 for ids in found.values())


async def test_a_watermark_that_was_poisoned_is_told_and_mended_by_a_command(place: Place) -> None:
    due = await owing(place)
    await place.poisoned(60 * DAY)
    desk = place.desk()
    with place.runs("escalations") as escalations:
        escalations.says_that_its_clock_is_wrong()
        assert await fired(place.amqp_url) == {}
        shown = desk.does("clock", "show")
        assert shown.returncode == 1
        assert "pintu clock mend" in shown.stderr.decode()
        assert "set back from" in desk.prints("clock", "mend", "--reason", "jam maju 60 hari")
        with place.runs("cases"):
            found: Fired = {}

            async def all_fired() -> bool:
                found.update(await fired(place.amqp_url))
                return found.keys() >= due

            await eventually_async(all_fired, saying="what is due fires")
        eventually(lambda: escalations.wanting() == {}, saying="it is ready")
    assert found.keys() == due
    assert "jam maju 60 hari" in desk.prints("clock", "show")


async def test_the_first_start_ever_with_a_clock_ahead_is_caught_by_rabbitmqs(
    amqp_url: str, management_url: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'cases.sqlite3'}"
    place = Place(amqp_url, url, tmp_path, MANAGEMENT_URL=management_url)
    await owing(place)
    with place.runs("cases", 60 * DAY) as cases:
        moment = datetime.now(UTC) - timedelta(minutes=1)
        await eventually_async(lambda: place.read_up_to(moment), saying="it has read all")
        assert "clock of the broker" in cases.says_that_its_clock_is_wrong()
    watermark = await place.watermark()
    assert watermark is not None and watermark < datetime.now(UTC) + timedelta(minutes=3)
