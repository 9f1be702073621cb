"""What a check makes of what it saw, rule by rule: the faults that no client library lets through,
and what is said of them."""

import json
from typing import Any

import pytest

from broker.amqp.relay import Consumption, Deed, Delivered, Fault, Link, Published, Seen
from broker.messaging.messages import Incoming
from pintu.conformance.adapter.rules import RULES as ADAPTER
from pintu.conformance.agency.rules import RULES as AGENCY
from pintu.conformance.record import Kind, Record
from pintu.conformance.rule import Found, Verdict, findings
from schemas.properties import Properties

GOOD = Properties(content_type="application/json", delivery_mode=2, message_id="7f3a9c51-e2d4-4b8a")
TEXT = {"text": "Lampu jalan mati."}
CODES = {"adapter": "web", "agency": "dishub"}


def a_publish(
    body: Any = None,
    *,
    exchange: str = "complaints.intake",
    key: str = "web",
    properties: Properties = GOOD,
    mandatory: bool = True,
    confirms: bool = True,
    fault: Fault = Fault.NONE,
) -> Published:
    raw = body if isinstance(body, bytes) else json.dumps(TEXT if body is None else body).encode()
    return Published(
        1, 0, exchange, key, mandatory, confirms, properties, raw, len(raw), fault, "ack"
    )


def judged(kind: Kind, code: str, *seen: Published | Delivered | Consumption | Deed) -> Found:
    """What that rule finds of a system that did these things, in this order."""
    everything = Seen(links=[Link(1, opened=True)])
    for order, one in enumerate(seen, 1):
        match one:
            case Published():
                one.order = order
                everything.published.append(one)
            case Delivered():
                one.order = order
                everything.delivered.append(one)
            case Consumption():
                everything.consumptions.append(one)
            case Deed():
                everything.deeds.append(one)
    record = Record(kind, CODES[kind], everything)
    found = findings(ADAPTER if kind == "adapter" else AGENCY, record)
    return next(one.found for one in found if one.rule.code == code)


def without_id() -> Published:
    return a_publish(properties=Properties(content_type="application/json", delivery_mode=2))


def an_update(
    verb: str, id: str | None = "1", key: str = "agency.dishub", **data: Any
) -> Published:
    update: dict[str, Any] = {
        "specversion": "1.0",
        "source": "/agencies/dishub",
        "type": f"complaint.{verb}.v1",
        "subject": "9KB0-BSXF-M8V4",
        "data": data,
    } | ({"id": id} if id else {})
    plain = Properties(content_type="application/cloudevents+json", delivery_mode=2)
    return a_publish(update, exchange="complaints.updates", key=f"{key}.{verb}", properties=plain)


def test_a_complaint_without_any_id_is_named() -> None:
    assert judged("adapter", "id", without_id()).verdict is Verdict.FAIL
    assert judged("adapter", "id", a_publish()).verdict is Verdict.PASS


def test_an_update_without_any_id_is_named() -> None:
    assert judged("agency", "id", an_update("responded", id=None)).verdict is Verdict.FAIL
    assert judged("agency", "id", an_update("responded")).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("kind", "rule", "publish"),
    [
        ("adapter", "body", a_publish(b'{"text": "' + b"a" * 1024 * 1024 + b'"}')),
        ("adapter", "body", a_publish(b"\xff")),
        ("adapter", "content-type", a_publish(b"Lampu jalan mati.")),
        ("adapter", "properties", a_publish(properties=Properties(headers={"CC": ["triage"]}))),
        ("adapter", "properties", a_publish(properties=Properties(headers={"x-death": []}))),
        ("adapter", "readable", a_publish({"text": ""})),
        ("adapter", "readable", a_publish([TEXT])),
        ("adapter", "own-key", a_publish(key="WEB")),
        ("adapter", "own-exchanges", a_publish(exchange="complaints.events")),
        ("agency", "own-exchanges", a_publish()),
        ("agency", "own-key", an_update("assigned")),
        ("agency", "own-key", an_update("responded", key="agency.dlh")),
        ("agency", "updates-fit", an_update("resolved")),
        ("agency", "content-type", a_publish(b"selesai", exchange="complaints.updates")),
    ],
)
def test_what_departs_is_named(kind: Kind, rule: str, publish: Published) -> None:
    assert judged(kind, rule, publish).verdict is Verdict.FAIL


