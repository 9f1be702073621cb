"""Where a parked message goes, and what a sender can do about it: nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.origin import REPLAYED_AS, as_published
from broker.messaging.parking.park import park
from broker.messaging.parking.unpark import Replay, id_of_its_own, read_parked, replay
from broker.messaging.watermark import WATERMARK
from consumers.cases.watermark import is_watermark
from schemas.properties import Properties
from tests.unit.broker.domain.case.story import MONDAY, ROAD, routed_by_router

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
TO_CASES = ("", "cases")


def death(exchange: str, key: str, queue: str = "cases") -> dict[str, Any]:
    """As RabbitMQ 3.10 and 4.0 write it where no sender had a part in it."""
    return {
        "count": 1,
        "reason": "delivery_limit",
        "queue": queue,
        "time": NOW,
        "exchange": exchange,
        "routing-keys": [key],
    }


def sorted_by_name(entry: dict[str, Any]) -> dict[str, Any]:
    """As 3.10 writes an entry where the sender had sent an ``x-death`` of its own."""
    return dict(sorted(entry.items()))


def dead(key: str, *deaths: dict[str, Any], body: bytes = b"{}", **properties: Any) -> Incoming:
    headers = {**properties.pop("headers", {}), "x-death": list(deaths)}
    wanted = Properties(headers=headers, **{"message_id": "m", **properties})
    return Incoming(body, names.PARKED_EXCHANGE, key, wanted, False, 1)


def set_aside(exchange: str, key: str, body: bytes = b"{}", **properties: Any) -> Incoming:
    message = Incoming(body, exchange, key, Properties(**properties), False, 1)
    out = park(message, "internal-error", "why", NOW)
    kept = Properties(content_type=out.content_type, headers=out.headers, message_id=out.message_id)
    return Incoming(out.body, out.exchange, out.routing_key, kept, False, 7)


def given_back(message: Incoming) -> Replay:
    back = replay(read_parked(message), "fresh")
    assert back is not None
    return back


def arrives(back: Replay) -> Incoming:
    """What its reader takes it for."""
    return as_published(
        Incoming(back.body, back.exchange, back.routing_key, back.properties, False, 1)
    )


def published_with(back: Replay) -> tuple[str, str]:
    message = arrives(back)
    assert REPLAYED_AS not in message.properties.headers
    return message.exchange, message.routing_key


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        (names.EVENTS, "routed.dpupr.web"),
        (names.EVENTS, "triaged.triage.sms"),
        (names.UPDATES, "agency.dpupr.resolved"),
        (names.UPDATES, "desk.sri/two.assigned"),
        (names.UPDATES, "channel.web.replied"),
    ],
)
def test_what_was_taken_out_of_cases_goes_back_there_alone_as_what_it_was(
    exchange: str, key: str
) -> None:
    for message in (dead(key, death(exchange, key)), set_aside(exchange, key)):
        back = given_back(message)
        assert (back.exchange, back.routing_key) == TO_CASES
        assert published_with(back) == (exchange, key)


def test_a_complaint_goes_back_under_the_key_that_names_its_channel() -> None:
    back = given_back(dead("web.extra", death(names.INTAKE, "web.extra", "router.intake")))
    assert (back.exchange, back.routing_key) == (names.INTAKE, "web.extra")
    assert REPLAYED_AS not in back.properties.headers


def test_an_agency_s_message_goes_back_to_its_queue_alone() -> None:
    entry = death(names.EVENTS, "routed.dpupr.web", "agency.dpupr")
    back = given_back(dead("routed.dpupr.web", entry))
    assert (back.exchange, back.routing_key) == ("", "agency.dpupr")
    assert REPLAYED_AS not in back.properties.headers


def test_what_was_taken_out_again_after_it_was_sent_back_is_still_what_it_was() -> None:
    once = given_back(dead("routed.dpupr.web", death(names.EVENTS, "routed.dpupr.web")))
    again = dead("cases", death("", "cases"), headers=dict(once.properties.headers))
    assert published_with(given_back(again)) == (names.EVENTS, "routed.dpupr.web")


def test_a_watermark_goes_back_as_a_watermark() -> None:
    back = given_back(dead("cases", death("", "cases"), type=WATERMARK))
    assert (back.exchange, back.routing_key) == TO_CASES
    assert is_watermark(arrives(back))


@pytest.mark.parametrize("forged", [names.EVENTS, ""])
def test_an_update_stays_one_whatever_its_sender_says_that_it_was(forged: str) -> None:
    """What RabbitMQ 3.10 makes of an ``x-death`` that came in with the message (tried)."""
    ours = {REPLAYED_AS: "complaints.events/routed.dpupr.web", "Replayed-As": "x"}
    for key in ("agency.dpupr.resolved", "routed.dpupr.web", "cases"):
        merged = sorted_by_name(death(forged, key))
        back = given_back(dead(key, merged, headers=ours))
        assert published_with(back) == (names.UPDATES, key)
        assert "Replayed-As" not in back.properties.headers


def test_an_update_with_the_exchange_of_events_but_not_their_key_stays_one() -> None:
    key = "agency.dpupr.resolved"
    assert published_with(given_back(dead(key, death(names.EVENTS, key)))) == (names.UPDATES, key)


def test_an_update_is_no_watermark_although_it_says_so_and_is_sent_back() -> None:
    key = "agency.dpupr.resolved"
    for message in (
        dead(key, death(names.UPDATES, key), type=WATERMARK),
        set_aside(names.UPDATES, key, type=WATERMARK),
    ):
        back = given_back(message)
        raw = Incoming(back.body, back.exchange, back.routing_key, back.properties, False, 1)
        assert not is_watermark(raw)
        assert not is_watermark(as_published(raw))


@pytest.mark.parametrize("exchange", [names.UPDATES, names.INTAKE, names.EVENTS])
def test_the_header_means_nothing_on_what_was_published_to_an_exchange(exchange: str) -> None:
    properties = Properties(headers={REPLAYED_AS: "complaints.events/routed.dpupr.web"})
    message = Incoming(b"{}", exchange, "agency.dpupr.resolved", properties, False, 1)
    assert as_published(message) is message


@pytest.mark.parametrize("said", [5, "", "no slash", "complaints.parked/x", "/cases", None, b"x"])
def test_a_header_that_says_nothing_of_use_changes_nothing(said: object) -> None:
    message = Incoming(b"{}", "", "cases", Properties(headers={REPLAYED_AS: said}), False, 1)
    assert as_published(message) is message


def test_the_header_is_no_sender_s_on_what_goes_back_to_an_exchange() -> None:
    message = set_aside(names.INTAKE, "web", headers={REPLAYED_AS: "x", "kept": 1})
    assert dict(given_back(message).properties.headers) == {"kept": 1}


def test_an_event_that_an_earlier_version_has_sent_back_is_known_by_its_body() -> None:
    [routed, *_] = routed_by_router(ROAD, MONDAY)
    for message in (
        set_aside("", "cases", routed.body),
        dead("cases", death("", "cases"), body=routed.body),
    ):
        back = given_back(message)
        assert (back.exchange, back.routing_key) == TO_CASES
        assert published_with(back) == (routed.exchange, routed.routing_key)
    stranger = json.dumps(json.loads(routed.body) | {"source": "/channels/web"}).encode()
    assert published_with(given_back(set_aside("", "cases", stranger))) == TO_CASES


def test_a_message_that_came_without_an_id_has_the_same_one_at_every_try() -> None:
    one, other = set_aside(names.INTAKE, "web", b"1"), set_aside(names.INTAKE, "web", b"2")
    assert id_of_its_own(read_parked(one)) == id_of_its_own(read_parked(one))
    assert id_of_its_own(read_parked(one)) != id_of_its_own(read_parked(other))
    # Of two that no queue took, or that died in one second, nothing tells which is which.
    assert id_of_its_own(read_parked(dead("web", death(names.INTAKE, "web")))) is None
    unroutable = Incoming(b"x", names.INTAKE, "web", Properties(), False, 1)
    assert id_of_its_own(read_parked(unroutable)) is None
