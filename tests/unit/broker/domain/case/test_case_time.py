"""From when an update counts: an outage of ours makes nobody late, and nobody can backdate."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from broker.domain.case import Early, Refused, counts_from
from schemas.updates import Update, read_update
from tests.unit.broker.domain.case.story import (
    HOUR,
    MONDAY,
    NOTHING,
    ROAD,
    Story,
    an_update,
)

NOON = MONDAY + 3 * HOUR
MINUTE = timedelta(minutes=1)


def an_update_of(who: str, time: datetime | None) -> Update:
    verb = {"agency": "acknowledged", "channel": "replied"}[who]
    message = an_update(Story().complaint, f"{who}.web.{verb}", id="1", time=time)
    update = read_update(message.body, message.properties, message.routing_key)
    assert isinstance(update, Update)
    return update


@pytest.mark.parametrize(
    ("who", "time", "counts"),
    [
        ("agency", NOON - MINUTE, NOON - MINUTE),
        ("agency", NOON - 5 * HOUR, NOON - 2 * HOUR),
        ("agency", NOON + HOUR, NOON),
        ("agency", None, NOON - 2 * HOUR),
        ("channel", None, NOON),
        ("channel", NOON - MINUTE, NOON - MINUTE),
    ],
    ids=[
        "its time",
        "not before all was read",
        "not from the future",
        "an agency without a time: as early as can be",
        "a channel without a time: now",
        "a channel with a time: its time",
    ],
)
def test_an_update_counts_from_its_time_within_what_is_possible(
    who: str, time: datetime | None, counts: datetime
) -> None:
    story = Story(now=NOON, watermark=NOON - 2 * HOUR)
    assert counts_from(an_update_of(who, time), story.context()) == counts


def test_what_was_reached_never_lies_in_the_future() -> None:
    story = Story(now=NOON)
    context = story.context()
    assert counts_from(an_update_of("agency", None), context) == NOON


def test_an_update_that_waited_for_its_case_counts_from_when_it_was_first_read() -> None:
    sent = MONDAY + MINUTE
    late = Story(now=MONDAY + 2 * MINUTE, watermark=MONDAY)
    early = late.says("agency.dpupr.responded", time=sent, after=timedelta(0))
    assert isinstance(early, Early)
    assert early.at == sent
    assert early.until == late.now + late.context().patience
    story = Story(now=MONDAY + 10 * MINUTE).begins(ROAD)
    story.now += HOUR
    kept = an_update_of("agency", sent)
    assert counts_from(kept, story.context()) == story.now
    with_moment = replace(kept, counts_at=early.at)
    assert counts_from(with_moment, story.context()) == sent


def test_an_outage_of_ours_makes_nobody_late() -> None:
    story = Story().begins(ROAD)
    story.watermark = MONDAY + HOUR
    story.now = MONDAY + timedelta(days=30)
    story.says("agency.dpupr.responded", time=MONDAY + 2 * HOUR)
    response = story.it.response
    assert response
    assert response.stopped_at == MONDAY + 2 * HOUR


def test_the_moment_and_the_handling_both_stand_in_the_history() -> None:
    story = Story().begins(ROAD)
    story.watermark = MONDAY
    story.says("agency.dpupr.responded", time=MONDAY + MINUTE)
    line = story.history[-1]
    assert (line.at, line.recorded_at) == (MONDAY + MINUTE, story.now)
    assert story.events[-1].data["at"] == (MONDAY + MINUTE).isoformat()


def test_who_accepted_the_answer_in_time_did_so_however_late_it_is_read() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.resolved")
    story.watermark = story.now
    sent = story.now + HOUR
    story.now += timedelta(days=60)  # it would have closed by itself after ten working days
    story.says("channel.web.accepted", time=sent, rating=5)
    assert story.it.closed
    assert (story.it.closed.how, story.it.closed.at) == ("accepted", sent)


def test_a_rating_sent_in_time_is_taken_however_late_it_is_read() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.resolved")
    story.waits(timedelta(days=30))
    assert story.it.closed
    story.watermark = story.now
    sent = story.it.closed.at + timedelta(days=29)
    story.now = sent + timedelta(days=9)
    story.says("channel.web.accepted", time=sent, rating=5)
    assert story.it.rating == 5


def test_nobody_backdates_a_rating() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.resolved")
    story.waits(timedelta(days=30))
    story.now += timedelta(days=60)
    story.watermark = story.now
    refused = story.says("channel.web.accepted", time=story.now - timedelta(days=60), rating=5)
    assert isinstance(refused, Refused)
    assert story.it.rating is None


def test_what_the_desk_asks_counts_from_its_time() -> None:
    story = Story().begins(NOTHING)
    story.watermark = MONDAY
    story.says("desk.sri.held", time=MONDAY + MINUTE)
    waiting, verification = story.it.clock("waiting"), story.it.clock("verification")
    assert waiting and verification
    assert waiting.started_at == verification.held_at == MONDAY + MINUTE
