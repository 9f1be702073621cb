"""What was said goes on cleaned, to those for whom it is; what cannot go on is told its sender."""

import json
from typing import Any

import pytest

from broker.domain.case import Refused, refuse
from broker.messaging import names
from schemas.updates import BadUpdate, read_update
from tests.unit.broker.domain.case.story import LIGHT, NOTHING, Story, an_update

SECRET = "Anggaran habis sampai Oktober."


def test_a_note_goes_to_the_channel_without_what_a_terminal_would_act_on() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.responded", note="\x1b[2J\x1b[31mKami cek.\x1b[0m\u202e\nBesok.")
    event = story.one("responded.dishub.web")
    assert event.data["note"] == "Kami cek.\nBesok."
    assert b"u001b" not in event.out.body


def test_what_was_left_out_is_named_in_the_event() -> None:
    story = Story().begins(LIGHT)
    story.says("channel.web.replied", note="Ini fotonya.", attachments=[{"url": ""}, {"url": "x"}])
    data = story.one("replied.dishub.web").data
    assert data["attachments"] == [{"url": "x"}]
    assert data["warnings"] == [
        "attachments.0.url: string should have at least 1 character; left out"
    ]


@pytest.mark.parametrize("name", ["internal_note", "internalNote"])
def test_no_event_but_a_conversation_has_an_internal_note(name: str) -> None:
    story = Story().begins(LIGHT)
    told = len(story.events)
    for key, data in (
        ("agency.dishub.acknowledged", {}),
        ("agency.dishub.held", {"note": "Di mana?"}),
        ("channel.web.replied", {"note": "Di pasar."}),
        ("agency.pln.responded", {}),
        ("agency.dishub.returned", {"reason": "bukan kami"}),
        ("desk.sri.assigned", {"agency": "dlh"}),
        ("agency.dlh.resolved", {"note": "Selesai."}),
        ("channel.web.accepted", {"rating": 5}),
    ):
        said: dict[str, Any] = {**data, name: SECRET}
        story.says(key, **said)
    heard = [event for event in story.events[told:] if event.key[:7] not in ("routed.", "triaged")]
    assert len(heard) > 8
    assert [event.key for event in heard if SECRET.encode() in event.out.body] == []
    assert SECRET not in json.dumps([dict(line.detail) for line in story.history])


def test_what_a_channel_attaches_to_an_anonymous_case_is_marked() -> None:
    story = Story().begins(NOTHING, anonymous=True)
    story.says("channel.web.replied", note="Hubungi 081234567890", attachments=[{"url": "x"}])
    data = story.one("replied.triage.web").data
    assert data["attachments"] == [{"url": "x", "sensitive": True}]
    assert data["note"] == "Hubungi [telepon]"


@pytest.mark.parametrize("note", ["x" * 900_000, 42, ["\x1b[31m"]])
def test_a_note_that_cannot_go_on_is_parked_and_its_sender_told_without_a_quotation(
    note: object,
) -> None:
    story = Story().begins(LIGHT)
    message = an_update(story.complaint, "agency.dishub.responded", id="1", time=None, note=note)
    bad = read_update(message.body, message.properties, message.routing_key)
    assert isinstance(bad, BadUpdate)
    why = Refused(bad.reason, bad.detail)
    parked, told = refuse(message, bad, why, case=story.it, now=story.now)
    assert parked.exchange == names.PARKED_EXCHANGE
    assert parked.body == message.body
    assert told.routing_key == "rejected.dishub.-"
    answer = json.loads(told.body)["data"]
    assert (answer["reason"], answer["detail"][:6]) == ("bad-data", "note: ")
    assert len(told.body) < 2_000
