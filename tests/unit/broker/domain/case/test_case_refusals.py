"""A refusal: the message is parked whole, its sender's side hears why, and nobody else."""

import json
from dataclasses import replace
from typing import Any

import pytest

from broker.domain.case import INTERNAL_ERROR, Refused, read, refusal_of, refuse
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.park import PROPERTIES, REASON
from broker.messaging.topology import Topology, topology
from schemas.updates import BadUpdate
from tests.unit.broker.domain.case.story import (
    MONDAY,
    ROAD,
    Story,
    an_echo,
    an_update,
    routed_by_router,
    said,
)

OBJECTS: Topology = topology(["dpupr", "dlh"], ["web", "sms"], broker_version=(4, 0))
CLOSED = Refused("closed", "the case is closed")


def hears(event: Outgoing) -> set[str]:
    """The queues that get it, the audit trail aside."""

    def matches(pattern: str) -> bool:
        words, key = pattern.split("."), event.routing_key.split(".")
        if words[-1] == "#":
            return key[: len(words) - 1] == words[:-1]
        return len(words) == len(key) and all(
            p in ("*", k) for p, k in zip(words, key, strict=True)
        )

    return {
        b.queue
        for b in OBJECTS.bindings
        if b.exchange == event.exchange and matches(b.routing_key) and b.queue != names.AUDIT_STREAM
    }


def a_refusal(
    key: str, why: Refused = CLOSED, *, story: Story | None = None, **changes: Any
) -> tuple[Outgoing, Outgoing, Incoming]:
    story = story or Story().begins(ROAD)
    data = {"reason": "x", "agency": "dlh"}
    message = replace(an_update(story.complaint, key, id="u-1", time=None, **data), **changes)
    what = read(message)
    if isinstance(what, BadUpdate):
        why = refusal_of(what)
    parked, rejected = refuse(
        message, what, why, case=story.case, now=MONDAY, agencies=story.rules.agencies
    )
    return parked, rejected, message


@pytest.mark.parametrize(
    ("key", "queues"),
    [
        ("agency.dlh.acknowledged", {"agency.dlh"}),
        ("agency.dpupr.shrugged", {"agency.dpupr"}),
        ("channel.sms.withdrawn", {"channel.sms"}),
        ("channel.web.resolved", {"channel.web"}),
        ("channel.web.accepted", {"channel.web"}),
        ("desk.admin.held", set()),
        ("desk.admin.assigned", set()),
        ("somebody.else.speaks", set()),
    ],
)
def test_the_sender_and_nobody_else_hears_of_a_refusal(key: str, queues: set[str]) -> None:
    parked, rejected, message = a_refusal(key)
    assert hears(rejected) == queues
    assert parked.exchange == names.PARKED_EXCHANGE
    assert parked.body == message.body
    assert parked.headers[REASON] == said_or_parsed(rejected)["reason"]


@pytest.mark.parametrize(
    ("key", "queues"),
    [
        ("agency.dlh", {"agency.dlh"}),
        ("agency.dlh.resolved.extra", {"agency.dlh"}),
        ("agency.DLH.resolved", {"agency.dlh"}),
        ("Agency.dlh.resolved", {"agency.dlh"}),
        ("agency. dlh.resolved", {"agency.dlh"}),
        ("agency.dlh.resolved.", {"agency.dlh"}),
        (".agency.dlh.resolved", {"agency.dlh"}),
        ("agency/dlh/resolved", {"agency.dlh"}),
        ("agency:dlh:resolved", {"agency.dlh"}),
        ("dlh.resolved", {"agency.dlh"}),
        ("DLH.held", {"agency.dlh"}),
        ("channel.web", {"channel.web"}),
        ("channel.web.replied.extra", {"channel.web"}),
        ("CHANNEL.WEB.replied", {"channel.web"}),
        ("channel/web/replied", {"channel.web"}),
        ("web.replied", {"channel.web"}),
        ("agency..resolved", set()),
        ("agency.", set()),
        ("channel", set()),
        ("agency.nobody.resolved.extra", set()),
        ("agency.dlh2.resolved.extra", set()),
        ("agency.dinas-dlh.resolved.extra", set()),
        ("channel.web_toboali.replied", set()),
        ("desk.sri.assigned.extra", set()),
        ("desk", set()),
        ("dlh", set()),
        ("web.resolved", set()),
        ("", set()),
        ("...", set()),
        ("#", set()),
        ("agency.*.resolved.x", set()),
    ],
)
def test_of_a_wrong_key_whoever_it_most_likely_speaks_for_hears(key: str, queues: set[str]) -> None:
    parked, rejected, message = a_refusal(key)
    assert hears(rejected) == queues
    event = json.loads(rejected.body)
    assert event["data"]["reason"] == "bad-key"
    assert parked.body == message.body
    # It may be another's all the same: neither the complaint nor a word of it.
    assert not {"complaint_id", "tracking"} & event["data"].keys()
    assert event.get("subject") is None
    shown = rejected.body.decode()
    assert str(Story().begins(ROAD).it.complaint_id) not in shown
    expected = "not agency.<code>.<verb>, desk.<name>.<verb> or channel.<channel>.<verb>"
    assert event["data"]["detail"] == f"routing key: {expected}"


