"""What is read from the queue parked, told apart by what no sender can forge."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.intake import internal_error
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.park import park
from broker.messaging.parking.unpark import Replay, Way, discarded, read_parked, replay
from schemas.properties import Properties

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)
DEATH = {
    "count": 1,
    "exchange": "complaints.events",
    "queue": "agency.dpupr",
    "reason": "delivery_limit",
    "routing-keys": ["routed.dpupr.web"],
    "time": NOW,
}


def a_message(
    exchange: str = "complaints.intake", routing_key: str = "web", **properties: Any
) -> Incoming:
    return Incoming(b'{"text":', exchange, routing_key, Properties(**properties), False, 1)


def delivered(parked: Outgoing) -> Incoming:
    """A message that was published to complaints.parked, as it comes out of the queue."""
    properties = Properties(
        content_type=parked.content_type, headers=parked.headers, message_id=parked.message_id
    )
    return Incoming(parked.body, parked.exchange, parked.routing_key, properties, False, 7)


def dead(death: object = None, **properties: Any) -> Incoming:
    headers = {"x-death": [DEATH] if death is None else death, **properties.pop("headers", {})}
    return a_message("complaints.parked", "routed.dpupr.web", headers=headers, **properties)


def given_back(message: Incoming) -> Replay:
    back = replay(read_parked(message), "fresh")
    assert back is not None
    return back


def test_a_message_set_aside_says_why_when_and_where_from() -> None:
    parked = read_parked(delivered(park(a_message(), "broken-json", "line 1 column 9", NOW)))
    assert (parked.way, parked.reason, parked.detail) == (
        Way.SET_ASIDE,
        "broken-json",
        "line 1 column 9",
    )
    assert (str(parked.origin), parked.at, parked.size) == ("complaints.intake/web", NOW, 8)


def test_a_message_set_aside_goes_back_with_its_own_properties() -> None:
    original: dict[str, Any] = {
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "headers": {"traceparent": "00-1-2-01", "n": 5, "raw": b"\xff"},
        "priority": 3,
        "correlation_id": "c",
        "reply_to": "r",
        "message_id": "m-1",
        "timestamp": 1_700_000_000,
        "type": "complaint.submitted.v1",
        "app_id": "gateway",
    }
    back = given_back(delivered(park(a_message(**original), "no-text", "", NOW)))
    assert (back.exchange, back.routing_key, back.body) == ("complaints.intake", "web", b'{"text":')
    assert back.properties == Properties(**original, delivery_mode=2)


def test_what_would_make_it_vanish_be_refused_or_be_copied_is_left_out() -> None:
    headers = {"x-death": "?", "X-Foo": 1, "CC": ["a"], "BCC": ["b"], "kept": True}
    original = a_message(expiration="1", user_id="guest", headers=headers)
    for message in (original, delivered(park(original, "no-text", "", NOW))):
        back = given_back(message)
        assert dict(back.properties.headers) == {"kept": True}
        assert (back.properties.expiration, back.properties.user_id) == (None, None)


def test_a_message_without_an_id_gets_a_fresh_one() -> None:
    assert given_back(a_message()).properties.message_id == "fresh"
    assert given_back(delivered(park(a_message(), "x", "", NOW))).properties.message_id == "fresh"
    assert given_back(dead()).properties.message_id == "fresh"


def a_complaint(body: bytes = b'{"text":"halo"}', **properties: Any) -> Incoming:
    return Incoming(body, "complaints.intake", "web", Properties(**properties), False, 1)


def test_a_complaint_on_which_the_router_failed_goes_back_under_its_own_id() -> None:
    binary = {"cloudEvents_id": "7", "cloudEvents_type": "complaint.submitted.v1"}
    for message in (a_complaint(message_id="7"), a_complaint(headers=binary)):
        parked, told = internal_error(message, NOW).publish
        back = given_back(delivered(parked)).properties
        assert dict(back.headers) == dict(message.properties.headers)
        assert back.message_id == (message.properties.message_id or "fresh")
        assert json.loads(told.body)["data"]["of"]["id"] == "7"


def test_an_anonymous_complaint_on_which_the_router_failed_shows_no_id_to_others() -> None:
    """Operators, who see the body, see it and send the message back under it."""
    for body in (b'{"text":"halo","anonymous":1}', b'{"text":"halo","anonymous":'):
        message = a_complaint(body, message_id="0812", headers={"cloudEvents_id": "0813"})
        parked, told = internal_error(message, NOW).publish
        assert "081" not in f"{told.body.decode()} {told.message_id} {dict(told.headers)}"
        assert "081" not in f"{parked.message_id} {parked.routing_key}"
        assert read_parked(delivered(parked)).original == message.properties


def test_a_dead_lettered_message_goes_back_to_the_queue_it_was_taken_from() -> None:
    parked = read_parked(dead(message_id="m"))
    assert (parked.way, parked.reason, parked.at) == (Way.DEAD_LETTERED, "delivery-limit", NOW)
    back = given_back(dead(message_id="m"))
    assert (back.exchange, back.routing_key) == ("", "agency.dpupr")
    assert back.properties.message_id == "m"
    assert back.properties.headers == {}


def test_the_last_death_counts() -> None:
    earlier = {**DEATH, "queue": "router.intake"}
    assert given_back(dead([DEATH, earlier])).routing_key == "agency.dpupr"


@pytest.mark.parametrize("deaths", ["?", [], [5], [{}], {}, 3, [{"queue": 5}]])
def test_a_death_that_cannot_be_read_leaves_the_origin_unknown(deaths: object) -> None:
    parked = read_parked(dead(deaths))
    assert (parked.way, parked.origin) == (Way.DEAD_LETTERED, None)
    assert replay(parked, "fresh") is None


def test_an_unroutable_message_goes_back_to_the_exchange_that_had_no_queue() -> None:
    message = a_message("complaints.updates", "agency.dpupr.resolved", message_id="m")
    parked = read_parked(message)
    assert (parked.way, parked.reason) == (Way.UNROUTABLE, "unroutable")
    assert str(parked.origin) == "complaints.updates/agency.dpupr.resolved"
    assert parked.at is None


def test_a_sender_cannot_choose_where_an_operator_sends_its_message() -> None:
    forged = {
        "parked-reason": "internal-error",
        "parked-from": "complaints.events/routed.dpupr.web",
        "x-death": [DEATH],
    }
    parked = read_parked(a_message(headers=forged))
    assert (parked.way, str(parked.origin)) == (Way.UNROUTABLE, "complaints.intake/web")
    # Dead-lettered for true, with our headers forged beside it.
    parked = read_parked(dead(headers=forged))
    assert (parked.way, parked.reason) == (Way.DEAD_LETTERED, "delivery-limit")
    assert str(parked.origin) == "/agency.dpupr"


def test_the_handle_stays_the_same_while_the_message_is_looked_at() -> None:
    once = read_parked(dead(headers={"x-delivery-count": 1}))
    again = read_parked(dead(headers={"x-delivery-count": 2}))
    assert once.id == again.id


def test_messages_that_differ_in_anything_have_different_handles() -> None:
    messages = [
        a_message(),
        a_message(routing_key="sms"),
        a_message("complaints.updates"),
        a_message(message_id="m"),
        a_message(headers={"a": 1}),
        a_message(headers={"a": "1"}),
        Incoming(b"other", "complaints.intake", "web", Properties(), False, 1),
    ]
    assert len({read_parked(message).id for message in messages}) == len(messages)


def test_a_discard_says_who_why_and_what_but_not_the_body() -> None:
    message = Incoming(b"Budi 0812", "complaints.intake", "sms.x", Properties(), False, 1)
    parked = read_parked(delivered(park(message, "no-text", "", NOW)))
    event = discarded(parked, reason="spam", by="sari", at=LATER)
    assert (event.exchange, event.routing_key) == ("complaints.events", "discarded.-.sms")
    assert event.type == "complaint.discarded.v1"
    assert b"Budi" not in event.body
    body = json.loads(event.body)
    assert (body["id"], body["type"], body["source"]) == (
        event.message_id,
        "complaint.discarded.v1",
        "/pintu/parked",
    )
    assert {k: body["data"][k] for k in ("reason", "by", "parked", "parked_reason", "size")} == {
        "reason": "spam",
        "by": "sari",
        "parked": parked.id,
        "parked_reason": "no-text",
        "size": 9,
    }


def test_two_discards_are_two_events() -> None:
    parked = read_parked(a_message())
    ids = {
        discarded(parked, reason="spam", by="sari", at=at, nth=nth).message_id
        for at in (NOW, LATER)
        for nth in (0, 1)
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("message", "channel"),
    [
        (a_message("complaints.updates", "channel.sms.replied"), "sms"),
        (a_message("complaints.updates", "channel.#.replied"), "-"),
        (a_message("complaints.updates", "agency.dpupr.resolved"), "-"),
        (a_message("complaints.intake", "Web!"), "web"),
        (dead(), "-"),
        (dead([]), "-"),
    ],
)
def test_a_discard_names_the_channel_where_there_is_one(message: Incoming, channel: str) -> None:
    event = discarded(read_parked(message), reason="r", by="b", at=NOW)
    assert event.routing_key == f"discarded.-.{channel}"


def test_messages_parked_from_one_batch_have_different_ids_even_if_alike() -> None:
    message = a_message()
    ids = {park(message, "no-text", "", NOW, repeat=nth).message_id for nth in range(3)}
    assert len(ids) == 3


def test_a_message_parked_twice_after_a_crash_bears_one_id() -> None:
    message = a_message(message_id="m")
    again = Incoming(
        message.body, message.exchange, message.routing_key, message.properties, True, 99
    )
    first, second = park(message, "no-text", "", NOW), park(again, "no-text", "", LATER)
    assert first.message_id == second.message_id


header_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
header_names = st.text() | st.sampled_from(
    ["parked-from", "parked-properties", "parked-at", "parked-reason", "x-death"]
)


@given(
    st.sampled_from(["complaints.parked", "complaints.intake", ""]),
    st.dictionaries(header_names, header_values, max_size=5),
)
def test_whatever_lies_in_the_queue_can_be_read_and_discarded(
    exchange: str, headers: dict[str, Any]
) -> None:
    parked = read_parked(a_message(exchange, headers=headers))
    replay(parked, "fresh")
    discarded(parked, reason="r", by="b", at=NOW)
