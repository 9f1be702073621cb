"""What a channel hears: of which submission of its own, whose the case is, and from whom it is."""

import json
from dataclasses import replace

import pytest

from broker.domain.case import resend
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.limits import SUBMISSION_ID
from tests.unit.broker.domain.case.story import (
    DAY,
    HOUR,
    LIGHT,
    MONDAY,
    NOTHING,
    ROAD,
    Said,
    Story,
    an_echo,
    routed_by_router,
    said,
)

OF = {"source": "/channels/web", "id": "c-1"}
SECRET = "rahasia-0812-3456-7890"


def a_life() -> Story:
    """Moved twice, answered, reopened, and closed for want of a reply."""
    story = Story().begins(LIGHT)
    story.says("agency.dishub.acknowledged", note="Diterima.")
    story.says("agency.dishub.returned", reason="bukan kami", suggest="dpupr")
    story.says("desk.sri.assigned", agency="dlh")
    story.says("agency.dlh.held", note="Di mana?")
    story.says("channel.web.replied", note="Di depan pasar.")
    story.says("agency.dlh.resolved", note="Selesai.")
    story.says("desk.sri.dismissed", reason="ganda")
    return story


def to_channel(story: Story) -> list[Said]:
    """What the channel's queue gets."""
    heard = tuple(f"{verb}." for verb in verbs.CHANNEL_EVENTS)
    return [e for e in story.events if e.key.endswith(".web") and e.key.startswith(heard)]


def test_every_event_to_a_channel_names_its_own_submission() -> None:
    story = a_life()
    heard = to_channel(story)
    assert {event.key.split(".")[0] for event in heard} >= {
        *("opened", "acknowledged", "moved", "held", "replied", "resolved", "closed")
    }
    for event in heard:
        assert event.data["of"] == OF, event.key


def test_what_goes_to_no_channel_does_not_name_the_submission() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.pln.returned", reason="bukan kami")
    assert "of" not in story.one("moved.pln.-").data


def test_the_router_says_of_what_it_is_and_so_does_every_later_routing() -> None:
    for out in routed_by_router(LIGHT, MONDAY):
        assert said(out).data["of"] == OF
    story = a_life()
    routed = [e for e in story.events if e.key.startswith("routed.")]
    assert len(routed) == 2
    assert all(event.data["of"] == OF for event in routed)
    again = resend(Story().begins(ROAD).it, now=MONDAY + HOUR)
    assert again is not None and said(again).data["of"] == OF


@pytest.mark.parametrize("anonymous", [True, "ya", 1])
def test_nothing_of_an_anonymous_complaint_shows_its_adapters_id(anonymous: object) -> None:
    routed = routed_by_router(LIGHT, MONDAY, id=SECRET, anonymous=anonymous)
    assert all(SECRET.encode() not in out.body for out in routed)
    assert all("of" not in said(out).data for out in routed)
    story = Story().begins(LIGHT, id=SECRET, anonymous=anonymous)
    story.says("agency.dishub.held", note="Di mana?")
    story.says("channel.web.withdrawn")
    assert story.it.of is None
    assert all("of" not in event.data for event in story.events)


def forged(out: Outgoing, **complaint: object) -> dict[str, object]:
    event = json.loads(out.body)
    event["data"]["complaint"] |= complaint
    return {"body": json.dumps(event).encode()}


def test_a_case_is_silent_of_it_should_a_router_fail_in_it() -> None:
    [out] = routed_by_router(ROAD, MONDAY)
    story = Story()
    message = an_echo(out)
    story.reads(replace(message, **forged(out, anonymous=True)))  # type: ignore[arg-type]
    assert story.it.of is None
    assert "of" not in story.one("opened.dpupr.web").data


def test_an_id_too_long_to_be_said_again_is_not() -> None:
    [longest] = routed_by_router(ROAD, MONDAY, id="x" * SUBMISSION_ID)
    [longer] = routed_by_router(ROAD, MONDAY, id="x" * (SUBMISSION_ID + 1))
    assert len(said(longest).data["of"]["id"]) == SUBMISSION_ID
    assert "of" not in said(longer).data