@pytest.mark.parametrize("kind", ["adapter", "agency"])
def test_where_nothing_was_done_only_what_must_happen_has_failed(kind: Kind) -> None:
    record = Record(kind, CODES[kind], Seen())
    failed = {
        one.rule.code
        for one in findings(ADAPTER if kind == "adapter" else AGENCY, record)
        if one.found.verdict is Verdict.FAIL
    }
    assert failed == {"connects"} | ({"submits"} if kind == "adapter" else set())


def test_what_is_said_again_has_the_same_id() -> None:
    lost = a_publish(fault=Fault.LOSE_CONFIRM)
    other = Properties(content_type="application/json", delivery_mode=2, message_id="another-one")
    again = judged("adapter", "lost-confirm", lost, a_publish())
    under_another = judged("adapter", "lost-confirm", lost, a_publish(properties=other))
    not_at_all = judged("adapter", "lost-confirm", lost)
    assert again.verdict is Verdict.PASS
    assert "another id" in under_another.saw
    assert "did not send it again" in not_at_all.saw


def a_delivery(answer: str | None, id: str = "1") -> Delivered:
    made = Delivered(1, 0, "agency.dishub", 1, "routed.dishub.web", False, False, 0)
    made.answer, made.properties = answer, Properties(message_id=id)
    return made


def test_what_was_given_back_and_then_acknowledged_is_well() -> None:
    well = judged("agency", "acknowledges", a_delivery("requeue"), a_delivery("ack"))
    again_and_again = judged("agency", "acknowledges", *(a_delivery("requeue") for _ in range(3)))
    assert again_and_again.verdict is Verdict.FAIL
    for_good = judged("agency", "acknowledges", a_delivery("reject"), a_delivery("ack"))
    assert well.verdict is Verdict.PASS
    assert for_good.verdict is Verdict.FAIL


def test_no_finding_quotes_what_a_message_holds() -> None:
    secret = "3273012345670001"
    bad = a_publish({"text": " ", "reporter": secret, "location": secret})
    record = Record("adapter", "web", Seen(links=[Link(1, opened=True)], published=[bad]))
    assert secret not in " ".join(one.found.saw for one in findings(ADAPTER, record))


def heard(body: bytes, key: str = "web", **properties: Any) -> Incoming:
    return Incoming(body, "complaints.intake", key, Properties(**properties), False, 1)


def test_what_came_by_another_way_is_judged_by_what_it_holds() -> None:
    record = Record("adapter", "web", Seen(links=[Link(1, opened=True)]))
    record.hear(heard(b'{"text": "Lampu mati."}', message_id="1"))
    found = {one.rule.code: one.found for one in findings(ADAPTER, record)}
    assert found["submits"].verdict is Verdict.PASS
    assert found["persistent"].verdict is Verdict.FAIL
    assert found["confirms"].verdict is Verdict.NOT_SEEN


def test_what_the_router_publishes_again_is_not_taken_for_the_adapters() -> None:
    publish = without_id()
    record = Record("adapter", "web", Seen(published=[publish]))
    record.hear(heard(publish.body))
    record.hear(heard(publish.body, message_id="made by the router"))
    assert record.others == []


def test_what_others_publish_on_the_node_is_not_taken_for_the_adapters() -> None:
    record = Record("adapter", "web", Seen())
    record.hear(heard(b'{"text": "Lampu mati."}', key="sms", message_id="1"))
    assert record.others == []