def test_whatever_the_key_its_answer_goes_to_one_agency_or_one_channel_or_nobody() -> None:
    for key in ("agency.web.replied.x", "channel.dlh.resolved.x", "agency.agency.agency.agency"):
        _, rejected, _ = a_refusal(key)
        _, agency, channel = rejected.routing_key.split(".")
        assert names.NOBODY in (agency, channel)


def said_or_parsed(event: Outgoing) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(event.body)["data"]
    return data


def test_the_answer_says_why_and_of_what() -> None:
    _, rejected, _ = a_refusal("agency.dlh.acknowledged")
    event = said(rejected)
    assert event.type == "complaint.rejected.v1"
    assert event.data["reason"] == "closed"
    assert event.data["detail"] == "the case is closed"
    assert event.data["of"] == {
        "source": "/somebody",
        "id": "u-1",
        "type": "complaint.acknowledged.v1",
    }
    assert event.data["tracking"] == Story().begins(ROAD).it.tracking


def test_refused_twice_for_one_reason_is_one_answer_and_for_another_reason_is_another() -> None:
    ids = [
        a_refusal("agency.dlh.acknowledged", why)[1].message_id
        for why in (CLOSED, CLOSED, Refused("impossible", "so it is"))
    ]
    assert ids[0] == ids[1] != ids[2]


def test_messages_that_are_alike_in_one_batch_bear_ids_of_their_own() -> None:
    story = Story().begins(ROAD)
    message = an_update(story.complaint, "agency.dlh.held", id="u-1", time=None)
    what = read(message)
    batch = [
        event
        for repeat in range(3)
        for event in refuse(message, what, CLOSED, case=story.case, now=MONDAY, repeat=repeat)
    ]
    assert len({event.message_id for event in batch}) == 6


def test_the_refusal_of_what_a_channel_sends_about_an_anonymous_complaint_shows_no_id() -> None:
    for anonymous, shown in ((True, False), (False, True)):
        story = Story().begins(ROAD, anonymous=anonymous)
        story.says("desk.admin.dismissed", reason="ganda")  # it is known beyond the end
        parked, rejected, _ = a_refusal("channel.web.withdrawn", story=story)
        assert ("id" in said(rejected).data["of"]) is shown
        assert "u-1" in parked.headers[PROPERTIES], "operators may send it back"


def test_of_an_unknown_case_the_sender_hears_which_message_it_was() -> None:
    _, rejected, _ = a_refusal("channel.web.withdrawn", story=Story())
    assert said(rejected).data["of"]["id"] == "u-1"


def test_an_event_of_ours_is_parked_and_not_answered() -> None:
    [routed] = routed_by_router(ROAD, MONDAY)
    message = an_echo(routed)
    [parked] = refuse(message, read(message), INTERNAL_ERROR, case=None, now=MONDAY)
    assert parked.exchange == names.PARKED_EXCHANGE
    broken = replace(message, body=routed.body.replace(b'"role":"lead"', b'"role":"king"'))
    bad = read(broken)
    assert isinstance(bad, BadUpdate)
    assert bad.reason == "bad-event"
    assert "king" not in bad.detail
    [parked] = refuse(broken, bad, refusal_of(bad), case=None, now=MONDAY)
    assert parked.headers[REASON] == "bad-event"


def test_an_event_that_says_one_thing_and_means_another_is_not_read() -> None:
    [routed] = routed_by_router(ROAD, MONDAY)
    body = routed.body.replace(b"complaint.routed.v1", b"complaint.triaged.v1")
    bad = read(replace(an_echo(routed), body=body))
    assert isinstance(bad, BadUpdate)


def test_the_trace_goes_on_and_no_other_header() -> None:
    story = Story().begins(ROAD)
    message = an_update(story.complaint, "agency.dpupr.returned", id="1", time=None, reason="x")
    headers = {"traceparent": "00-1-2-01", "x-death": "forged", "CC": ["audit"]}
    message = replace(message, properties=replace(message.properties, headers=headers))
    story.now = MONDAY
    story.reads(message)
    _, moved, triaged = story.events
    assert moved.out.headers == triaged.out.headers == {"traceparent": "00-1-2-01"}
    _, rejected = refuse(message, read(message), CLOSED, case=story.case, now=MONDAY)
    assert rejected.headers == {"traceparent": "00-1-2-01"}