def test_a_move_names_both_agencies_and_the_deadlines_of_the_new_one() -> None:
    story = Story().begins(LIGHT)
    story.says("desk.sri.assigned", agency="dlh")
    moved, routed = story.one("moved.dishub.web").data, story.one("routed.dlh.web").data
    assert moved["agency_name"] == story.rules.agency_name("dishub")
    assert moved["to"] == "dlh"
    assert moved["to_name"] == story.rules.agency_name("dlh") != "dlh"
    assert moved["respond_by"] == routed["respond_by"] is not None
    assert moved["resolve_by"] == routed["resolve_by"] is not None


def test_a_move_into_triage_promises_nothing_and_one_out_of_it_does() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.sri.assigned", agency="dlh")
    out = story.one("moved.triage.web").data
    assert (out["agency"], out["agency_name"], out["to"]) == (None, None, "dlh")
    assert out["respond_by"]
    road = Story().begins(ROAD)
    road.says("agency.dpupr.returned", reason="bukan kami")
    into = road.one("moved.dpupr.web").data
    assert (into["to"], into["to_name"]) == (None, None)
    assert (into["respond_by"], into["resolve_by"]) == (None, None)


def test_a_mirror_and_the_end_name_the_agency() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.pln.responded", note="Petugas dikirim.")
    story.says("channel.web.withdrawn")
    name = story.rules.agency_name
    assert story.one("responded.pln.web").data["agency_name"] == name("pln")
    assert story.one("closed.dishub.web").data["agency_name"] == name("dishub")
    assert story.one("closed.pln.-").data["agency_name"] == name("pln")
    assert story.one("withdrawn.pln.-").data["agency_name"] == name("pln")


def test_what_time_alone_brings_names_the_agency_too() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.held", note="Di mana?")
    story.waits(30 * DAY)
    name = story.rules.agency_name("dpupr")
    resumed = story.one("resumed.dpupr.web").data
    assert (resumed["agency_name"], resumed["by"], resumed["of"]) == (name, "clock.waiting", OF)
    story.says("agency.dpupr.resolved", note="Selesai.")
    story.waits(30 * DAY)
    closed = story.one("closed.dpupr.web").data
    assert (closed["agency_name"], closed["by"], closed["of"]) == (name, "clock.closing", OF)


def test_an_update_that_comes_late_finds_the_end_that_it_brings_forward_named_as_well() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.resolved", note="Selesai.")
    story.says("channel.web.accepted", after=20 * DAY, rating=5)
    closed = story.one("closed.dpupr.web").data
    assert closed["by"] == "clock.closing"
    assert closed["agency_name"] == story.rules.agency_name("dpupr")


def test_what_an_update_calls_agency_name_or_of_counts_for_nothing() -> None:
    story = Story().begins(LIGHT)
    story.says("channel.web.replied", note="Ya.", agency_name="Palsu", of={"id": "palsu"})
    data = story.one("replied.dishub.web").data
    assert data["agency_name"] == story.rules.agency_name("dishub")
    assert data["of"] == OF
    hidden = Story().begins(LIGHT, anonymous=True)
    hidden.says("channel.web.replied", note="Ya.", of={"source": "x", "id": SECRET})
    assert "of" not in hidden.one("replied.dishub.web").data


def test_on_the_wire_an_office_speaks_and_the_history_names_the_person() -> None:
    story = a_life()
    for event in story.events:
        assert "sri" not in event.out.body.decode(), event.key
    assert story.one("moved.dpupr.web").data["by"] == "desk"
    assert story.one("closed.dlh.web").data["by"] == "desk"
    assert story.one("replied.dlh.web").data["by"] == "channel.web"
    assert story.one("resolved.dlh.web").data["by"] == "agency.dlh"
    assert {line.who for line in story.history} >= {"desk.sri", "channel.web", "agency.dlh"}
