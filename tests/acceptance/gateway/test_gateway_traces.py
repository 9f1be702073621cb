"""A trace that a portal began goes through the gateway to the agency, span by span."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from broker.node import Node
from tests.acceptance.gateway.http import Door, door_of
from tests.acceptance.program import Program
from tests.support.eventually import eventually
from tests.support.otlp import Received, Receiver, receiving

TRACE: Final = "0af7651916cd43dd8448eb211c80319c"
PORTAL: Final = "b7ad6b7169203331"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def door(
    receiver: Receiver,
    gateway_url: str,
    rabbitmq: Node,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Door]:
    """One that traces."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    program = Program("all", gateway_url, tmp_path, MANAGEMENT_URL=rabbitmq.management_url or "")
    yield door_of(program)
    program.stop()


@pytest.mark.slow
def test_the_portals_span_the_gateways_and_the_routers_follow_each_other(
    door: Door, receiver: Receiver
) -> None:
    sent = {"traceparent": f"00-{TRACE}-{PORTAL}-01"}
    body = {"text": "sampah menumpuk", "reporter": {"name": "Ani Susanti"}}
    filed = door.call("POST", "/v1/complaints", body, key="web", headers=sent)
    assert filed.status == 202

    def found() -> dict[str, Received] | None:
        spans = {span.name: span for span in receiver.of(TRACE)}
        wanted = {
            *("POST /v1/complaints", "send complaints.intake"),
            *("process router.intake", "send complaints.events"),
        }
        return spans if wanted <= spans.keys() else None

    spans = eventually(found, saying="every span has come")
    send, process = spans["send complaints.intake"], spans["process router.intake"]
    request = spans["POST /v1/complaints"]
    assert (request.parent, send.parent, process.parent) == (PORTAL, request.id, send.id)
    assert send.attributes["messaging.rabbitmq.destination.routing_key"] == "web"
    shown = repr(receiver.spans)
    secret = ("Ani", "sampah", filed.json["complaint_id"], filed.json["tracking"])
    assert not [word for word in secret if word in shown]
