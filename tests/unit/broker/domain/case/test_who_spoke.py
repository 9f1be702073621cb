"""A person of an agency who speaks through the pages: the history knows, and nobody else hears."""

import json
from typing import Any

import pytest

from broker.domain.case import Applied, Refused, read, refuse
from broker.messaging import names
from broker.messaging.messages import Incoming
from schemas.envelope import CONTENT_TYPE
from schemas.properties import Properties
from schemas.updates import Update
from tests.unit.broker.domain.case.story import LIGHT, MONDAY, ROAD, Story, said

BUDI = "/agencies/dpupr/people/budi"


def spoken(story: Story, key: str, source: str, id: str = "u-1", **data: Any) -> Incoming:
    """An update with a source of its own."""
    verb = key.rsplit(".", 1)[-1]
    event = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": f"complaint.{verb}.v1",
        "subject": str(story.complaint),
        "data": data,
        "time": story.now.isoformat(),
    }
    properties = Properties(content_type=CONTENT_TYPE, message_id=id)
    return Incoming(json.dumps(event).encode(), names.UPDATES, key, properties, False, 1)


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("agency.dpupr.acknowledged", {}),
        ("agency.dpupr.responded", {"note": "Tim menuju lokasi."}),
        ("agency.dpupr.resolved", {"note": "Sudah diperbaiki."}),
        ("agency.dpupr.held", {"note": "Di jalan apa?"}),
        ("agency.dpupr.returned", {"reason": "bukan kami"}),
    ],
)
def test_the_history_shows_who_of_the_agency_it_was(key: str, data: dict[str, Any]) -> None:
    story = Story().begins(ROAD)
    told = len(story.events)
    assert isinstance(story.reads(spoken(story, key, BUDI, **data)), Applied)
    line = story.history[-1]
    assert (line.who, line.detail["person"]) == ("agency.dpupr", "budi")
    heard = [event.out.body for event in story.events[told:]]
    assert heard
    assert not any(b"budi" in body for body in heard)
    assert "budi" not in str(story.conversation)


def test_who_of_a_supporting_agency_left_is_known_too() -> None:
    story = Story().begins(LIGHT)
    source = "/agencies/pln/people/sari"
    story.reads(spoken(story, "agency.pln.returned", source, reason="bukan kami"))
    assert story.history[-1].detail["person"] == "sari"


@pytest.mark.parametrize(
    "source",
    [
        "/agencies/dlh/people/budi",
        "/agencies/dpupr/people/",
        "/agencies/dpupr/people/Budi Santoso",
        "/agencies/dpupr/people/budi/more",
        "/agencies/dpupr",
        "/somebody",
    ],
)
def test_only_a_person_of_the_agency_that_the_key_names_is_believed(source: str) -> None:
    story = Story().begins(ROAD)
    story.reads(spoken(story, "agency.dpupr.acknowledged", source))
    assert "person" not in story.history[-1].detail


def test_a_channel_has_no_people() -> None:
    story = Story().begins(ROAD)
    story.reads(spoken(story, "channel.web.replied", "/agencies/web/people/budi", note="Halo"))
    assert "person" not in story.history[-1].detail


def test_a_refusal_names_the_office() -> None:
    story = Story().begins(ROAD)
    message = spoken(story, "agency.dpupr.acknowledged", BUDI)
    what = read(message)
    assert isinstance(what, Update)
    why = Refused("closed", "the case is closed")
    parked, rejected = refuse(message, what, why, case=story.it, now=MONDAY)
    assert said(rejected).data["of"]["source"] == "/agencies/dpupr"
    assert b"budi" not in rejected.body
    assert parked.body == message.body
