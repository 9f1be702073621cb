"""Traces over the wire: real programs, a real RabbitMQ, a receiver of OTLP on loopback."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import pytest

from tests.acceptance.cases.case_town import Town, a_town
from tests.support.eventually import eventually
from tests.support.otlp import Received, Receiver, receiving

TRACE_ID: Final = "4bf92f3577b34da6a3ce929d0e0e4736"
ADAPTER: Final = "00f067aa0ba902b7"
SPEED: Final = "100000"
"""A second is a day and four hours."""
NAME: Final = "Ani Susanti"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The programs that are started send there, and soon."""
    with receiving() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        yield receiver


@pytest.fixture
def town(receiver: Receiver, amqp_url: str, tmp_path: Path) -> Iterator[Town]:
    with a_town(amqp_url, tmp_path, CLOCK_SPEED=SPEED) as town:
        yield town


def submits(town: Town) -> str:
    """A complaint by an adapter that traces; its id."""
    town.outside.publish(
        "web",
        json.dumps({"text": "sampah menumpuk", "reporter": {"name": NAME}}).encode(),
        message_id="traced",
        content_type="application/json",
        headers={"traceparent": f"00-{TRACE_ID}-{ADAPTER}-01"},
    )
    return str(uuid5(NAMESPACE_URL, "/channels/web#traced"))


def acknowledges(town: Town, complaint: str, traceparent: str) -> None:
    """The agency, which passes on the context that it got."""
    town.outside.publish(
        "agency.dlh.acknowledged",
        json.dumps({"complaint_id": complaint}).encode(),
        exchange="complaints.updates",
        message_id="traced-acknowledged",
        content_type="application/json",
        headers={"traceparent": traceparent},
    )


def key(span: Received) -> str:
    return str(span.attributes["messaging.rabbitmq.destination.routing_key"])


@pytest.mark.slow
def test_one_trace_joins_intake_router_agency_cases_and_escalations(
    town: Town, receiver: Receiver
) -> None:
    complaint = submits(town)
    routed = town.hears(complaint, "routed.dlh.web", "agency.dlh")
    acknowledges(town, complaint, routed.headers["traceparent"])
    town.hears(complaint, "acknowledged.dlh.web", "channel.web")
    town.hears(complaint, "escalated.dlh.web", "escalations")

    def whole() -> dict[tuple[str, str, str], Received]:
        spans = {(s.service, s.name, key(s)): s for s in receiver.of(TRACE_ID)}
        assert spans.keys() >= {
            ("pintu-router", "process router.intake", "web"),
            ("pintu-router", "send complaints.events", "routed.dlh.web"),
            ("pintu-cases", "process cases", "routed.dlh.web"),
            ("pintu-cases", "send complaints.events", "opened.dlh.web"),
            ("pintu-cases", "process cases", "agency.dlh.acknowledged"),
            ("pintu-cases", "send complaints.events", "acknowledged.dlh.web"),
            ("pintu-escalations", "send complaints.events", "escalated.dlh.web"),
        }
        return spans

    spans = eventually(whole, saying="every span has come")
    intake = spans["pintu-router", "process router.intake", "web"]
    sent = spans["pintu-router", "send complaints.events", "routed.dlh.web"]
    begun = spans["pintu-cases", "process cases", "routed.dlh.web"]
    told = spans["pintu-cases", "process cases", "agency.dlh.acknowledged"]
    mirrored = spans["pintu-cases", "send complaints.events", "acknowledged.dlh.web"]
    escalated = spans["pintu-escalations", "send complaints.events", "escalated.dlh.web"]
    assert (intake.parent, sent.parent, begun.parent) == (ADAPTER, intake.id, sent.id)
    assert routed.headers["traceparent"] == f"00-{TRACE_ID}-{sent.id}-01"
    assert (told.parent, mirrored.parent) == (sent.id, told.id)
    assert escalated.parent == begun.id
    assert all(span.attributes["messaging.system"] == "rabbitmq" for span in spans.values())
    shown = repr(receiver.spans)
    assert not [word for word in (NAME, "Ani", "sampah", "traced-", complaint) if word in shown]


@pytest.mark.slow
def test_a_receiver_that_fails_is_said_once_and_holds_nothing_up(
    town: Town, receiver: Receiver
) -> None:
    receiver.status = 400
    complaint = submits(town)
    town.hears(complaint, "opened.dlh.web", "channel.web")
    router = town.programs["router"]
    eventually(
        lambda: [line for line in router.log() if line["event"] == "tracing.not_exported"],
        saying="the router says so",
    )
    for _ in range(3):
        asked = receiver.asked + 1
        submits(town)
        eventually(partial(receiver.was_asked, asked))
    said = [line for line in router.log() if line["event"].startswith("tracing.")]
    assert [(line["event"], line["level"]) for line in said] == [
        ("tracing.not_exported", "warning")
    ]
    others = [line for line in router.log() if "opentelemetry" in json.dumps(line).lower()]
    assert not others
