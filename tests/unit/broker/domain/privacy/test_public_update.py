"""What a channel says later about a complaint: of an anonymous one nothing names the reporter."""

from typing import Any

import pytest

from broker.domain.privacy import public_update
from tests.unit.broker.domain.case.story import LIGHT, Story

SAID: dict[str, Any] = {
    "note": "hubungi 0812-3456-7890 atau budi@example.com",
    "reporter": {"name": "Budi"},
    "extra": {"user": "budi77"},
    "phone": "081234567890",
    "more": [{"name": "Budi", "contact": 81234567890, "stars": 4, "urgent": True, "none": None}],
    "attachments": [
        {"url": "https://example.org/20261124001.jpg", "name": "Budi", "caption": "0812-3456-7890"},
        "0812-3456-7890",
    ],
}
SHOWN: dict[str, Any] = {
    "note": "hubungi [telepon] atau [surel]",
    "more": [{"contact": "[telepon]", "stars": 4, "urgent": True, "none": None}],
    "attachments": [
        {
            "url": "https://example.org/20261124001.jpg",
            "caption": "[telepon]",
            "sensitive": True,
        },
        "[telepon]",
    ],
}
READ: dict[str, Any] = {"attachments": [{"url": "https://example.org/20261124001.jpg"}]}
"""What is read of these: the fields of the contract, of attachments that have an address."""
READ_SHOWN: dict[str, Any] = {"attachments": [READ["attachments"][0] | {"sensitive": True}]}


def test_the_reporters_fields_stay_behind_and_every_text_is_masked() -> None:
    assert public_update(SAID) == SHOWN


def test_attachments_that_are_no_list_are_masked_like_anything_else() -> None:
    assert public_update({"attachments": "0812-3456-7890"}) == {"attachments": "[telepon]"}
    assert public_update({"attachments": [{"url": 5}]}) == {
        "attachments": [{"url": 5, "sensitive": True}]
    }


@pytest.mark.parametrize("verb", ["replied", "withdrawn"])
def test_agencies_hear_of_an_anonymous_reporter_no_more_than_the_complaint_said(verb: str) -> None:
    story = Story().begins(LIGHT, anonymous=True)
    story.says(f"channel.web.{verb}", **SAID)
    mirrored = [event for event in story.events if event.key.startswith(f"{verb}.")]
    channel = "web" if verb == "replied" else "-"  # of the end it hears from `closed`
    assert {event.key for event in mirrored} == {f"{verb}.dishub.{channel}", f"{verb}.pln.-"}
    for event in mirrored:
        assert {name: event.data[name] for name in SHOWN} == SHOWN | READ_SHOWN
        assert not {"reporter", "extra", "phone"} & event.data.keys()


def test_what_is_said_about_a_complaint_that_is_not_anonymous_goes_on_as_it_is() -> None:
    story = Story().begins(LIGHT)
    story.says("channel.web.replied", **SAID)
    data = story.one("replied.dishub.web").data
    assert {name: data[name] for name in SAID} == SAID | READ


def test_what_an_agency_says_about_an_anonymous_complaint_goes_on_as_it_is() -> None:
    story = Story().begins(LIGHT, anonymous=True)
    story.says("agency.dishub.responded", note="Hubungi kami di 0718-123456")
    assert story.one("responded.dishub.web").data["note"] == "Hubungi kami di 0718-123456"
